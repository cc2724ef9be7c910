// Whole looks of recorded machines, judged as an operator's `diff` would.
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { factsOf, judged, machinesFolder, recordedSnapshot, told } from '../../../test/support/access-look.ts';
import { probe } from './index.ts';

const beside = async (standby: string, primary = 'primary') => judged(await recordedSnapshot(standby), await recordedSnapshot(primary));
const alone = async (name: string) => judged(await recordedSnapshot(name), null);

interface Case {
  readonly standby: string;
  readonly primary?: string | null;
  readonly verdict: string;
  readonly standing: readonly string[];
  readonly folded?: readonly string[];
}

const everything = [
  'bucket app-backups-zrh',
  'database password',
  'objects of bucket app-exports-zrh',
  'repository billing/app',
  'secret wallet',
] as const;

const everyOne = (code: string, cause: string): readonly string[] => everything.map((subject) => `${code}: ${subject} < ${cause}`);

const secret = 'database password';
const principal = 'instance principal';

const cases: readonly Case[] = [
  { standby: 'standby', verdict: 'ready', standing: [] },
  { standby: 'standby', primary: null, verdict: 'ready', standing: [] },
  {
    standby: 'standby-without-secret',
    verdict: 'not-ready',
    standing: [`denied-here-only: ${secret}`],
    folded: [`denied: ${secret} < denied-here-only`],
  },
  { standby: 'standby-without-secret', primary: null, verdict: 'not-ready', standing: [`denied: ${secret}`] },
  {
    standby: 'standby-without-secret',
    primary: 'primary-without-secret',
    verdict: 'degraded',
    standing: [`denied-on-both: ${secret}`],
    folded: [`denied: ${secret} < denied-on-both`],
  },
  { standby: 'standby', primary: 'primary-without-secret', verdict: 'ready', standing: [`allowed-here-only: ${secret}`] },
  {
    standby: 'standby-without-networks',
    verdict: 'degraded',
    standing: ['optional-denied-here-only: networks'],
    folded: ['optional-denied: networks < optional-denied-here-only'],
  },
  { standby: 'standby-without-networks', primary: null, verdict: 'degraded', standing: ['optional-denied: networks'] },
  {
    standby: 'standby-without-group',
    primary: null,
    verdict: 'not-ready',
    standing: [`no-rights: ${principal}`],
    folded: [...everyOne('denied', 'no-rights'), 'optional-denied: networks < no-rights'],
  },
  {
    standby: 'standby-without-group',
    verdict: 'not-ready',
    standing: [`no-rights-here-only: ${principal}`],
    folded: [
      ...everyOne('denied', 'no-rights-here-only'),
      ...everyOne('denied-here-only', 'no-rights-here-only'),
      `no-rights: ${principal} < no-rights-here-only`,
      'optional-denied: networks < no-rights-here-only',
      'optional-denied-here-only: networks < no-rights-here-only',
    ],
  },
  {
    standby: 'standby-without-group',
    primary: 'primary-without-rights',
    verdict: 'degraded',
    standing: [`no-rights-on-both: ${principal}`],
    folded: [
      ...everyOne('denied', 'no-rights-on-both'),
      `no-rights: ${principal} < no-rights-on-both`,
      ...[...everything, 'networks'].sort().map((subject) => `denied-on-both: ${subject} < no-rights-on-both`),
      'optional-denied: networks < no-rights-on-both',
    ],
  },
  { standby: 'standby-wallet-missing', verdict: 'not-ready', standing: ['missing: secret wallet'] },
  { standby: 'standby-optional-missing', verdict: 'degraded', standing: ['optional-missing: secret wallet'] },
  {
    standby: 'standby-wallet-missing',
    primary: 'primary-wallet-missing',
    verdict: 'degraded',
    standing: ['denied-on-both: secret wallet'],
    folded: ['missing: secret wallet < denied-on-both'],
  },
  { standby: 'standby-no-gateway', verdict: 'not-ready', standing: ['endpoint-unreachable: auth.eu-zurich-1.oraclecloud.com'] },
  {
    standby: 'standby-no-service-gateway',
    verdict: 'not-ready',
    standing: ['endpoint-unreachable: objectstorage.eu-zurich-1.oraclecloud.com'],
  },
  {
    standby: 'standby-optional-unreachable',
    verdict: 'degraded',
    standing: ['optional-endpoint-unreachable: iaas.eu-zurich-1.oraclecloud.com'],
  },
  { standby: 'standby-clock-skewed', verdict: 'not-ready', standing: ['clock-skewed: clock'], folded: ['clock-off: clock < clock-skewed'] },
  { standby: 'standby-clock-off', verdict: 'degraded', standing: ['clock-off: clock'] },
  { standby: 'standby-not-authenticated', verdict: 'not-ready', standing: [`not-authenticated: ${principal}`] },
  {
    standby: 'standby-certificate-expired',
    verdict: 'not-ready',
    standing: [`certificate-not-valid: ${principal}`],
    folded: [`token-refused: ${principal} < certificate-not-valid`],
  },
  { standby: 'standby-certificate-ending', verdict: 'degraded', standing: [`certificate-ending: ${principal}`] },
  { standby: 'standby-token-refused', verdict: 'not-ready', standing: [`token-refused: ${principal}`] },
  { standby: 'standby-token-unseen', verdict: 'unknown', standing: [`principal-unseen: ${principal}`] },
  { standby: 'standby-no-metadata', verdict: 'not-ready', standing: [`no-instance-principal: ${principal}`] },
  { standby: 'standby-throttled', verdict: 'unknown', standing: ['throttled: secret wallet'] },
  {
    standby: 'standby-unseen',
    verdict: 'unknown',
    standing: [`call-unseen: ${secret}`, 'call-unseen: repository billing/app', 'call-unseen: secret wallet'],
  },
  { standby: 'standby-optional-unseen', verdict: 'degraded', standing: ['optional-unseen: networks'] },
  { standby: 'standby-rejected', verdict: 'unknown', standing: ['call-rejected: repository billing/app'] },
  { standby: 'standby-asked-less', verdict: 'degraded', standing: ['not-tried-here: repository billing/app'] },
  { standby: 'standby-asked-nothing', primary: null, verdict: 'unknown', standing: [`nothing-named: ${principal}`] },
  { standby: 'standby-secret-of-primary', verdict: 'degraded', standing: [`leads-to-primary-region: ${secret}`] },
  { standby: 'standby-not-tried', verdict: 'unknown', standing: [] },
];

