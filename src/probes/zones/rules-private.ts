// Private zones: the same names, leading to the machines of the standby.
import type { Draft, PairedRule } from '../../contract/rule.ts';
import { readBlock } from '../../formats/cidr.ts';
import { shellWord } from '../../formats/shell-word.ts';
import type { Facts, RecordSet, Zone } from './facts.ts';
import { endsIn, type Lookup, lookupIn } from './private-lookup.ts';
import { type PrivateWords, pairZones, privateWords } from './private-pairs.ts';
import { privateRecord, privateZone } from './remedy.ts';
import type { Settings } from './settings.ts';
import { type Context, isAddressType, isOfPrimary } from './whose.ts';

type Rule = PairedRule<Facts, Settings>;

const zoneMissing: Rule = {
  code: 'zones/private-zone-missing',
  kind: 'paired',
  severity: 'blocker',
  title: 'A private zone of the primary has no counterpart on the standby',
  why: 'Programs that look up a name of it find nothing.',
  judge: (standby, primary, context) => {
    if (standby.unseen.some(({ what }) => what === 'private zones')) return [];
    const words = privateWords(standby, primary, context);
    return pairZones(standby, primary, words)
      .missing.filter(({ zone }) => zone.records.kind !== 'seen' || zone.records.sets.length > 0)
      .map(({ zone, view }) => ({
        subject: `${view} ${words.text(zone.name)}`.trim(),
        expected: 'a private zone of that name in that view',
        actual: 'none',
        with: { region: standby.region.name, view: idOfView(standby, view), name: shellWord(words.text(zone.name)) },
      }));
  },
  remedy: privateZone,
};

const idOfView = ({ views }: Facts, name: string): string => views.find((view) => view.name === name)?.id ?? '<view>';

const recordMissing: Rule = {
  code: 'zones/private-record-missing',
  kind: 'paired',
  severity: 'blocker',
  title: 'A name of a private zone is missing on the standby',
  why: 'Programs that look it up find nothing and do not start, or stop at their first connection.',
  judge: (standby, primary, context) =>
    compared(standby, primary, context, ({ ours, wanted }) => (ours !== null || wanted.values.length === 0 ? null : 'no such record')),
  remedy: privateRecord,
};

const recordOfPrimary: Rule = {
  code: 'zones/private-record-of-primary',
  kind: 'paired',
  severity: 'blocker',
  title: 'A name of a private zone on the standby leads to the primary',
  why: 'After a failover programs look for their database or service in a region that is gone.',
  judge: (standby, primary, context) =>
    compared(standby, primary, context, (one) => {
      const foreign = foreignIn(one);
      return foreign.length === 0 ? null : foreign.join(', ');
    }),
  remedy: privateRecord,
};

const recordDiffers: Rule = {
  code: 'zones/private-record-differs',
  kind: 'paired',
  severity: 'warning',
  title: 'A name of a private zone leads elsewhere on the standby',
  why: 'It is neither what the primary’s stands for by the map of networks, hosts and addresses, nor what it says of a third place.',
  judge: (standby, primary, context) =>
    compared(standby, primary, context, (one) => {
      const { ours, wanted } = one;
      if (ours === null || foreignIn(one).length > 0) return null;
      const lacking = wanted.values.filter((value, at) => !ours.values.includes(value) && !isMet(value, wanted.literal[at]!, one));
      return lacking.length === 0 ? null : `${ours.alias === null ? '' : `${ours.alias} `}${ours.values.join(', ')}`.trim();
    }),
  remedy: privateRecord,
};

interface Wanted {
  readonly values: readonly string[];
  readonly literal: readonly string[];
}

interface Compared {
  /** `alias`: there is no record of that type; the name leads to the values by `CNAME x`, or is an address in place of one. */
  readonly ours: { readonly type: string; readonly values: readonly string[]; readonly alias: string | null } | null;
  readonly wanted: Wanted;
  readonly isOfPrimary: (value: string) => boolean;
}

/** What the primary says of the standby is said of the primary here: that is no fault. */
const foreignIn = ({ ours, wanted, isOfPrimary: isTheirs }: Compared): readonly string[] =>
  ours === null || !isAddressType(ours.type)
    ? []
    : ours.values.filter((value) => isTheirs(value) && !wanted.values.some((one, at) => one === value && wanted.literal[at] !== value));

/** What both sides say literally is meant, of a third place; an address of the primary that the map does not know stands for any of the standby's. */
const isMet = (value: string, literal: string, { ours, isOfPrimary: isTheirs }: Compared): boolean =>
  isTheirs(value) && value === literal
    ? ours!.values.some((one) => !isTheirs(one))
    : ours!.values.includes(literal) && !isTheirs(literal) && isOfAThirdPlace(literal, value);

