import { describe, expect, it } from 'vitest';
import { issue } from '../../../test/support/authority.ts';
import { type MachineOnPaper, recordedMachine } from '../../../test/support/recorded.ts';
import type { CheckState, Observation, Snapshot } from '../../contract/observation.ts';
import { fillDefaults } from '../../contract/schema.ts';
import { judge } from '../../judge/judge.ts';
import { probe } from './index.ts';
import type { Endpoint, Settings } from './settings.ts';

const never = new AbortController().signal;
const at = Date.UTC(2026, 10, 23, 12);
const probes = new Map([[probe.id, probe]]);

const routes = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\n';
const defaultRoute = `${routes}ens3\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n`;
const localRouteOnly = `${routes}ens3\t0000000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n`;

const answers = {
  through: { stage: 'http', result: 'completed', http: { status: 200 } },
  forbidden: { stage: 'http', result: 'completed', http: { status: 403 } },
  hidden: { stage: 'http', result: 'completed', http: { status: 404 } },
  failing: { stage: 'http', result: 'completed', http: { status: 500 } },
  blocked: { stage: 'http', result: 'completed', http: { status: 200, body: 'Incapsula incident ID: 1' } },
  dropped: { stage: 'connect', result: 'timeout', code: 'ETIMEDOUT' },
  refused: { stage: 'connect', result: 'refused', code: 'ECONNREFUSED' },
  rejected: { stage: 'connect', result: 'unreachable', code: 'EHOSTUNREACH' },
  noWay: { stage: 'connect', result: 'unreachable', code: 'ENETUNREACH' },
  denied: { stage: 'connect', result: 'denied', code: 'EPERM' },
} as const;

type Answer = keyof typeof answers;

/** One machine whose vendor has one address and answers so. */
interface Side {
  readonly vendor: Answer | 'no-such-name' | 'resolver-silent';
  readonly source?: string;
  readonly publicAddress?: string;
  readonly route?: string;
  readonly endpoints?: readonly Endpoint[];
  readonly more?: MachineOnPaper;
  readonly seenAt?: number;
}

const vendor: Endpoint = { name: 'payments', url: 'http://vendor.test/pay?key=1' };
const echo = { url: 'http://echo.test/' };

async function look(side: Side): Promise<CheckState> {
  const source = side.source ?? '10.2.0.5';
  const lookup =
    side.vendor === 'no-such-name'
      ? ({ name: 'vendor.test', noSuchName: true } as const)
      : side.vendor === 'resolver-silent'
        ? ({ name: 'vendor.test', failed: 'unreadable', code: 'EAI_AGAIN' } as const)
        : { name: 'vendor.test', addresses: ['192.0.2.1'] };
  const answer = side.vendor in answers ? answers[side.vendor as Answer] : answers.through;
  const machine = await recordedMachine({
    lookups: [lookup, { name: 'echo.test', addresses: ['192.0.2.200'] }, ...(side.more?.lookups ?? [])],
    dials: [
      { address: '192.0.2.1', port: 80, answer: { ...answer, ...(answer.stage === 'http' && { localAddress: source }) } },
      {
        address: '192.0.2.200',
        port: 80,
        answer: { ...answers.through, http: { status: 200, body: side.publicAddress ?? 'nothing' } },
      },
      ...(side.more?.dials ?? []),
    ],
    dns: side.more?.dns ?? [],
    files: { '/proc/net/route': side.route ?? defaultRoute, '/etc/resolv.conf': 'nameserver 10.0.0.53\n', ...side.more?.files },
    beside: side.more?.beside ?? {},
  });
  const settings = { endpoints: [...(side.endpoints ?? [vendor])], ...(side.publicAddress !== undefined && { echo }) } as Settings;
  expect(fillDefaults(probe.settings, settings)).toEqual([]);
  const { readings, ...outcome } = { readings: [], ...(await probe.observe(machine.forLook(never), settings, never)) };
  const seenAt = side.seenAt ?? at;
  const current: Observation = {
    seq: 1,
    check: 'egress',
    probe: 'egress',
    factsVersion: probe.factsVersion,
    outcome: outcome as Observation['outcome'],
    readings: [...(readings ?? [])],
    trail: [],
    firstAt: seenAt,
    lastAt: seenAt,
    count: 1,
    tookMs: 1,
  };
  return { check: 'egress', probe: 'egress', settings, staleAfterMs: 86_400_000, isRequired: true, current, lastObserved: null };
}

