// Commands of remedies are typed by whoever trusts them: they say what they mean, and run nothing that a name says.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeNetworks, type NetworkSide, tcp } from '../../../test/support/network-world.ts';

type Act = (standby: NetworkSide, primary: NetworkSide) => void;

const remediesOf = async (act: Act): Promise<readonly { readonly code: string; readonly subject: string; readonly remedy: string }[]> =>
  (await judgeNetworks(act)).findings;

const remedyOf = async (code: string, act: Act): Promise<string | undefined> =>
  (await remediesOf(act)).find((finding) => finding.code === `network/${code}`)?.remedy;

const groupsOfTheName =
  (name: string): Act =>
  (standby, primary) => {
    for (const side of [standby, primary]) {
      side.nsgs.push({
        id: side.id('networksecuritygroup', 'named'),
        displayName: name,
        vcnId: side.id('vcn', 'pay'),
        lifecycleState: 'AVAILABLE',
      });
      side.lists[0]!.displayName = name;
      side.tables[0]!.displayName = name;
    }
    primary.rules['nsg-web']!.push(tcp(primary.id('networksecuritygroup', 'named'), 9443));
    standby.nsgs.pop();
    standby.lists[0]!.ingressSecurityRules = [];
    (standby.tables[0] as { routeRules: object[] }).routeRules = [];
  };

/** What a shell makes of the commands, each word a line; `oci` does nothing but say its words. */
function run(commands: readonly string[]): { readonly words: string; readonly files: readonly string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'remedies-'));
  const script = `oci() { for word; do printf '<%s>\\n' "$word" >&2; done; }\n${commands.join('\n')} `;
  const words = execFileSync('sh', ['-c', `{ ${script}\n} 2>&1`], { cwd: folder, encoding: 'utf8' });
  return { words, files: readdirSync(folder) };
}

const hostile = [
  "x'; touch PWNED; '",
  'NSG App (prod) & more',
  '--force',
  '$(touch PWNED)',
  '`touch PWNED`',
  'a\n$ touch PWNED',
  '"; touch PWNED #',
  '<a> > b',
  '',
  '*',
  'toString',
];
const names = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'grapheme', maxLength: 12 }));

