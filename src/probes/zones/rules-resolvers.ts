// Private resolvers: the views that they look into, and where they send what they do not know themselves.
import type { AloneRule, Draft, PairedRule } from '../../contract/rule.ts';
import { type Facts, type Forward, isSeenResolver, type SeenResolver } from './facts.ts';
import { type PrivateWords, pairResolvers, privateWords } from './private-pairs.ts';
import { resolver } from './remedy.ts';
import type { Settings } from './settings.ts';
import { type Context, isWithin } from './whose.ts';

type Paired = PairedRule<Facts, Settings>;

const resolverMissing: Paired = {
  code: 'zones/resolver-missing',
  kind: 'paired',
  severity: 'blocker',
  title: 'A private resolver of the primary has no counterpart on the standby',
  why: 'It forwards or looks into views, and nothing does so on the standby.',
  judge: (standby, primary, context) => {
    if (standby.unseen.some(({ what }) => what === 'private resolvers')) return [];
    const words = privateWords(standby, primary, context);
    return pairResolvers(standby, primary, context)
      .missing.filter(({ content }) => content.rules.length > 0 || content.views.length > 0)
      .map(({ name }) => ({
        subject: words.text(name),
        expected: 'a resolver of that name',
        actual: 'none',
        with: { region: standby.region.name, id: '<resolver>' },
      }));
  },
  remedy: resolver,
};

const viewMissing: Paired = {
  code: 'zones/view-not-attached',
  kind: 'paired',
  severity: 'blocker',
  title: 'A view that the primary’s resolver looks into is not attached on the standby',
  why: 'The private zones may be there, and the machines cannot see them.',
  judge: (standby, primary, context) =>
    inPairs(standby, primary, context, (pair, words) => {
      const lost = lostViews(pair, words);
      const has = pair.standby.content.views.map((id) => words.ourView(id) ?? 'one without a known name');
      return lost.map((name) => ({ expected: `${name} attached`, actual: has.join(', ') || 'no view attached' }));
    }),
  remedy: resolver,
};

/** Names that were not seen are made up for in number. */
function lostViews({ standby, primary }: ResolverPair, words: PrivateWords): readonly string[] {
  const here = standby.content.views.map((id) => words.ourView(id));
  const left = [...here];
  const lost: string[] = [];
  for (const name of primary.content.views.map((id) => words.theirView(id)).sort((a, b) => Number(a === null) - Number(b === null))) {
    const at = left.findIndex((one) => one !== null && one === name);
    const spare = at === -1 ? left.findIndex((one) => one === null || name === null) : at;
    if (spare === -1) lost.push(name ?? 'a view without a known name');
    else left.splice(spare, 1);
  }
  return lost;
}

const forwardMissing: Paired = {
  code: 'zones/forward-missing',
  kind: 'paired',
  severity: 'blocker',
  title: 'The standby’s resolver does not forward names that the primary’s forwards',
  why: 'Names of the data centre or of partners are not found after a failover.',
  judge: (standby, primary, context) =>
    inForwards(standby, primary, context, ({ theirs, ours }, words) =>
      ours === undefined
        ? { expected: `to ${valuesText(theirs.targets, words)}`, actual: `no rule FORWARD ${namesText(theirs, words)}` }
        : null,
    ),
  remedy: resolver,
};

const forwardToPrimary: Paired = {
  code: 'zones/forward-to-primary',
  kind: 'paired',
  severity: 'blocker',
  title: 'The standby’s resolver forwards to an address in the primary’s network only',
  why: 'It goes with the primary, and the names with it.',
  judge: (standby, primary, context) =>
    inForwards(standby, primary, context, ({ theirs, ours }, words) => {
      if (ours === undefined || ours.targets.length === 0 || !ours.targets.every((target) => isOfPrimary(target, context))) return null;
      return { expected: `to ${valuesText(theirs.targets, words)}`, actual: `to ${ours.targets.join(', ')}, of the primary’s network` };
    }),
  remedy: resolver,
};

const forwardDiffers: Paired = {
  code: 'zones/forward-differs',
  kind: 'paired',
  severity: 'warning',
  title: 'The standby’s resolver forwards to other addresses',
  why: 'Some of the servers that answer on the primary are not asked, or others are.',
  judge: (standby, primary, context) =>
    inForwards(standby, primary, context, ({ theirs, ours }, words) => {
      if (ours === undefined || ours.targets.every((target) => isOfPrimary(target, context))) return null;
      const lacking = theirs.targets.filter((target) => !ours.targets.includes(words.value(target)) && !isKept(target, ours, context));
      const gone = ours.targets.some((target) => isOfPrimary(target, context));
      return lacking.length === 0 && !gone
        ? null
        : { expected: `to ${valuesText(theirs.targets, words)}`, actual: `to ${ours.targets.join(', ')}` };
    }),
  remedy: resolver,
};

const isOfPrimary = (target: string, { standby, primary }: Context): boolean =>
  isWithin(target, primary.settings.scope) && !isWithin(target, standby.settings.scope);

const isKept = (target: string, { targets }: Forward, context: Context): boolean =>
  targets.includes(target) && !isOfPrimary(target, context);