describe('a recorded standby', () => {
  it.each(cases)('$standby beside $primary is $verdict', async ({ standby, primary, verdict, standing, folded = [] }) => {
    const judgement = primary === null ? await alone(standby) : await beside(standby, primary);
    expect(told(judgement)).toEqual({ verdict, standing, folded });
  });

  it('there is one for each finding that the probe can make', async () => {
    const codes = new Set(cases.flatMap(({ standing }) => standing.map((line) => `access/${line.split(':')[0]}`)));
    expect(probe.rules.map(({ code }) => code).filter((code) => !codes.has(code))).toEqual([]);
    expect([...new Set(cases.flatMap(({ standby, primary }) => [standby, primary ?? 'primary']))].sort()).toEqual(
      readdirSync(machinesFolder).sort(),
    );
  });

  it('that says nothing of the cloud is unseen: whether it may do anything is not known', async () => {
    const [check] = (await recordedSnapshot('standby-not-tried')).checks;
    expect(check?.current?.outcome).toMatchObject({ kind: 'unseen', reason: 'tool-missing' });
  });
});

describe('facts', () => {
  it('hold no request id, no time, and no message of OCI', async () => {
    const names = readdirSync(machinesFolder).filter((name) => name !== 'standby-not-tried');
    for (const name of names) {
      const text = JSON.stringify(factsOf(await recordedSnapshot(name)));
      expect(text, name).not.toMatch(/req\/|2026|Authorization failed|Mon, 23/);
    }
  });

  it('of a query keep the names and not the values', async () => {
    const { calls } = factsOf(await recordedSnapshot('standby'));
    expect(calls.at(-1)).toMatchObject({
      name: 'https://iaas.eu-zurich-1.oraclecloud.com/20160918/vcns?compartmentId=…&limit=…',
      region: 'eu-zurich-1',
    });
  });
});

describe('the remedy', () => {
  const remedyOf = async (code: string, standby: string, primary?: string) =>
    (await beside(standby, primary)).findings.find((finding) => finding.code === `access/${code}`)?.remedy ?? '';

  it('of a secret that is refused names the rule, the statement, and who has to be asked, filled in', async () => {
    const remedy = await remedyOf('denied-here-only', 'standby-without-secret');
    const [standbys, primarys] = ['recovery', 'production'].map((one) => `ocid1.compartment.oc1..aaaaaaaa${one}example`);
    expect(remedy).toContain(`Any {instance.compartment.id = '\\''${primarys}'\\'', instance.compartment.id = '\\''${standbys}'\\''}`);
    expect(remedy).toContain(
      `Allow dynamic-group dr-instances to read secret-bundles in compartment id ${standbys} where target.secret.id = 'ocid1.vaultsecret.oc1.eu-zurich-1.amaaaaaasecretzrhexample'`,
    );
    expect(remedy).toMatch(/^\$ oci iam policy create --compartment-id ocid1\.tenancy\.oc1\.\.aaaaaaaatenancyexample /m);
    expect(remedy).toMatch(/^\$ oci iam dynamic-group update .*--matching-rule 'Any /m);
    expect(remedy).toContain('The primary is in another compartment');
  });

  it('of an instance without any right has a statement for each call that has one, and asks for no more than it needs', async () => {
    const remedy = await remedyOf('no-rights-here-only', 'standby-without-group');
    for (const grant of ['inspect buckets', 'inspect objects', 'read secret-bundles', 'inspect secrets', 'inspect repos']) {
      expect(remedy).toContain(`to ${grant} in compartment id`);
    }
    expect(remedy).not.toMatch(/\b(?:use|manage) |secret-family|in tenancy\b/);
  });

  it('never asks for a value to be shown', async () => {
    const all = await Promise.all(['standby-without-secret', 'standby-without-group'].map((name) => beside(name)));
    const remedies = all.flatMap(({ findings }) => findings.map(({ remedy }) => remedy)).join('\n');
    expect(remedies).toMatch(/secret-bundle get .*--query 'data."version-number"'/);
    expect(remedies).not.toContain('secret-bundle-content');
  });

  it('of an endpoint out of reach speaks of gateways and rules', async () => {
    const remedy = await remedyOf('endpoint-unreachable', 'standby-no-service-gateway');
    expect(remedy).toMatch(/service gateway.*NAT gateway/);
    expect(remedy).toContain('https://objectstorage.eu-zurich-1.oraclecloud.com/');
  });
});
