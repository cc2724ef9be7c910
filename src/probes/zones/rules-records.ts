// Public names: what moves them in a failover.
import { parseDurationMs } from '../../contract/duration.ts';
import type { Draft, PairedRule } from '../../contract/rule.ts';
import { namesRegion } from '../../formats/region-tokens.ts';
import { shellWord } from '../../formats/shell-word.ts';
import type { Facts, RecordSet, Zone } from './facts.ts';
import { plainHost } from './parse-records.ts';
import { staticRecord } from './remedy.ts';
import type { Settings } from './settings.ts';
import { type Context, isAddressType, type World, worldOf } from './whose.ts';

type Rule = PairedRule<Facts, Settings>;

const staticPrimary: Rule = {
  code: 'zones/static-primary',
  kind: 'paired',
  severity: 'blocker',
  title: 'A public name leads to the primary and nothing moves it',
  why: 'After a failover clients of this name go on to a region that is gone, until somebody changes the record and what they keep runs out.',
  judge: (standby, primary, context) => {
    const world = worldOf(standby, primary, context);
    const wanted = wantedNames(world, context);
    return publicSets(world)
      .filter(({ set }) => (wanted === null ? !isOfOneSide(set.name, primary, context) : wanted.has(set.name)))
      .filter(({ set }) => !isOwnName(set.name, context) && !world.isSteered(set.name, set.type))
      .filter(({ set }) => isLast(set, world) && world.ownerOf(set.type, set.values) === 'primary')
      .map((one) => draftOf(one, context));
  },
  remedy: staticRecord,
};

interface Placed {
  readonly zone: Zone;
  readonly set: RecordSet;
}

const publicSets = ({ publicZones }: World): readonly Placed[] =>
  publicZones.flatMap((zone) =>
    zone.records.kind === 'seen' ? zone.records.sets.filter(({ type }) => leads(type)).map((set) => ({ zone, set })) : [],
  );

const leads = (type: string): boolean => isAddressType(type) || type === 'CNAME' || type === 'ALIAS';

/** A CNAME to a name of the own zones says nothing that the record behind it does not. */
function isLast({ type, values }: RecordSet, world: World): boolean {
  if (isAddressType(type)) return true;
  return !values.some((value) => world.isSteered(value, 'A') || world.isKnown(value));
}

const isOwnName = (name: string, { standby, primary }: Context): boolean =>
  [...standby.settings.ownNames, ...primary.settings.ownNames].some((one) => plainHost(one) === name);

/** `api-iad.example.com`, `primary.example.com` and the names of machines stay where they are. */
function isOfOneSide(name: string, primary: Facts, { primary: { settings } }: Context): boolean {
  const first = name.split('.')[0]!;
  return (
    namesRegion(name, primary.region) ||
    first === 'primary' ||
    Object.keys(settings.scope.hosts).some((host) => host.toLowerCase() === first)
  );
}

/** Null: all. The names that an operator listed, with those that their CNAMEs lead to. */
function wantedNames(world: World, { standby }: Context): ReadonlySet<string> | null {
  if (standby.settings.names.length === 0) return null;
  const wanted = new Set(standby.settings.names.map(plainHost));
  const aliases = publicSets(world).filter(({ set }) => !isAddressType(set.type));
  for (let size = 0; size !== wanted.size; ) {
    size = wanted.size;
    for (const { set } of aliases) if (wanted.has(set.name)) for (const value of set.values) wanted.add(value);
  }
  return wanted;
}

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
  judge: (standby, primary, context) => {
    const world = worldOf(standby, primary, context);
    const known = new Set([...publicSets(world).map(({ set }) => set.name), ...world.attachments.map(({ domain }) => domain)]);
    return context.standby.settings.names
      .map(plainHost)
      .filter((name) => !known.has(name))
      .map((name) => ({ subject: name, expected: 'a record or a steering policy', actual: 'in none of the zones that were seen' }));
  },
  remedy: () => '# Add the compartment of its zone to `compartments` of this check, or take it from `names`.\n$ understudy config check',
};

export const recordRules = [staticPrimary, nameUnseen] as const;