describe('a name that was given to a group, a list and a table', () => {
  it('is one word of a command, and runs nothing', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(names, async (name) => {
        const lines = (await remediesOf(groupsOfTheName(name))).flatMap(({ remedy }) => remedy.split('\n'));
        expect(lines.filter((line) => !/^[$#] /.test(line))).toEqual([]);
        const { words, files } = run(lines.filter((line) => line.startsWith('$ ')).map((line) => line.slice(2)));
        expect(files.filter((file) => !/^(?:rules|routes)\.json$/.test(file))).toEqual([]);
        expect(words.split('\n').filter((line) => !/^<.*>$/.test(line))).toEqual(['']);
        if (/[\p{Cc}\u2028\u2029]/u.test(name)) return;
        expect(words).toContain(name.startsWith('-') ? `<--display-name=${name}>` : `<--display-name>\n<${name}>`);
      }),
      { numRuns: 40, examples: hostile.map((name) => [name]) },
    );
  });
});

describe('the remedy of a route', () => {
  const table = (side: NetworkSide) => side.tables[0]! as { routeRules: { destination: string }[] };

  it('says to take out what the standby alone has', async () => {
    const remedy = await remedyOf('route-here-only', (standby, primary) => {
      const route = { destination: '172.16.0.0/12', destinationType: 'CIDR_BLOCK', networkEntityId: standby.id('drg', 'drg') };
      table(standby).routeRules.push(route);
      primary.tables = [
        { ...table(primary), routeRules: table(primary).routeRules.filter(({ destination }) => destination !== '0.0.0.0/0') },
      ];
      table(standby).routeRules = table(standby).routeRules.filter(({ destination }) => destination !== '0.0.0.0/0');
    });
    expect(remedy).toContain('# take out the route to 172.16.0.0/12 via drg');
  });

  it('names services as the standby’s region does', async () => {
    const remedy = await remedyOf('route-missing', (standby) => {
      table(standby).routeRules.pop();
    });
    expect(remedy).toContain('"destination":"all-phx-services-in-oracle-services-network"');
  });

  it('gives a subnet the table that is there', async () => {
    const remedy = await remedyOf('route-missing', (standby) => {
      standby.tables.push({ ...standby.tables[0], id: standby.id('routetable', 'other'), displayName: 'rt-other', routeRules: [] });
      standby.subnets[0]!.routeTableId = standby.id('routetable', 'other');
    });
    expect(remedy).toContain(
      '$ oci network subnet update --subnet-id ocid1.subnet.oc1.phx.snapp --route-table-id ocid1.routetable.oc1.phx.rtprivate --region us-phoenix-1',
    );
  });
});

describe('the remedy of a list that its subnet does not use', () => {
  const withList = (side: NetworkSide, isUsed: boolean): void => {
    const id = side.id('securitylist', 'sl-mon');
    side.lists.push({
      id,
      displayName: 'sl-mon',
      vcnId: side.id('vcn', 'pay'),
      lifecycleState: 'AVAILABLE',
      ingressSecurityRules: [tcp('192.168.77.0/24', 9100)],
    });
    const [subnet] = side.subnets as { securityListIds: string[] }[];
    if (isUsed) subnet!.securityListIds = [...subnet!.securityListIds, id];
  };

  it('puts it on the subnet beside what is there, since its rules are right', async () => {
    const remedy = await remedyOf('flow-missing', (standby, primary) => {
      withList(standby, false);
      withList(primary, true);
    });
    expect(remedy?.split('\n')).toEqual([
      expect.stringContaining('# put sl-mon on sn-app'),
      `$ oci network subnet update --subnet-id ocid1.subnet.oc1.phx.snapp --security-list-ids '["ocid1.securitylist.oc1.phx.slmon","ocid1.securitylist.oc1.phx.slpay"]' --region us-phoenix-1`,
    ]);
  });

  it('adds rules where the list lacks them as well', async () => {
    const remedy = await remedyOf('flow-missing', (standby, primary) => {
      withList(standby, false);
      withList(primary, true);
      standby.lists.at(-1)!.ingressSecurityRules = [];
    });
    expect(remedy).toContain('oci network security-list update');
  });
});

describe('the remedy of a group that is missing', () => {
  const missing = (side: NetworkSide): void => {
    side.nsgs.push({ id: side.id('networksecuritygroup', 'new'), displayName: 'nsg-new', vcnId: side.id('vcn', 'pay') });
    side.rules.new = [tcp('0.0.0.0/0', 9)];
  };

  it('creates it where its siblings lie, whatever compartment is named first', async () => {
    const remedy = await remedyOf('group-missing', (standby, primary) => {
      missing(primary);
      for (const one of standby.nsgs) one.compartmentId = 'ocid1.compartment.oc1..network';
      for (const one of primary.nsgs) one.compartmentId = 'ocid1.compartment.oc1..theirs';
    });
    expect(remedy).toContain('--compartment-id ocid1.compartment.oc1..network ');
  });

  it('creates it where the network lies when no sibling tells', async () => {
    const remedy = await remedyOf('group-missing', (standby, primary) => {
      missing(primary);
      primary.nsgs.at(-1)!.compartmentId = 'ocid1.compartment.oc1..own';
      standby.vcns[0]!.compartmentId = 'ocid1.compartment.oc1..network';
    });
    expect(remedy).toContain('--compartment-id ocid1.compartment.oc1..network ');
  });

  it('leaves the compartment to be filled in where none is known', async () => {
    expect(await remedyOf('group-missing', (_, primary) => missing(primary))).toContain("--compartment-id '<compartment>' ");
  });
});

describe('what is left of a rule', () => {
  const icmp = (source: string, options: object): Record<string, unknown> => ({
    ...tcp(source, 1),
    protocol: '1',
    tcpOptions: null,
    icmpOptions: options,
  });

  it('is mended by the one rule of the primary, and not block by block', async () => {
    const { findings } = await judgeNetworks((standby, primary) => {
      primary.rules['nsg-web']!.push(tcp('0.0.0.0/0', 1521));
      standby.rules['nsg-web']!.push(tcp('10.7.7.0/24', 1521));
    });
    const found = findings.find(({ code }) => code === 'network/flow-missing');
    expect(found?.subject).toMatch(/more blocks$/);
    expect(found?.actual).toContain('of the rule for tcp 1521 from 0.0.0.0/0');
    expect(found?.remedy).toContain('"source":"0.0.0.0/0"');
    expect(found?.remedy.match(/"source"/g)).toHaveLength(1);
  });

  it('is all codes of a type of ICMP where the primary’s rule has them all', async () => {
    const remedy = await remedyOf('flow-missing', (standby, primary) => {
      primary.rules['nsg-web']!.push(icmp('10.0.0.0/16', { type: 3, code: null }));
      standby.rules['nsg-web']!.push(icmp('10.1.0.0/16', { type: 3, code: 4 }));
    });
    expect(remedy).toContain('"source":"10.1.0.0/16","protocol":"1","icmpOptions":{"type":3}}]');
  });

  it('is never a rule for all protocols where the primary allows those of fewer peers', async () => {
    const remedy = await remedyOf('flow-missing', (_, primary) => {
      primary.rules['nsg-web']!.push(tcp('0.0.0.0/0', [1, 65_535]), { ...tcp('10.0.0.0/16', 1), protocol: 'all', tcpOptions: null });
    });
    expect(remedy).not.toMatch(/"source":"0\.0\.0\.0\/0","protocol":"all"/);
  });

  it('says by which rule the standby alone lets it through', async () => {
    const { findings } = await judgeNetworks((standby, primary) => {
      standby.rules['nsg-web']!.push(tcp('0.0.0.0/0', 1521));
      primary.rules['nsg-web']!.push(tcp('10.7.7.0/24', 1521));
    });
    expect(findings.find(({ code }) => code === 'network/flow-here-only')?.actual).toContain('of the rule for tcp 1521 from 0.0.0.0/0');
  });
});

describe('the remedy of a gateway that failed', () => {
  it('turns no switch that changes nothing', async () => {
    const remedy = await remedyOf('gateway-closed', (standby) => {
      standby.nats[0]!.lifecycleState = 'FAILED';
    });
    expect(remedy).toContain('$ oci network nat-gateway get ');
  });
});
