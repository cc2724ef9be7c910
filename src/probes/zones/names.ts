// Public names that have to move in a failover, and those that stay where they are.
import { namesRegion } from '../../formats/region-tokens.ts';
import type { Facts, RecordSet, Zone } from './facts.ts';
import { plainHost } from './parse-records.ts';
import { type Context, isAddressType, type World } from './whose.ts';

export interface Placed {
  readonly zone: Zone;
  readonly set: RecordSet;
}

/** Records of names that have to move and that no policy steers: of those that an operator listed, or else of all that may be anybody's. */
export function movingNames(world: World, primary: Facts, context: Context): readonly Placed[] {
  const listed = new Set(context.standby.settings.names.map(plainHost));
  const own = new Set([...context.standby.settings.ownNames, ...context.primary.settings.ownNames].map(plainHost));
  return publicSets(world)
    .filter(({ set }) => (listed.size > 0 ? listed.has(set.name) : !isOfOneSide(set.name, primary, context)))
    .filter(({ set }) => !own.has(set.name) && !world.isSteered(set.name, set.type));
}

const publicSets = ({ publicZones }: World): readonly Placed[] =>
  publicZones.flatMap((zone) =>
    zone.records.kind === 'seen' ? zone.records.sets.filter(({ type }) => leads(type)).map((set) => ({ zone, set })) : [],
  );

const leads = (type: string): boolean => isAddressType(type) || type === 'CNAME' || type === 'ALIAS';

/** `api-iad.example.com`, `primary.example.com` and the names of machines stay where they are. */
function isOfOneSide(name: string, primary: Facts, { primary: { settings } }: Context): boolean {
  const first = name.split('.')[0]!;
  return (
    namesRegion(name, primary.region) ||
    first === 'primary' ||
    Object.keys(settings.scope.hosts).some((host) => host.toLowerCase() === first)
  );
}

/** Listed names without an address, an alias or a policy, with the types of records that they do have. */
export function namesWithout(world: World, { standby }: Context): readonly { readonly name: string; readonly has: readonly string[] }[] {
  const known = new Set([...publicSets(world).map(({ set }) => set.name), ...world.attachments.map(({ domain }) => domain)]);
  return standby.settings.names
    .map(plainHost)
    .filter((name) => !known.has(name))
    .map((name) => ({
      name,
      has: world.publicZones.flatMap(({ records }) =>
        records.kind === 'seen' ? records.sets.filter((set) => set.name === name).map(({ type }) => type) : [],
      ),
    }));
}
