// What a pair of machines is told, each made for its test with one thing in it that is other.
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type MachineOnPaper, writeRecorded } from '../../../test/support/recorded.ts';
import { lookOnce } from '../../agent/look-once.ts';
import { identityOf, openSubject } from '../../cli/subject.ts';
import type { Finding, Judgement } from '../../contract/finding.ts';
import type { Snapshot } from '../../contract/observation.ts';
import type { AnyProbe } from '../../contract/probe.ts';
import { judge } from '../../judge/judge.ts';
import { probe } from './index.ts';

const probes: ReadonlyMap<string, AnyProbe> = new Map([[probe.id, probe]]);

const sites = {
  primary: { name: 'eu-frankfurt-1', domains: ['fra.example.com'], networks: ['10.1.0.0/16'], tokens: { bucket: 'billing-fra' } },
  standby: { name: 'eu-zurich-1', domains: ['zrh.example.com'], networks: ['10.2.0.0/16'], tokens: { bucket: 'billing-zrh' } },
} as const;

type Role = keyof typeof sites;

const keyFile = '/etc/understudy/fleet.key';
const fleetKey = 'q83vEjRWeJC6Ue2oYxT4bN0mK7sLw9dPzRfHgJtUiVo=\n';

/** A machine whose agent has these settings; `fleetKey: null` leaves it without a key. */
interface Paper extends MachineOnPaper {
  readonly fleetKey?: string | null;
}

async function seen(role: Role, settings: object, { fleetKey: key = fleetKey, ...paper }: Paper): Promise<Snapshot> {
  const other = sites[role === 'primary' ? 'standby' : 'primary'];
  const config = {
    node: { name: role === 'primary' ? 'app1' : 'app2', role, twin: 'other', group: 'g', site: sites[role] },
    discover: false,
    checks: { settings: { settings: { otherSite: other, ...settings } } },
  };
  const files = { '/etc/understudy/agent.yaml': stringify(config), ...(key === null ? {} : { [keyFile]: key }), ...paper.files };
  const stats = { [keyFile]: { mode: '0400' }, ...paper.stats };
  const subject = await openSubject(writeRecorded({ ...paper, files, ...(key === null ? {} : { stats }) }), null, probes);
  return lookOnce({ checks: subject.config.checks, probes, source: subject.source, node: await identityOf(subject) });
}

type Pair = Judgement & { readonly standby: Snapshot };

async function pair(settings: object, primary: Paper, standby: Paper, standbySettings: object = settings): Promise<Pair> {
  const [twin, subject] = [await seen('primary', settings, primary), await seen('standby', standbySettings, standby)];
  return { standby: subject, ...judge({ now: subject.takenAt, subject, twin, earlier: [], probes }) };
}

const counted = ({ findings }: Judgement): readonly Finding[] => findings.filter(({ foldedUnder }) => foldedUnder === undefined);

const told = (found: Judgement): readonly string[] =>
  counted(found)
    .map(({ code, subject, actual }) => `${code.slice('settings/'.length)} | ${subject} | ${actual.replace(/[\w-]{8}\)$/, '…)')}`)
    .toSorted();

const remedyOf = ({ findings }: Judgement, code: string): string => findings.find((one) => one.code === `settings/${code}`)?.remedy ?? '';

const env = '/etc/app.env';
const withEnv = (text: string | Uint8Array): Paper => ({ files: { [env]: text } });

