// Private zones: the same names, leading to the machines of the standby.
import type { Draft, PairedRule } from '../../contract/rule.ts';
import { shellWord } from '../../formats/shell-word.ts';
import type { Facts, RecordSet, Zone } from './facts.ts';
import { type PrivateWords, pairZones, privateWords } from './private-pairs.ts';
import { privateRecord, privateZone } from './remedy.ts';
import type { Settings } from './settings.ts';
import { type Context, isAddressType, isWithin } from './whose.ts';

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
    compared(standby, primary, context, (ours, wanted) => (ours !== undefined || wanted.values.length === 0 ? null : 'no such record')),
  remedy: privateRecord,
};

const recordOfPrimary: Rule = {
  code: 'zones/private-record-of-primary',
  kind: 'paired',
  severity: 'blocker',
  title: 'A name of a private zone on the standby leads to the primary',
  why: 'After a failover programs look for their database or service in a region that is gone.',
  judge: (standby, primary, context) =>
    compared(standby, primary, context, (ours, wanted) => {
      const foreign = ours?.values.filter((value) => isAddressType(ours.type) && isOfPrimary(value, wanted.values, context)) ?? [];
      return foreign.length === 0 ? null : foreign.join(', ');
    }),
  remedy: privateRecord,
};

const isOfPrimary = (value: string, wanted: readonly string[], { standby, primary }: Context): boolean =>
  !wanted.includes(value) && isWithin(value, primary.settings.scope) && !isWithin(value, standby.settings.scope);

const recordDiffers: Rule = {
  code: 'zones/private-record-differs',
  kind: 'paired',
  severity: 'warning',
  title: 'A name of a private zone leads elsewhere on the standby',
  why: 'It is neither what the primary’s stands for by the map of networks and hosts, nor what it says.',
  judge: (standby, primary, context) =>
    compared(standby, primary, context, (ours, wanted) => {
      if (ours === undefined || ours.values.some((value) => isOfPrimary(value, wanted.values, context))) return null;
      const lacking = wanted.values.filter((value, at) => !ours.values.includes(value) && !isKept(wanted.literal[at]!, ours, context));
      return lacking.length === 0 ? null : ours.values.join(', ');
    }),
  remedy: privateRecord,
};

/** What both sides say literally is meant: a service of a third place. */
const isKept = (literal: string, { values }: RecordSet, { primary }: Context): boolean =>
  values.includes(literal) && !isWithin(literal, primary.settings.scope);

interface Wanted {
  readonly values: readonly string[];
  readonly literal: readonly string[];
}

function compared(
  standby: Facts,
  primary: Facts,
  context: Context,
  differ: (ours: RecordSet | undefined, wanted: Wanted) => string | null,
): readonly Draft[] {
  const words = privateWords(standby, primary, context);
  return pairZones(standby, primary, words).pairs.flatMap((pair) => {
    const here = setsOf(pair.standby);
    // What may be among the records that are not kept is not said to be missing.
    if (here === null || pair.primary.records.kind !== 'seen') return [];
    return pair.primary.records.sets.flatMap((theirs) => {
      const name = nameHere(theirs.name, pair, words);
      const wanted = { values: theirs.values.map((value) => words.value(value)), literal: theirs.values };
      const actual = differ(here.get(`${name} ${theirs.type}`), wanted);
      return actual === null ? [] : [draftOf(standby, pair.standby, { ...theirs, name }, wanted.values, actual)];
    });
  });
}

function setsOf({ records }: Zone): ReadonlyMap<string, RecordSet> | null {
  return records.kind !== 'seen' || records.isCut ? null : new Map(records.sets.map((set) => [`${set.name} ${set.type}`, set]));
}

const nameHere = (name: string, { standby, primary }: { readonly standby: Zone; readonly primary: Zone }, words: PrivateWords): string =>
  standby.name === primary.name ? name : words.text(name);

const draftOf = ({ region }: Facts, zone: Zone, { name, type, ttl }: RecordSet, values: readonly string[], actual: string): Draft => ({
  subject: `${name} ${type}`,
  expected: values.join(', '),
  actual,
  with: {
    region: region.name,
    zone: zone.id,
    name: shellWord(name),
    type,
    items: JSON.stringify(values.map((rdata) => ({ domain: name, rtype: type, rdata, ttl: ttl ?? 300 }))),
  },
});

export const privateRules = [zoneMissing, recordMissing, recordOfPrimary, recordDiffers] as const;
