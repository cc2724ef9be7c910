// What a name leads to, and what it should.
import type { Answer, NameFact } from './facts.ts';
import { networkOf } from './networks.ts';
import { dig, digParts, flush, updateRecord, word } from './remedy.ts';
import { type Alone, addressesOf, budgetMsOf, entryOf, finalText, grouped, partsOf, serversText, viasOf } from './rules-common.ts';
import { plainName, subjectOf } from './settings.ts';

const resolversDisagree: Alone = {
  code: 'dns/resolvers-disagree',
  kind: 'alone',
  severity: 'warning',
  title: 'The resolvers of a name give different answers',
  why: 'Which one an application asks is chance: half of the connections go to the old place.',
  judge: (facts, context) =>
    facts.names.flatMap((fact) => {
      if (entryOf(fact, context.settings)?.rotates) return [];
      const told = fact.vias.filter(({ answer }) => answer.kind === 'answered' || answer.kind === 'nothing');
      const byAnswer = Map.groupBy(told, ({ answer }) => finalText(answer));
      if (byAnswer.size < 2) return [];
      const actual = [...byAnswer].map(([text, vias]) => `${text} from ${serversText(vias)}`).join('; ');
      const odd = [...byAnswer.values()].sort((a, b) => a.length - b.length)[0]![0]!;
      return [{ subject: subjectOf(fact), expected: 'one answer', actual, with: digParts(odd.server, fact.name, fact.type) }];
    }),
  remedy: (draft) => [dig(draft), '# the one that differs has it cached from before, or serves another view:', flush(draft)].join('\n'),
};

const staleTarget: Alone = {
  code: 'dns/stale-target',
  kind: 'alone',
  severity: 'blocker',
  title: 'A name leads into a network that it must not lead into',
  why: 'After the switchover, clients of this name go on talking to the site that is gone.',
  judge: (facts, context) =>
    facts.names.flatMap((fact) => {
      const { within, notWithin } = entryOf(fact, context.settings)?.expect ?? {};
      const all = addressesOf(fact);
      const forbidden = all.filter(({ address }) => notWithin !== undefined && networkOf(address, notWithin) !== null);
      const outside = all.filter(({ address }) => within !== undefined && networkOf(address, within) === null);
      const wrong = all.filter((one) => forbidden.includes(one) || outside.includes(one));
      if (wrong.length === 0) return [];
      const expected = forbidden.length > 0 ? `outside ${notWithin!.join(', ')}` : `within ${within!.join(', ')}`;
      return [{ subject: subjectOf(fact), expected, actual: byWhom(wrong), with: partsOf(fact, context) }];
    }),
  remedy: (draft) => [dig(draft), updateRecord(draft), flush(draft)].join('\n'),
};

const byWhom = (all: readonly { readonly address: string; readonly by: string }[]): string =>
  [...Map.groupBy(all, ({ address }) => address)]
    .map(([address, same]) => `${address} (${same.map(({ by }) => by).join(', ')})`)
    .join(', ');

const unexpectedAnswer: Alone = {
  code: 'dns/unexpected-answer',
  kind: 'alone',
  severity: 'blocker',
  title: 'A name has another answer than it should',
  why: 'The record was changed on one side only, or never changed at the last switchover.',
  judge: (facts, context) =>
    facts.names.flatMap((fact) => {
      const { equals, cname } = entryOf(fact, context.settings)?.expect ?? {};
      const vias = viasOf(fact, 'answered');
      const wanted =
        equals === undefined
          ? null
          : equals
              .map((text) => comparable(text, fact.type))
              .sort()
              .join(', ');
      const unequal =
        wanted === null ? [] : vias.filter(({ answer }) => answer.data.map((text) => comparable(text, fact.type)).join(', ') !== wanted);
      const target = cname === undefined ? null : plainName(cname);
      const elsewhere = target === null ? [] : vias.filter(({ answer }) => !leadsThrough(answer, fact.type, target));
      const parts = partsOf(fact, context);
      return [
        ...grouped(fact, unequal, ({ answer }) => finalText(answer), wanted ?? ''),
        ...grouped(fact, elsewhere, ({ answer }) => chainText(answer), `an alias of ${target}`),
      ]
        .slice(0, 1)
        .map((draft) => ({ ...draft, with: { ...parts, ...draft.with } }));
    }),
  remedy: (draft) => [dig(draft), updateRecord(draft), flush(draft)].join('\n'),
};