describe('the key of the fleet', () => {
  it('that is there and may not be read is kept: nobody is told to make another one', async () => {
    const found = await pair({ files: [env] }, withEnv('A=1\n'), { ...withEnv('A=1\n'), denied: [keyFile] });
    expect(told(found)).toEqual([`fleet-key-unseen | fleet key | the fleet key ${keyFile} may not be read by this user`]);
    expect(remedyOf(found, 'fleet-key-unseen')).toContain(`$ sudo chown understudy: ${keyFile}`);
    expect(found.findings.map(({ remedy }) => remedy).join()).not.toMatch(/openssl/);
  });

  it.each([
    ['is missing', null],
    ['is too weak', 'changeme\n'],
  ])('that %s here is the one of the primary, which is to be brought over', async (_, key) => {
    const found = await pair({ files: [env] }, withEnv('A=1\n'), { ...withEnv('A=2\n'), fleetKey: key });
    expect([found.verdict, counted(found).map(({ code }) => code)]).toEqual(['degraded', ['settings/fleet-key-not-brought']]);
    expect(remedyOf(found, 'fleet-key-not-brought')).toContain(`$ sudo scp -p app1:${keyFile} ${keyFile}`);
    expect(
      counted(found)
        .map(({ remedy }) => remedy)
        .join(),
    ).not.toMatch(/openssl/);
  });

  it('that is another one here is kept beside the one of the primary', async () => {
    const found = await pair({ files: [env] }, withEnv('A=1\n'), { ...withEnv('A=1\n'), fleetKey: fleetKey.toLowerCase() });
    expect(remedyOf(found, 'other-fleet-key')).toContain(`$ sudo mv -n ${keyFile} ${keyFile}.before\n`);
    expect(remedyOf(found, 'other-fleet-key')).not.toMatch(/openssl/);
  });

  it('that only the standby has is to be brought to the primary', async () => {
    const found = await pair({ files: [env] }, { ...withEnv('A=1\n'), fleetKey: null }, withEnv('A=1\n'));
    expect(told(found)).toEqual([expect.stringMatching(/^other-fleet-key/)]);
    expect(remedyOf(found, 'other-fleet-key')).not.toMatch(/openssl|scp/);
  });

  it('is made by a command that writes over nothing', async () => {
    const found = await pair({ files: [env] }, { ...withEnv('A=1\n'), fleetKey: null }, { ...withEnv('A=1\n'), fleetKey: null });
    expect(told(found)).toEqual(['no-fleet-key | fleet key | there is no such file']);
    expect(remedyOf(found, 'no-fleet-key')).toMatch(
      /^\$ sudo sh -c 'set -C; .*openssl rand -base64 33 > "\$0".*' \/etc\/understudy\/fleet\.key$/m,
    );
  });
});

const unit = 'app.service';

interface Shown {
  readonly load?: string;
  readonly active?: string;
  readonly pid?: number;
  readonly dropIn?: string;
  readonly environment?: string;
  readonly environmentFiles?: readonly string[];
}

/** A systemd that answers about one unit. */
const systemd = ({ load = 'loaded', active = 'active', pid = 42, dropIn = '', ...shown }: Shown = {}): Pick<Paper, 'commands'> => ({
  commands: [
    {
      argv: ['systemctl', 'show', unit],
      stdout: [
        `Id=${unit}`,
        `LoadState=${load}`,
        `ActiveState=${active}`,
        `MainPID=${pid}`,
        `FragmentPath=/etc/systemd/system/${unit}`,
        `DropInPaths=${dropIn}`,
        'NeedDaemonReload=no',
        `ExecMainStartTimestamp=${pid === 0 ? 'n/a' : 'Fri 2026-11-20 08:00:00 UTC'}`,
        `Environment=${shown.environment ?? ''}`,
        ...(shown.environmentFiles ?? []).map((path) => `EnvironmentFiles=${path} (ignore_errors=no)`),
        'UnsetEnvironment=',
        '',
      ].join('\n'),
    },
  ],
});

const unitFile = (text: string | Uint8Array) => ({ [`/etc/systemd/system/${unit}`]: text });
const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');

describe('bytes that are no UTF-8', () => {
  it('are compared as they are in the environment of a process, and change no other variable', async () => {
    const side = (secret: string): Paper => ({
      ...systemd(),
      files: { '/proc/42/environ': Buffer.concat([latin1(`DB_PASSWORD=${secret}\0`), Buffer.from('CITY=Zürich\0')]) },
    });
    const utf8: Paper = { ...systemd(), files: { '/proc/42/environ': 'DB_PASSWORD=e\0CITY=Zürich\0' } };
    const settings = { services: [unit] };
    const differs = ['vital-value-differs | process of app.service DB_PASSWORD | another value (fingerprint …)'];
    expect(told(await pair(settings, side('\xe9'), side('\xe8')))).toEqual(differs);
    expect(told(await pair(settings, side('\xe9'), utf8))).toEqual(differs);
    expect(told(await pair(settings, side('\xe9'), side('\xe9')))).toEqual([]);
  });

  it('are compared as they are in a unit file', async () => {
    const side = (secret: string): Paper => ({ files: unitFile(latin1(`[Service]\nEnvironment=DB_PASSWORD=${secret}\n`)) });
    expect(told(await pair({ units: [unit] }, side('\xe9'), side('\xe8')))).toEqual([
      'vital-value-differs | app.service DB_PASSWORD | another value (fingerprint …)',
    ]);
  });
});
