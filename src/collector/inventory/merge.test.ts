import { describe, expect, it } from 'vitest';
import { parseFleetConfig } from '../../config/fleet/parse.ts';
import type { FleetConfig } from '../../config/fleet-config.ts';
import type { Found } from './found.ts';
import { type FoundFrom, mergeRoster, targetsMax } from './merge.ts';
import type { Told } from './roster.ts';

const places = { socket: null, storeFile: '/var/lib/understudy/collector.db', receiptKeyFile: '/var/lib/understudy/receipts.key' };

async function fleet(text: string): Promise<FleetConfig> {
  const read = await parseFleetConfig(text, '/etc/understudy/fleet.yaml', new Map(), places);
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.errors));
  return read.config;
}

const billing = (primary: string | null) => `
sites: {fra: {}, zrh: {}}
agents: {tokenFile: /agents.token}
groups:
  billing:
    ${primary === null ? '' : `primary: ${primary}`}
    pairs:
      app1: {fra: "https://app1-fra:7807", zrh: {address: "https://app1-zrh:7807", tokenFile: /zrh.token}}
discover: [{files: [/targets.json]}]
`;

const found = (address: string, told: Partial<Told> = {}): Found => ({
  address,
  told: { group: null, pair: null, role: null, site: null, ...told },
});

const agents = { tokenFile: '/found.token', authoritiesFile: null, certificateFile: null, keyFile: null, serverName: null };

const from = (source: string, ...all: readonly Found[]): FoundFrom => ({ source, agents, found: all });

const toldOf = (config: FleetConfig, key: string, ...lists: readonly FoundFrom[]) =>
  mergeRoster(config, lists).targets.find((target) => target.key === key)?.told;

describe('members of the fleet file', () => {
  it('are primary or standby by the one word that says where the primary is', async () => {
    const roles = async (primary: string | null) => mergeRoster(await fleet(billing(primary)), []).targets.map(({ told }) => told.role);
    expect(await roles('fra')).toEqual(['primary', 'standby']);
    expect(await roles('zrh')).toEqual(['standby', 'primary']);
    expect(await roles(null)).toEqual([null, null]);
  });

  it('are reached and named as the file says, whatever is found at their address', async () => {
    const { targets, problems } = mergeRoster(await fleet(billing('fra')), [from('/targets.json', found('https://app1-zrh:7807'))]);
    expect(targets).toHaveLength(2);
    expect(targets[1]).toMatchObject({
      key: 'https://app1-zrh:7807',
      contact: { tokenFile: '/zrh.token' },
      told: { group: 'billing', pair: 'app1', role: 'standby', site: 'zrh' },
      source: '/etc/understudy/fleet.yaml',
    });
    expect(problems).toEqual([]);
  });

  it('keep what the file says of them where discovery says otherwise, and that is told', async () => {
    const lists = [from('/targets.json', found('https://app1-zrh:7807', { group: 'web', role: 'primary' }))];
    const { targets, problems } = mergeRoster(await fleet(billing('fra')), lists);
    expect(targets[1]!.told).toEqual({ group: 'billing', pair: 'app1', role: 'standby', site: 'zrh' });
    expect(problems).toEqual([
      "/targets.json says of https://app1-zrh:7807 that its group is 'web', but /etc/understudy/fleet.yaml says 'billing' counts",
      "/targets.json says of https://app1-zrh:7807 that its role is 'primary', but /etc/understudy/fleet.yaml says 'standby' counts",
    ]);
  });

  it('take the role that discovery gives them where the file leaves it open', async () => {
    const config = await fleet(billing(null));
    expect(
      toldOf(config, 'https://app1-zrh:7807', from('/targets.json', found('https://app1-zrh:7807', { role: 'standby' }))),
    ).toMatchObject({
      role: 'standby',
    });
  });
});

