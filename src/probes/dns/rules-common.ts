// What the rules about names have in common.
import { parseDurationMs } from '../../contract/duration.ts';
import type { AloneContext, AloneRule, Draft } from '../../contract/rule.ts';
import type { Answer, DnsFacts, NameFact, Via } from './facts.ts';
import { digParts, recordParts } from './remedy.ts';
import { sameness } from './sameness.ts';
import { type DnsSettings, type NameSettings, subjectOf } from './settings.ts';

export type Alone = AloneRule<DnsFacts, DnsSettings>;

/** Facts of an older look may be of names that the settings no longer have. */
export const entryOf = (fact: NameFact, settings: DnsSettings): NameSettings | undefined =>
  settings.names.find((entry) => subjectOf(entry) === subjectOf(fact));

export const budgetMsOf = (entry: NameSettings | undefined, settings: DnsSettings): number =>
  parseDurationMs(entry?.expect.maximumTtl ?? settings.switchoverBudget) ?? 0;

export const partsOf = (fact: NameFact, context: AloneContext<DnsSettings>): Record<string, string> => {
  const entry = entryOf(fact, context.settings);
  return recordParts(fact, entry, budgetMsOf(entry, context.settings) / 1_000);
};

export type Of<Kind extends Answer['kind']> = Via & { readonly answer: Extract<Answer, { kind: Kind }> };

export const viasOf = <Kind extends Answer['kind']>(fact: NameFact, kind: Kind): Of<Kind>[] =>
  fact.vias.filter((via): via is Of<Kind> => via.answer.kind === kind);

export const serversText = (vias: readonly Via[]): string => vias.map(({ server }) => server).join(', ');

/** One finding a name, with all servers that say so; the first is in the commands. */
export function grouped(fact: NameFact, vias: readonly Via[], say: (via: Via) => string, expected: string): Draft[] {
  const bySaying = Map.groupBy(vias, say);
  if (bySaying.size === 0) return [];
  const actual = [...bySaying].map(([saying, same]) => `${saying} from ${serversText(same)}`).join('; ');
  return [{ subject: subjectOf(fact), expected, actual, with: digParts(vias[0]!.server, fact.name, fact.type) }];
}

/** The records in the end: another way there is not yet another answer. */
export const finalText = (answer: Answer): string => (answer.kind === 'answered' ? answer.data.join(', ') : sameness(answer));

/** Every address that this machine would use for the name, and by whose word. */
export function addressesOf(fact: NameFact): readonly { readonly address: string; readonly by: string }[] {
  if (fact.type !== 'A' && fact.type !== 'AAAA') return [];
  const byDns = viasOf(fact, 'answered').flatMap(({ server, answer }) => answer.data.map((address) => ({ address, by: server })));
  const byLibrary =
    fact.application.kind === 'addresses' ? fact.application.addresses.map((address) => ({ address, by: 'applications' })) : [];
  return [...byDns, ...byLibrary];
}
