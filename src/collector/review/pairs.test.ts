import { describe, expect, test } from 'vitest';
import { parseFleetConfig } from '../../config/fleet/parse.ts';
import type { FleetConfig } from '../../config/fleet-config.ts';
import type { NodeIdentity, Role } from '../../contract/node.ts';
import { probes } from '../../probes/registry.generated.ts';
import type { Told } from '../inventory/roster.ts';
import { type Member, pairKey, pairUp } from './pairs.ts';

async function fleet(text: string): Promise<FleetConfig> {
  const read = await parseFleetConfig(text, 'fleet.yaml', probes);
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.errors));
  return read.config;
}

const billing = `
sites: { fra: {}, zrh: {} }
groups:
  billing:
    primary: fra
    thresholds: { silentAfter: 4m }
    expect: { checks: [kernel] }
    pairs:
      app1: { fra: 'https://a-fra:1', zrh: 'https://a-zrh:1' }
      app2: { fra: 'https://b-fra:1', zrh: 'https://b-zrh:1', thresholds: { silentAfter: 9m } }
    lawful:
      - { check: kernel, field: /os, reason: it is, pairs: [app2] }
      - { check: kernel, field: /architecture, reason: it is }
`;

function member(key: string, told: Partial<Told> = {}, own: { group?: string; twin?: string; role?: Role } | null = {}): Member {
  const identity: NodeIdentity | null =
    own === null
      ? null
      : { id: key, name: key, role: own.role ?? null, group: own.group ?? null, twin: own.twin ?? null, site: {}, version: '1' };
  const contact = { address: key, tokenFile: null, authoritiesFile: null, certificateFile: null, keyFile: null, serverName: null };
  return { target: { key, contact, told: { group: null, pair: null, role: null, site: null, ...told }, source: 'test' }, identity };
}

describe('who stands beside whom', () => {
  test('is what the agents say, where the fleet says nothing', async () => {
    const members = [
      member('a', {}, { group: 'g', twin: 't', role: 'standby' }),
      member('b', {}, { group: 'g', twin: 't', role: 'primary' }),
    ];
    const { pairs, unassigned } = pairUp(await fleet('groups: {}'), members);
    expect([...pairs.values()].map(({ standby, primary }) => [standby?.target.key, primary?.target.key])).toEqual([['a', 'b']]);
    expect(unassigned).toEqual([]);
  });

  test('is what the fleet says, over what an agent says of itself', async () => {
    const members = [
      member('a', { group: 'billing', pair: 'app1', role: 'primary' }, { group: 'old', twin: 'x', role: 'standby' }),
      member('b', { group: 'billing', pair: 'app1', role: 'standby' }, { group: 'old', twin: 'x', role: 'primary' }),
    ];
    const pair = pairUp(await fleet(billing), members).pairs.get(pairKey('billing', 'app1'));
    expect([pair?.standby?.target.key, pair?.primary?.target.key]).toEqual(['b', 'a']);
  });

  test('a pair of the file is there before anybody answered, with nobody in it', async () => {
    const { pairs } = pairUp(await fleet(billing), []);
    expect([...pairs.values()].map(({ pair, standby, primary }) => [pair, standby, primary])).toEqual([
      ['app1', null, null],
      ['app2', null, null],
    ]);
  });

  test('a node that was never heard stands where the file puts it', async () => {
    const told = { group: 'billing', pair: 'app1', role: 'standby' } as const;
    const pair = pairUp(await fleet(billing), [member('a', told, null)]).pairs.get(pairKey('billing', 'app1'));
    expect(pair?.standby?.target.key).toBe('a');
  });

  test('two that claim one place leave it empty, and are named', async () => {
    const own = { group: 'g', twin: 't', role: 'standby' } as const;
    const { pairs } = pairUp(await fleet('groups: {}'), [member('a', {}, own), member('b', {}, own)]);
    const [pair] = [...pairs.values()];
    expect(pair).toMatchObject({ standby: null, contested: ['2 nodes claim to be the standby: a, b'] });
  });

  test('a node without group, pair or role is nobody’s twin, and is not forgotten', async () => {
    const members = [member('a', {}, { group: 'g', twin: 't' }), member('b', {}, { group: 'g', role: 'standby' }), member('c', {}, null)];
    const { pairs, unassigned } = pairUp(await fleet('groups: {}'), members);
    expect(pairs.size).toBe(0);
    expect(unassigned.map(({ target }) => target.key)).toEqual(['a', 'b', 'c']);
  });
});

test('what was agreed on is the pair’s own over the group’s', async () => {
  const { pairs } = pairUp(await fleet(billing), []);
  const [app1, app2] = ['app1', 'app2'].map((name) => pairs.get(pairKey('billing', name))!.terms);
  expect([app1!.thresholds.silentAfterMs, app2!.thresholds.silentAfterMs]).toEqual([240_000, 540_000]);
  expect([app1!.lawful.map(({ field }) => field), app2!.lawful.map(({ field }) => field)]).toEqual([
    ['/architecture'],
    ['/os', '/architecture'],
  ]);
  expect(app1!.expectedChecks).toEqual(['kernel']);
});