async function snapshot(role: 'primary' | 'standby', side: Side): Promise<Snapshot> {
  const node = { id: role, name: role, role, group: 'g', twin: 't', site: {}, version: '0' };
  return { format: 'understudy-snapshot/1', node, takenAt: at, seq: 1, checks: [await look(side)], notTold: [] };
}

async function judged(standby: Side, primary: Side | null = null) {
  const twin = primary === null ? null : await snapshot('primary', primary);
  return judge({
    now: at,
    subject: await snapshot('standby', standby),
    twin,
    earlier: [],
    probes,
    ...(primary === null && { mode: 'alone' as const }),
  });
}

/** Codes of the findings that stand by themselves, and those folded under them. */
async function told(standby: Side, primary: Side | null = null) {
  const { findings, verdict } = await judged(standby, primary);
  const standing = findings.filter((finding) => finding.foldedUnder === undefined).map((finding) => finding.code);
  const folded = findings
    .filter((finding) => finding.foldedUnder !== undefined)
    .map((finding) => `${finding.code} < ${finding.foldedUnder}`);
  return { verdict, standing, folded };
}

describe('a machine by itself', () => {
  it('is ready when it gets through', async () => {
    expect(await told({ vendor: 'through' })).toEqual({ verdict: 'ready', standing: [], folded: [] });
  });

  it.each([
    ['dropped', 'egress/connect-blocked'],
    ['refused', 'egress/refused'],
    ['noWay', 'egress/unreachable'],
    ['denied', 'egress/local-firewall'],
    ['forbidden', 'egress/denied'],
    ['blocked', 'egress/block-page'],
    ['no-such-name', 'egress/name-not-resolved'],
  ] as const)('%s: is told %s, as a blocker', async (vendor, code) => {
    expect(await told({ vendor })).toEqual({ verdict: 'not-ready', standing: [code], folded: [] });
  });

  it('is warned of an answer that is not the expected one', async () => {
    expect(await told({ vendor: 'failing' })).toEqual({ verdict: 'degraded', standing: ['egress/unexpected-answer'], folded: [] });
  });

  it('hears of a missing default route once', async () => {
    const { verdict, standing, folded } = await told({ vendor: 'noWay', route: localRouteOnly });
    expect({ verdict, standing }).toEqual({ verdict: 'not-ready', standing: ['egress/no-default-route'] });
    expect(folded).toEqual(['egress/unreachable < egress/no-default-route']);
  });

  it('is not told of a missing default route where it gets everywhere without one', async () => {
    expect(await told({ vendor: 'through', route: localRouteOnly })).toMatchObject({ verdict: 'ready' });
  });

  it('hears of a dead resolver once, however many names it has', async () => {
    const endpoints = [vendor, { name: 'rates', url: 'https://rates.test/' }];
    const more: MachineOnPaper = {
      lookups: [{ name: 'rates.test', failed: 'unreadable', code: 'EAI_AGAIN' }],
      dns: [{ server: '10.0.0.53', name: '.', type: 'NS', failed: 'timeout' }],
    };
    const { standing, folded } = await told({ vendor: 'resolver-silent', endpoints, more });
    expect(standing).toEqual(['egress/resolver-down']);
    expect(folded).toEqual(Array(2).fill('egress/name-not-resolved < egress/resolver-down'));
  });

  it('blames the zone, not the resolver, where one name fails and the server lives', async () => {
    const more: MachineOnPaper = { dns: [{ server: '10.0.0.53', name: '.', type: 'NS', answers: ['. 60 IN NS a.root-servers.net.'] }] };
    expect((await told({ vendor: 'resolver-silent', more })).standing).toEqual(['egress/name-not-resolved']);
  });

  it('does not fold a denial under a missing route', async () => {
    const more: MachineOnPaper = {
      lookups: [{ name: 'far.test', addresses: ['198.51.100.9'] }],
      dials: [{ address: '198.51.100.9', port: 80, answer: answers.noWay }],
    };
    const endpoints = [vendor, { name: 'far', url: 'http://far.test/' }];
    expect((await told({ vendor: 'forbidden', route: localRouteOnly, endpoints, more })).standing).toEqual([
      'egress/denied',
      'egress/no-default-route',
    ]);
  });

  it('is told which address fails among those that work, and takes a missing IPv6 for a note', async () => {
    const endpoints = [{ name: 'cdn', url: 'tcp://cdn.test:80' }];
    const more: MachineOnPaper = {
      lookups: [{ name: 'cdn.test', addresses: ['192.0.2.1', '192.0.2.2', '2001:db8::1'] }],
      dials: [
        { address: '192.0.2.2', port: 80, answer: answers.dropped },
        { address: '2001:db8::1', port: 80, answer: answers.noWay },
      ],
    };
    const { findings, verdict } = await judged({ vendor: 'through', endpoints, more });
    expect(verdict).toBe('degraded');
    expect(findings.map(({ code, subject, actual }) => [code, subject, actual])).toEqual([
      ['egress/one-address-fails', 'cdn', '192.0.2.2: no answer to connecting, packets dropped (ETIMEDOUT)'],
      ['egress/family-missing', 'IPv6', 'none'],
    ]);
  });

  it('is not known to be ready where an endpoint could not be tried', async () => {
    const endpoints = [vendor, { name: 'rates', url: 'http://vendor.test/', headersFrom: { Authorization: { file: '/etc/none' } } }];
    expect(await told({ vendor: 'through', endpoints })).toEqual({ verdict: 'unknown', standing: ['egress/endpoint-unseen'], folded: [] });
  });

  it('is told when the echo does not name an address', async () => {
    expect((await told({ vendor: 'through', publicAddress: '<html>' })).standing).toEqual(['egress/public-address-unknown']);
  });

  it('is never shown a query, which may hold a key', async () => {
    const { findings } = await judged({ vendor: 'forbidden' });
    expect(JSON.stringify(findings)).not.toContain('key=1');
    expect(findings[0]?.remedy).toContain('$ curl -v -o /dev/null --max-time 10 http://vendor.test/pay');
  });
});

