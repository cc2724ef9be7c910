// Public names: what moves them in a failover.
import { parseDurationMs } from '../../contract/duration.ts';
import type { Draft, PairedRule } from '../../contract/rule.ts';
import { shellWord } from '../../formats/shell-word.ts';
import type { Facts } from './facts.ts';
import { movingNames, namesWithout, type Placed } from './names.ts';
import { plainHost } from './parse-records.ts';
import { steerings } from './policies.ts';
import { staticRecord } from './remedy.ts';
import type { Settings } from './settings.ts';
import { type Context, isAddressType, type Owner, type World, worldOf } from './whose.ts';

type Rule = PairedRule<Facts, Settings>;

/** What is in a list of attachments that was not seen may steer the name. */
const areAttachmentsSeen = (...both: readonly Facts[]): boolean =>
  !both.some(({ unseen }) => unseen.some(({ what }) => what === 'steering policy attachments'));

const staticPrimary: Rule = {
  code: 'zones/static-primary',
  kind: 'paired',
  severity: 'blocker',
  title: 'A public name leads to the primary and nothing moves it',
  why: 'After a failover clients of this name go on to a region that is gone, until somebody changes the record and what they keep runs out.',
  judge: (standby, primary, context) => {
    if (!areAttachmentsSeen(standby, primary)) return [];
    const world = worldOf(standby, primary, context);
    const names = movingNames(world, primary, context);
    return names.filter(({ set }) => isStatic(set, world, new Set(names.map((one) => one.set)), 0)).map((one) => draftOf(one, context));
  },
  remedy: staticRecord,
};

const stepsMax = 16;

/** Told once: a name that leads to another one that is told is not told itself. */
function isStatic(set: Placed['set'], world: World, told: ReadonlySet<Placed['set']>, steps: number): boolean {
  if (isAddressType(set.type)) return world.ownerOf(set.type, set.values) === 'primary';
  return set.values.some((value) => {
    const behind = ['A', 'AAAA', 'CNAME'].some((type) => world.isSteered(value, type)) ? null : world.recordsAt(value);
    if (behind === null || steps > stepsMax) return false;
    if (behind.length === 0) return world.ownerOf(set.type, [value]) === 'primary';
    return behind.some((one) => !told.has(one) && isStatic(one, world, told, steps + 1));
  });
}

const staticBoth: Rule = {
  code: 'zones/static-both',
  kind: 'paired',
  severity: 'warning',
  title: 'A public name leads to both sides at once and nothing moves it',
  why: 'Clients pick one by chance: a share goes to the standby while the primary is well, and the other share to the primary when it is gone.',
  judge: (standby, primary, context) => {
    if (!areAttachmentsSeen(standby, primary)) return [];
    const world = worldOf(standby, primary, context);
    return movingNames(world, primary, context)
      .filter(({ set }) => {
        const owners: readonly Owner[] = set.values.map((value) => world.ownerOf(set.type, [value]));
        return isAddressType(set.type) && owners.includes('primary') && owners.includes('standby');
      })
      .map((one) => draftOf(one, context));
  },
  remedy: staticRecord,
};

function draftOf({ zone, set }: Placed, { standby }: Context): Draft {
  const max = (parseDurationMs(standby.settings.ttlMax) ?? 300_000) / 1_000;
  const isLong = set.ttl !== null && set.ttl > max;
  return {
    subject: set.name,
    expected: `steered between both sides${isLong ? `, ttl of ${max} at most` : ''}`,
    actual: `${set.type} ${set.values.join(', ')} ttl ${set.ttl ?? '?'}, no steering policy`,
    with: { zone: zone.id, name: shellWord(set.name), type: set.type },
  };
}

const nameUnseen: Rule = {
  code: 'zones/name-unseen',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'Nothing that was seen answers for a name of the settings',
  why: 'Its zone lies in another compartment or with another provider. Whether it moves in a failover is not known.',
  judge: (standby, primary, context) =>
    namesWithout(worldOf(standby, primary, context), context).map(({ name, has }) => ({
      subject: name,
      expected: 'an address, an alias or a steering policy',
      actual: has.length === 0 ? 'in none of the zones that were seen' : `${has.join(' and ')} only`,
    })),
  remedy: () => '# Add the compartment of its zone to `compartments` of this check, or take it from `names`.\n$ understudy config check',
};

const nameOfNobody: Rule = {
  code: 'zones/name-of-nobody',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'A name of the settings leads to neither side',
  why: 'What it leads to is no address that is known of primary or standby. Whether it moves in a failover is not known.',
  judge: (standby, primary, context) => {
    const world = worldOf(standby, primary, context);
    const ours = new Set(steerings(standby, primary, context).map(({ policy }) => policy.id));
    const policies = [...standby.policies, ...primary.policies];
    return context.standby.settings.names.map(plainHost).flatMap((name) => {
      const attached = world.attachments.filter(({ domain }) => domain === name).map(({ policy }) => policy);
      const records = world.recordsAt(name).filter(({ type }) => !world.isSteered(name, type));
      const isOurs =
        attached.some((id) => ours.has(id)) ||
        records.some(({ type, values }) => ['primary', 'standby'].includes(world.ownerOf(type, values)));
      if (isOurs || attached.length + records.length === 0) return [];
      const told = policies.flatMap(({ id, content }) =>
        attached.includes(id) && content.kind === 'seen' ? content.answers.map(({ type, value }) => `${type} ${value}`) : [],
      );
      const actual = [...new Set([...told, ...records.map(({ type, values }) => `${type} ${values.join(', ')}`)])].join(', ');
      return [{ subject: name, expected: 'an address of primary or standby', actual: actual || 'a policy that was not seen' }];
    });
  },
  remedy: () =>
    [
      '# Name the addresses of both sides under `addresses` of their regions in the fleet file, or take the name from `names`:',
      '$ understudy config check',
    ].join('\n'),
};

export const recordRules = [staticPrimary, staticBoth, nameUnseen, nameOfNobody] as const;