describe('agents that were found', () => {
  it('are reached as their source says, and told of by their labels', async () => {
    const { targets } = mergeRoster(await fleet(billing('fra')), [
      from('/targets.json', found('https://app2-fra:7807', { group: 'billing', pair: 'app2', site: 'fra' })),
    ]);
    expect(targets[2]).toEqual({
      key: 'https://app2-fra:7807',
      contact: { address: 'https://app2-fra:7807', ...agents },
      told: { group: 'billing', pair: 'app2', site: 'fra', role: 'primary' },
      source: '/targets.json',
    });
  });

  it('turn round with their group, whatever role a label gives them', async () => {
    const label = found('https://app2-fra:7807', { group: 'billing', pair: 'app2', site: 'fra', role: 'primary' });
    const { targets, problems } = mergeRoster(await fleet(billing('zrh')), [from('/targets.json', label)]);
    expect(targets[2]!.told.role).toBe('standby');
    expect(problems).toEqual(["/targets.json says of https://app2-fra:7807 that its role is 'primary', but 'standby' counts"]);
  });

  it('keep the role of their label in a group that the file does not know', async () => {
    const config = await fleet(billing('fra'));
    const label = found('https://x:1', { group: 'elsewhere', site: 'zrh', role: 'primary' });
    expect(toldOf(config, 'https://x:1', from('/targets.json', label))).toMatchObject({ role: 'primary' });
  });

  it('twice are one agent, of which each source may say a part', async () => {
    const config = await fleet(billing('fra'));
    const { targets, problems } = mergeRoster(config, [
      from('/a.json', found('https://x:1', { group: 'web' })),
      from('/b.json', found('https://x:1', { pair: 'web1' })),
    ]);
    expect(targets.filter(({ key }) => key === 'https://x:1').map(({ told, source }) => ({ ...told, source }))).toEqual([
      { group: 'web', pair: 'web1', role: null, site: null, source: '/a.json' },
    ]);
    expect(problems).toEqual([]);
  });

  it('twice with other labels are what the first says, and the second is told of', async () => {
    const config = await fleet(billing('fra'));
    const lists = [from('/a.json', found('https://x:1', { pair: 'web1' })), from('/b.json', found('https://x:1', { pair: 'web2' }))];
    expect(toldOf(config, 'https://x:1', ...lists)?.pair).toBe('web1');
    expect(mergeRoster(config, lists).problems).toEqual([
      "/b.json says of https://x:1 that its pair is 'web2', but /a.json says 'web1' counts",
    ]);
  });

  it.each(['zhr', 'constructor'])('at site %s, which nobody declared, are at none, and that is said', async (site) => {
    const config = await fleet(billing('fra'));
    const { targets, problems } = mergeRoster(config, [from('/a.json', found('https://x:1', { site }))]);
    expect(targets[2]!.told.site).toBeNull();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`/a.json puts https://x:1 at site '${site}', which the fleet file does not have`);
  });

  it('beyond what a roster holds are counted, not asked', async () => {
    const many = Array.from({ length: targetsMax }, (_, index) => found(`https://x${index}:1`));
    const { targets, problems } = mergeRoster(await fleet(billing('fra')), [from('/a.json', ...many)]);
    expect(targets).toHaveLength(targetsMax);
    expect(problems).toEqual([`more than ${targetsMax} agents are named; 2 of them are not asked`]);
  });

  it('that all contradict each other do not make a page that nobody reads', async () => {
    const many = Array.from({ length: 200 }, (_, index) => found(`https://x${index}:1`, { site: 'lhr' }));
    const { problems } = mergeRoster(await fleet(billing('fra')), [from('/a.json', ...many)]);
    expect(problems).toHaveLength(51);
    expect(problems.at(-1)).toBe('150 more contradictions');
  });
});

describe('the agent of this machine', () => {
  it('is asked beside everybody else, and says itself who it is', async () => {
    const local = { address: 'unix:/run/understudy/agent.sock', ...agents };
    const { targets } = mergeRoster({ ...(await fleet(billing('fra'))), local }, []);
    expect(targets.at(-1)).toEqual({
      key: local.address,
      contact: local,
      told: { group: null, pair: null, role: null, site: null },
      source: 'this machine',
    });
  });

  it('is the member that the fleet file makes of it', async () => {
    const local = { address: 'https://app1-fra:7807', ...agents };
    const { targets } = mergeRoster({ ...(await fleet(billing('fra'))), local }, []);
    expect(targets.map(({ source }) => source)).toEqual(['/etc/understudy/fleet.yaml', '/etc/understudy/fleet.yaml']);
  });
});