/** Operators write names with the last dot and in any case; text records keep theirs. */
const comparable = (text: string, type: string): string =>
  type === 'TXT' || type === 'CAA' ? text : text.split(' ').map(plainName).join(' ');

const leadsThrough = (answer: Extract<Answer, { kind: 'answered' }>, type: string, target: string): boolean =>
  answer.chain.includes(target) || (type === 'CNAME' && answer.data.includes(target));

const chainText = (answer: Answer): string =>
  answer.kind === 'answered' && answer.chain.length > 0 ? `an alias of ${answer.chain.join(', then ')}` : 'no alias';

const ttlBeyondBudget: Alone = {
  code: 'dns/ttl-beyond-budget',
  kind: 'alone',
  severity: 'warning',
  title: 'A name is cached longer than a switchover may take',
  why: 'Clients keep the old address for the whole TTL after the record was changed: that is how long they stay down.',
  judge: (facts, context) =>
    facts.names.flatMap((fact) => {
      const budgetMs = budgetMsOf(entryOf(fact, context.settings), context.settings);
      const actual = ttlText(fact, budgetMs);
      const expected = `at most ${budgetMs / 1_000} s`;
      return actual === null ? [] : [{ subject: subjectOf(fact), expected, actual, with: partsOf(fact, context) }];
    }),
  remedy: (draft) => ['# lower the TTL well before the switchover: the old one has to run out first', updateRecord(draft)].join('\n'),
};

/** What is published decides. The rest in a cache proves only that the TTL is too long, never that it is short enough. */
function ttlText(fact: NameFact, budgetMs: number): string | null {
  const all = fact.zone.kind === 'zone' && fact.zone.ttl.kind === 'published' ? [fact.zone.ttl] : fact.vias.map(({ ttl }) => ttl);
  const published = all.filter((ttl) => ttl.kind === 'published').sort((a, b) => b.seconds - a.seconds)[0];
  if (published !== undefined && published.seconds * 1_000 > budgetMs) return `${published.record}: ${published.seconds} s`;
  const isProven = all.some((ttl) => ttl.kind === 'cached' && ttl.isBeyondBudget);
  return isProven ? `more than ${budgetMs / 1_000} s still left in a resolver’s cache` : null;
}

const targetDead: Alone = {
  code: 'dns/target-dead',
  kind: 'alone',
  severity: 'blocker',
  title: 'A name leads to an address that accepts no connection',
  why: 'The name resolves, and yet nothing answers at its end: the record is stale, the service is down, or a rule on the way drops it.',
  judge: (facts, context) =>
    facts.names.flatMap((fact) =>
      fact.targets
        .filter((target) => target.isSeen && !target.isAccepting)
        .map(({ address, port, result }) => ({
          subject: `${subjectOf(fact)} ${address} port ${port}`,
          expected: 'accepts a connection',
          actual: result,
          with: { ...partsOf(fact, context), address, targetPort: String(port) },
        })),
    ),
  remedy: (draft) =>
    [
      `$ nc -zvw3 ${word(draft, 'address')} ${word(draft, 'targetPort')}`,
      '# refused: nothing listens there, start the service; timeout: a security list, NSG or firewall drops it; if the address is an old one:',
      updateRecord(draft),
    ].join('\n'),
};

export const targetRules: readonly Alone[] = [resolversDisagree, staleTarget, unexpectedAnswer, ttlBeyondBudget, targetDead];
