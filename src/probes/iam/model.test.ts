// Small worlds, judged against a plain reckoning of the same: who may do what where, by going through every statement for every request.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { instanceId, judgeIam } from '../../../test/support/iam-world.ts';

const levels = ['inspect', 'read', 'use', 'manage'];
const resources = ['dns-zones', 'log-groups'];
const buckets = [null, 'a', 'b'];
const groups = ['one', 'two'];
const sides = ['primary', 'standby'] as const;
type Side = (typeof sides)[number];

interface Said {
  readonly group: string;
  readonly verb: string;
  readonly resource: string;
  readonly place: 'apps' | 'prod' | 'dr';
  readonly region: 'iad' | 'phx' | null;
  readonly name: string | null;
}

const said = fc.record({
  group: fc.constantFrom(...groups),
  verb: fc.constantFrom(...levels),
  resource: fc.constantFrom(...resources),
  place: fc.constantFrom('apps' as const, 'prod' as const, 'dr' as const),
  region: fc.constantFrom('iad' as const, 'phx' as const, null),
  name: fc.constantFrom(...buckets),
});

const world = fc.record({
  statements: fc.array(said, { minLength: 1, maxLength: 6 }),
  members: fc.record({ one: fc.subarray([...sides]), two: fc.subarray([...sides]) }),
});

const text = ({ group, verb, resource, place, region, name }: Said): string => {
  const tests = [...(region === null ? [] : [`request.region = '${region}'`]), ...(name === null ? [] : [`target.thing.name = '${name}'`])];
  const where = tests.length === 0 ? '' : ` where all {${tests.join(', ')}}`;
  return `Allow dynamic-group ${group} to ${verb} ${resource} in compartment ${place}${where}`;
};

/** Everything that an instance of the side may do in its own compartment, as lines. */
function mayDo(side: Side, statements: readonly Said[], members: Readonly<Record<string, readonly Side[]>>): ReadonlySet<string> {
  const own = side === 'primary' ? 'prod' : 'dr';
  const key = side === 'primary' ? 'iad' : 'phx';
  const may = new Set<string>();
  for (const { group, verb, resource, place, region, name } of statements) {
    if (!members[group]!.includes(side) || (place !== own && place !== 'apps') || (region !== null && region !== key)) continue;
    for (const level of levels.slice(0, levels.indexOf(verb) + 1))
      for (const asked of ['a', 'b', 'other', 'none']) if (name === null || name === asked) may.add(`${level} ${resource} ${asked}`);
  }
  return may;
}

it('what the standby may do less or more is what a plain reckoning finds', async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ statements, members }) => {
      const rules = groups.map((group) => {
        const ids = members[group as 'one' | 'two'].map((side) => `instance.id = '${instanceId(side, 'app-1')}'`);
        return [group, `Any {${[...ids, "instance.id = 'nobody'"].join(', ')}}`] as const;
      });
      const { findings, verdict } = await judgeIam({ groups: Object.fromEntries(rules), policies: { apps: statements.map(text) } });
      const [theirs, ours] = [mayDo('primary', statements, members), mayDo('standby', statements, members)];
      const isLess = [...theirs].some((line) => !ours.has(line));
      const isMore = [...ours].some((line) => !theirs.has(line));
      expect(findings.some(({ severity }) => severity === 'blocker')).toBe(isLess);
      expect(findings.some(({ code }) => code === 'iam/grant-stronger')).toBe(isMore);
      expect(verdict).toBe(isLess ? 'not-ready' : isMore ? 'degraded' : 'ready');
    }),
    { numRuns: 150 },
  );
}, 60_000);