/** A name that speaks of the primary's region goes with it. */
const isOfAThirdPlace = (literal: string, value: string): boolean => literal === value || readBlock(literal) !== null;

function compared(standby: Facts, primary: Facts, context: Context, differ: (one: Compared) => string | null): readonly Draft[] {
  const words = privateWords(standby, primary, context);
  const isTheirs = (value: string): boolean => isOfPrimary(value, standby, primary, context);
  const [everywhere, there] = [lookupIn(standby.zones), lookupIn(primary.zones)];
  return pairZones(standby, primary, words).pairs.flatMap((pair) => {
    const here = setsOf(pair.standby);
    // What may be among the records that are not kept is not said to be missing.
    if (here === null || pair.primary.records.kind !== 'seen') return [];
    return pair.primary.records.sets.flatMap((theirs) => {
      const name = nameHere(theirs.name, pair, words, here);
      const ours = oursOf(here, name, theirs.type, everywhere);
      const literal = ours !== null && ours.alias !== null ? endsIn(there, theirs) : theirs.values;
      const wanted = { values: literal.map((value) => words.value(value)), literal };
      const actual = differ({ ours, wanted, isOfPrimary: isTheirs });
      return actual === null ? [] : [draftOf(standby, pair.standby, { ...theirs, name }, { actual, wanted, ours, isTheirs })];
    });
  });
}

/** An alias stands for an address, and an address for an alias, where they lead to the same. */
function oursOf(here: ReadonlyMap<string, RecordSet>, name: string, type: string, everywhere: Lookup): Compared['ours'] {
  const same = here.get(`${name} ${type}`);
  if (same !== undefined) return { type, values: same.values, alias: null };
  const others = type === 'CNAME' ? ['A', 'AAAA'] : isAddressType(type) ? ['CNAME'] : [];
  const other = others.flatMap((one) => here.get(`${name} ${one}`) ?? [])[0];
  if (other === undefined) return null;
  const ends = endsIn(everywhere, other, isAddressType(type) ? type : undefined);
  return {
    type: isAddressType(type) ? type : 'A',
    values: ends,
    alias: `${other.type}${isAddressType(other.type) ? '' : ` ${other.values.join(', ')}`}`,
  };
}

function setsOf({ records }: Zone): ReadonlyMap<string, RecordSet> | null {
  return records.kind !== 'seen' || records.isCut ? null : new Map(records.sets.map((set) => [`${set.name} ${set.type}`, set]));
}

/** A name that speaks of a region may do so in the zone of both, or in each its own. */
function nameHere(
  name: string,
  { standby, primary }: { readonly standby: Zone; readonly primary: Zone },
  words: PrivateWords,
  here: ReadonlyMap<string, RecordSet>,
): string {
  if (standby.name !== primary.name) return words.text(name);
  const swapped = words.swapped(name);
  return recordTypes.some((type) => here.has(`${swapped} ${type}`)) ? swapped : name;
}

const recordTypes = ['A', 'AAAA', 'CNAME', 'SRV', 'MX', 'ALIAS'] as const;

interface Difference {
  readonly actual: string;
  readonly wanted: Wanted;
  readonly ours: Compared['ours'];
  readonly isTheirs: (value: string) => boolean;
}

function draftOf(
  { region }: Facts,
  zone: Zone,
  { name, type, ttl, values: literal }: RecordSet,
  { actual, wanted, ours, isTheirs }: Difference,
): Draft {
  const isAlias = ours?.alias != null;
  const written = isAlias && !isAddressType(type) ? literal : wanted.values;
  const items = written.map((value) => ({
    domain: name,
    rtype: type,
    rdata: isTheirs(value) && !isMapped(value, wanted) ? standbysOwn : value,
    ttl: ttl ?? 300,
  }));
  return {
    subject: `${name} ${type}`,
    expected: wanted.values.map((value) => (isTheirs(value) && !isMapped(value, wanted) ? 'an address of the standby' : value)).join(', '),
    actual,
    with: {
      region: region.name,
      zone: zone.id,
      name: shellWord(name),
      type,
      items: JSON.stringify(items),
      ...(isAlias ? { beside: ours.alias!.split(' ')[0]! } : {}),
    },
  };
}

const standbysOwn = '<address of the standby>';

const isMapped = (value: string, { values, literal }: Wanted): boolean => values.some((one, at) => one === value && literal[at] !== value);

export const privateRules = [zoneMissing, recordMissing, recordOfPrimary, recordDiffers] as const;