describe('the attempt by hand', () => {
  const remedyOf = async (endpoint: Omit<Endpoint, 'name' | 'url'>, more: MachineOnPaper = {}) => {
    const { findings } = await judged({ vendor: 'forbidden', endpoints: [{ ...vendor, ...endpoint }], more });
    return findings[0]?.remedy ?? '';
  };

  it('sends what the check sends, secrets from their files and not onto the screen', async () => {
    const headersFrom = { Authorization: { file: '/etc/key of vendor', prefix: 'Bearer ' } };
    const remedy = await remedyOf({ method: 'POST', headersFrom }, { files: { '/etc/key of vendor': 'CANARY' } });
    expect(remedy).toContain(
      `$ curl -sS -w '%{http_code}\\n' -o /dev/null --max-time 10 -X POST -H 'Authorization: Bearer '"$(sudo cat '/etc/key of vendor')" http://vendor.test/pay`,
    );
    expect(remedy).not.toContain('CANARY');
  });

  it('names the file that could not be read', async () => {
    const closed = { ...vendor, name: 'closed', headersFrom: { 'X-Key': { file: '/etc/vendor.key' } } };
    const { findings } = await judged({ vendor: 'through', endpoints: [vendor, closed] });
    expect(findings[0]?.remedy).toContain('$ sudo -u understudy head -c 0 /etc/vendor.key');
  });

  it('goes out from the address and through the proxy that the check uses', async () => {
    const proxied = { sourceAddress: '10.2.0.9', proxy: 'http://192.0.2.1:80', proxyAuthorizationFile: '/etc/account' };
    expect(await remedyOf(proxied, { files: { '/etc/account': 'user:CANARY' } })).toContain(
      '--interface 10.2.0.9 --proxy http://192.0.2.1:80 --proxy-user "$(sudo cat /etc/account)"',
    );
  });
});

