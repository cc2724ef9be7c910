// Where private resolvers send what they do not know themselves.
import type { Draft, PairedRule } from '../../contract/rule.ts';
import type { Facts, Forward } from './facts.ts';
import { inPairs, type PrivateWords, pairResolvers, privateWords, type ResolverPair } from './private-pairs.ts';
import { resolver } from './remedy.ts';
import type { Settings } from './settings.ts';
import { type Context, isOfPrimary } from './whose.ts';

type Paired = PairedRule<Facts, Settings>;

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
    inForwards(standby, primary, context, (one, words) => {
      const { theirs, ours } = one;
      if (ours === undefined || ours.targets.length === 0 || foreignIn(one, words).length < ours.targets.length) return null;
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
    inForwards(standby, primary, context, (one, words) => {
      const { theirs, ours, isTheirs } = one;
      if (ours === undefined) return null;
      const foreign = foreignIn(one, words);
      if (foreign.length === ours.targets.length) return null;
      const lacking = theirs.targets.filter(
        (target) => !ours.targets.includes(words.value(target)) && !(ours.targets.includes(target) && !isTheirs(target)),
      );
      return lacking.length === 0 && foreign.length === 0
        ? null
        : { expected: `to ${valuesText(theirs.targets, words)}`, actual: `to ${ours.targets.join(', ')}` };
    }),
  remedy: resolver,
};

/** Where the primary forwards to the standby, the standby forwards to the primary: that is no fault. */
const foreignIn = ({ theirs, ours, isTheirs }: Matched, words: PrivateWords): readonly string[] =>
  ours!.targets.filter((target) => isTheirs(target) && !theirs.targets.some((one) => one !== target && words.value(one) === target));

const forwardOrder: Paired = {
  code: 'zones/forward-order',
  kind: 'paired',
  severity: 'warning',
  title: 'Rules of the standby’s resolver that are for the same names stand in another order',
  why: 'The first that fits decides: names go to other servers than on the primary.',
  judge: (standby, primary, context) =>
    inPairs(standby, primary, context, (pair, words) => {
      const order = matched(pair, words, () => false).filter(({ ours }) => ours !== undefined);
      const place = (forward: Forward | undefined): number => pair.standby.content.rules.indexOf(forward!);
      const turned = order.filter(({ theirs, ours, of }, at) =>
        order.slice(0, at).some((earlier) => earlier.of !== of && overlaps(earlier.theirs, theirs) && place(earlier.ours) > place(ours)),
      );
      return turned.length === 0
        ? []
        : [
            {
              expected: pair.primary.content.rules.map((one) => namesText(one, words)).join('; then '),
              actual: pair.standby.content.rules.map(namesAsTheyAre).join('; then '),
            },
          ];
    }),
  remedy: resolver,
};

function overlaps(a: Forward, b: Forward): boolean {
  if (a.names.length === 0 || b.names.length === 0) return true;
  return a.names.some((one) => b.names.some((other) => isWithin(one, other) || isWithin(other, one)));
}

const isWithin = (name: string, other: string): boolean => name === other || name.endsWith(`.${other}`);

const forwardShadowed: Paired = {
  code: 'zones/forward-shadowed',
  kind: 'paired',
  severity: 'warning',
  title: 'An earlier rule of the standby’s resolver, which the primary’s has not, takes names that are to go elsewhere',
  why: 'Only the first rule that fits is applied: the names go to servers that may not know them.',
  judge: (standby, primary, context) =>
    inPairs(standby, primary, context, (pair, words) => {
      const all = matched(pair, words, () => false);
      const known = new Set(all.map(({ ours }) => ours));
      const { rules } = pair.standby.content;
      return all.flatMap(({ ours }) => {
        const before = ours === undefined ? [] : rules.slice(0, rules.indexOf(ours)).filter((one) => !known.has(one));
        const first = before.find((one) => takes(one, ours!));
        return first === undefined
          ? []
          : [
              {
                subject: `${pair.standby.name} FORWARD ${namesAsTheyAre(ours!)}`,
                expected: `to ${ours!.targets.join(', ')}`,
                actual: `to ${first.targets.join(', ') || 'nobody'} by the rule for ${namesAsTheyAre(first)} before it`,
              },
            ];
      });
    }),
  remedy: resolver,
};

/** All or some of the clients ask other servers for one of the names. */
function takes(earlier: Forward, later: Forward): boolean {
  const isSame = earlier.action === later.action && JSON.stringify(earlier.targets) === JSON.stringify(later.targets);
  const isForClients =
    [earlier, later].some(({ clients }) => clients.length === 0) || earlier.clients.some((one) => later.clients.includes(one));
  const isForNames = earlier.names.length === 0 || later.names.some((name) => earlier.names.some((one) => isWithin(name, one)));
  return !isSame && isForClients && isForNames;
}

interface Matched {
  /** With those of its names only that `ours` is for. */
  readonly theirs: Forward;
  readonly of: Forward;
  readonly ours: Forward | undefined;
  readonly isTheirs: (address: string) => boolean;
}

/** For each name of each rule the first one for that name and those clients: two rules for a name each are one for both. */
function matched({ standby, primary }: ResolverPair, words: PrivateWords, isTheirs: Matched['isTheirs']): readonly Matched[] {
  return primary.content.rules.flatMap((of) => {
    const clients = [of.clients, of.clients.map(words.value).sort()].map((one) => JSON.stringify(one));
    const fitting = standby.content.rules.filter((one) => one.action === of.action && clients.includes(JSON.stringify(one.clients)));
    if (of.names.length === 0) return [{ theirs: of, of, ours: fitting.find(({ names }) => names.length === 0), isTheirs }];
    const found = Map.groupBy(
      of.names,
      (name) =>
        [words.text(name), name, words.swapped(name)].flatMap((wanted) => fitting.find(({ names }) => names.includes(wanted)) ?? [])[0],
    );
    return [...found].map(([ours, names]) => ({ theirs: { ...of, names }, of, ours, isTheirs }));
  });
}

const namesAsTheyAre = ({ names }: Forward): string => names.join(', ') || 'all names';

const namesText = ({ names }: Forward, words: PrivateWords): string => names.map(words.text).join(', ') || 'all names';

const valuesText = (values: readonly string[], words: PrivateWords): string => values.map(words.value).join(', ');

function inForwards(
  standby: Facts,
  primary: Facts,
  context: Context,
  differ: (one: Matched, words: PrivateWords) => Pick<Draft, 'expected' | 'actual'> | null,
): readonly Draft[] {
  const words = privateWords(standby, primary, context);
  const isTheirs = (address: string): boolean => isOfPrimary(address, standby, primary, context);
  return pairResolvers(standby, primary, context).pairs.flatMap((pair) =>
    matched(pair, words, isTheirs).flatMap((one) => {
      const difference = differ(one, words);
      const subject = `${pair.standby.name} FORWARD ${namesText(one.theirs, words)}`;
      return difference === null ? [] : [{ subject, ...difference, with: { region: standby.region.name, id: pair.standby.id } }];
    }),
  );
}

export const forwardRules = [forwardMissing, forwardToPrimary, forwardDiffers, forwardOrder, forwardShadowed] as const;