const forwardOrder: Paired = {
  code: 'zones/forward-order',
  kind: 'paired',
  severity: 'warning',
  title: 'Rules of the standby’s resolver that are for the same names stand in another order',
  why: 'The first that fits decides: names go to other servers than on the primary.',
  judge: (standby, primary, context) =>
    inPairs(standby, primary, context, (pair, words) => {
      const order = matched(pair, words).filter(({ ours }) => ours !== undefined);
      const place = (forward: Forward | undefined): number => pair.standby.content.rules.indexOf(forward!);
      const turned = order.filter(({ theirs, ours }, at) =>
        order.slice(0, at).some((earlier) => overlaps(earlier.theirs, theirs) && place(earlier.ours) > place(ours)),
      );
      return turned.length === 0
        ? []
        : [
            {
              expected: pair.primary.content.rules.map((one) => namesText(one, words)).join('; then '),
              actual: pair.standby.content.rules.map((one) => one.names.join(', ') || 'all names').join('; then '),
            },
          ];
    }),
  remedy: resolver,
};

function overlaps(a: Forward, b: Forward): boolean {
  if (a.names.length === 0 || b.names.length === 0) return true;
  return a.names.some((one) => b.names.some((other) => one === other || one.endsWith(`.${other}`) || other.endsWith(`.${one}`)));
}

const endpointMissing: Paired = {
  code: 'zones/listening-endpoint-missing',
  kind: 'paired',
  severity: 'warning',
  title: 'The primary’s resolver can be asked from outside and the standby’s cannot',
  why: 'Name servers of the data centre that forward to it find nobody after a failover.',
  judge: (standby, primary, context) =>
    inPairs(standby, primary, context, ({ standby: ours, primary: theirs }) => {
      const count = ({ content }: SeenResolver) => content.endpoints.filter(({ isListening }) => isListening === true).length;
      return count(theirs) > 0 && count(ours) === 0 ? [{ expected: 'an endpoint that listens', actual: 'none' }] : [];
    }),
  remedy: resolver,
};

const endpointNotWorking: AloneRule<Facts, Settings> = {
  code: 'zones/endpoint-not-working',
  kind: 'alone',
  severity: 'blocker',
  title: 'A rule of a private resolver forwards through an endpoint that does not work',
  why: 'What it should forward is not answered.',
  judge: (facts) =>
    facts.resolvers.filter(isSeenResolver).flatMap(({ id, name, content }) =>
      content.rules.flatMap((rule) => {
        const actual = rule.endpoint === null ? null : endpointTrouble(content.endpoints, rule.endpoint);
        return actual === null
          ? []
          : [
              {
                subject: `${name} FORWARD ${rule.names.join(', ') || 'all names'}`,
                expected: `${rule.endpoint} forwards`,
                actual,
                with: { region: facts.region.name, id },
              },
            ];
      }),
    ),
  remedy: resolver,
};

function endpointTrouble(endpoints: SeenResolver['content']['endpoints'], wanted: string): string | null {
  const found = endpoints.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  if (found === undefined) return `there is no endpoint ${wanted}`;
  if (found.isForwarding === false) return `${wanted} does not forward`;
  return found.state === null || found.state === 'ACTIVE' || found.state === 'UPDATING' ? null : `${wanted} is ${found.state}`;
}

interface ResolverPair {
  readonly standby: SeenResolver;
  readonly primary: SeenResolver;
}

interface Matched {
  readonly theirs: Forward;
  readonly ours: Forward | undefined;
}

/** A rule is the one for the same names and clients. */
function matched({ standby, primary }: ResolverPair, words: PrivateWords): readonly Matched[] {
  const left = new Set(standby.content.rules);
  return primary.content.rules.map((theirs) => {
    const wanted = keyOf({ ...theirs, names: theirs.names.map(words.text).sort(), clients: theirs.clients.map(words.value).sort() });
    const ours = [...left].find((one) => keyOf(one) === wanted || keyOf(one) === keyOf(theirs));
    if (ours !== undefined) left.delete(ours);
    return { theirs, ours };
  });
}

const keyOf = ({ action, names, clients }: Forward): string => JSON.stringify([action, names, clients]);

const namesText = ({ names }: Forward, words: PrivateWords): string => names.map(words.text).join(', ') || 'all names';

const valuesText = (values: readonly string[], words: PrivateWords): string => values.map(words.value).join(', ');

type Difference = Pick<Draft, 'expected' | 'actual'>;

const inForwards = (
  standby: Facts,
  primary: Facts,
  context: Context,
  differ: (one: Matched, words: PrivateWords) => Difference | null,
): readonly Draft[] => {
  const words = privateWords(standby, primary, context);
  return pairResolvers(standby, primary, context).pairs.flatMap((pair) =>
    matched(pair, words).flatMap((one) => {
      const difference = differ(one, words);
      const subject = `${pair.standby.name} FORWARD ${namesText(one.theirs, words)}`;
      return difference === null ? [] : [{ subject, ...difference, with: { region: standby.region.name, id: pair.standby.id } }];
    }),
  );
};

const inPairs = (
  standby: Facts,
  primary: Facts,
  context: Context,
  differ: (pair: ResolverPair, words: PrivateWords) => readonly Difference[],
): readonly Draft[] => {
  const words = privateWords(standby, primary, context);
  return pairResolvers(standby, primary, context).pairs.flatMap((pair) =>
    differ(pair, words).map((difference) => ({
      subject: pair.standby.name,
      ...difference,
      with: { region: standby.region.name, id: pair.standby.id },
    })),
  );
};

export const resolverRules = [
  resolverMissing,
  viewMissing,
  forwardMissing,
  forwardToPrimary,
  forwardDiffers,
  forwardOrder,
  endpointMissing,
  endpointNotWorking,
] as const;