describe('a standby beside its primary', () => {
  const through: Side = { vendor: 'through', source: '10.1.0.5', publicAddress: '198.51.100.9' };

  it.each(['forbidden', 'hidden', 'blocked', 'dropped', 'refused', 'rejected'] as const)(
    '%s while the primary gets through: an allow-list gap',
    async (vendor) => {
      const { verdict, standing, folded } = await told({ vendor, publicAddress: '203.0.113.7' }, through);
      expect({ verdict, standing }).toEqual({ verdict: 'not-ready', standing: ['egress/allow-list-gap'] });
      expect(folded).toHaveLength(1);
    },
  );

  it('the request to the vendor names the address to allow', async () => {
    const { findings } = await judged({ vendor: 'forbidden', publicAddress: '203.0.113.7' }, through);
    expect(findings[0]).toMatchObject({
      code: 'egress/allow-list-gap',
      gap: 'allow-lists',
      subject: 'payments',
      actual: 'denied (HTTP 403)',
    });
    expect(findings[0]?.remedy).toContain('please allow 203.0.113.7');
    expect(findings[0]?.remedy).toContain('vendor.test:80');
    expect(findings[0]?.remedy).toContain('as 198.51.100.9 (production)');
  });

  it('without an echo the request says which machine’s public address is meant', async () => {
    const { findings } = await judged({ vendor: 'forbidden' }, { vendor: 'through' });
    expect(findings[0]?.remedy).toContain('the public address behind 10.2.0.5');
  });

  it('both turned away in the same way: the vendor, no gap', async () => {
    for (const vendor of ['forbidden', 'dropped', 'failing'] as const) {
      const { verdict, standing, folded } = await told({ vendor }, { vendor });
      expect({ verdict, standing }).toEqual({ verdict: 'degraded', standing: ['egress/vendor-down'] });
      expect(folded).toHaveLength(1);
    }
  });

  it('both fail, each in its own way: nothing is explained away', async () => {
    expect(await told({ vendor: 'dropped' }, { vendor: 'failing' })).toMatchObject({
      verdict: 'not-ready',
      standing: ['egress/connect-blocked', 'egress/no-contrast'],
      folded: [],
    });
  });

  it('a look of the primary from another hour is no contrast', async () => {
    const { verdict, standing } = await told({ vendor: 'forbidden' }, { ...through, seenAt: at - 3_600_000 });
    expect({ verdict, standing }).toEqual({ verdict: 'not-ready', standing: ['egress/denied', 'egress/no-contrast'] });
  });

  it('what is wrong on the standby itself is no allow-list gap', async () => {
    expect((await told({ vendor: 'noWay', route: localRouteOnly }, through)).standing).toEqual(['egress/no-default-route']);
    expect((await told({ vendor: 'no-such-name' }, through)).standing).toEqual(['egress/name-not-resolved']);
    expect((await told({ vendor: 'denied' }, through)).standing).toEqual(['egress/local-firewall']);
  });

  it('the standby gets through and the primary does not: a note', async () => {
    expect(await told({ vendor: 'through' }, { vendor: 'forbidden' })).toEqual({
      verdict: 'ready',
      standing: ['egress/primary-denied'],
      folded: [],
    });
  });

  it('an endpoint that only the primary watches is missing here', async () => {
    const endpoints = [vendor, { name: 'rates', url: 'http://vendor.test/rates' }];
    expect(await told({ vendor: 'through' }, { vendor: 'through', endpoints })).toMatchObject({
      verdict: 'unknown',
      standing: ['egress/not-watched'],
    });
  });

  it('another authority’s certificate on the standby gives a proxy away that nobody knew', async () => {
    const chainOf = (organization: string) => {
      const authority = issue({ commonName: 'CA', organization, isAuthority: true });
      return issue({ commonName: 'vendor.test', names: ['vendor.test'], issuer: authority }).certificatePem;
    };
    const shown = (organization: string): Side => ({
      vendor: 'through',
      endpoints: [{ name: 'tls', url: 'tls://vendor.test:443' }],
      more: {
        beside: { 'chain.pem': chainOf(organization) },
        dials: [
          {
            address: '192.0.2.1',
            port: 443,
            answer: { stage: 'tls', result: 'completed', tls: { protocol: 'TLSv1.3', isTrusted: true, chainFiles: ['chain.pem'] } },
          },
        ],
      },
    });
    const { findings } = await judged(shown('Corporate Security'), shown('DigiCert Inc'));
    expect(findings.map(({ code, expected, actual }) => [code, expected, actual])).toEqual([
      ['egress/issuer-differs', 'DigiCert Inc', 'Corporate Security'],
    ]);
    expect((await judged(shown('DigiCert Inc'), shown('DigiCert Inc'))).findings).toEqual([]);
    expect((await told(shown('Netskope'), shown('DigiCert Inc'))).standing).toEqual(['egress/tls-intercepted']);
  });
});
