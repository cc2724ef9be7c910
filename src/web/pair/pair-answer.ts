// What a pair comes to, in words that say no more than is known: in the past where it may be otherwise by now. Pure.
import type { Verdict } from '../../contract/finding.ts';
import type { NodeView } from '../../contract/fleet.ts';
import { listed } from '../format/counts.ts';
import { span } from '../format/times.ts';
import { shownTitle, stateMeanings, stateWords } from '../format/words.ts';
import { troubleWords } from './words.ts';

/** `Ready`; of what may be otherwise by now, `Was ready when last heard of`. */
export const verdictTitle = (verdict: Verdict, isStale: boolean): string =>
  isStale ? `Was ${stateWords[verdict]} when last heard of` : shownTitle(verdict);

const meaningsThen = {
  suspended: 'The standby was in use on purpose: nothing else that was said of it held.',
  'not-ready': 'The standby could not have taken over: at least one blocker was open.',
  unknown: 'Something required could not be seen, so nobody could say.',
  degraded: 'The standby could have taken over, and something would have been amiss.',
  ready: 'Nothing that was looked at kept the standby from taking over.',
} as const satisfies Record<Verdict, string>;

export const verdictMeaning = (verdict: Verdict, isStale: boolean): string =>
  isStale ? `${meaningsThen[verdict]} Whether that is still so is not known.` : stateMeanings[verdict];

type Heard = Pick<NodeView, 'heardAt' | 'poll' | 'troubles'> | null;

/** `The standby has not been heard for 1 min.` and what else is wrong with a node; null where both answer. */
export function unheardSentence(standby: Heard, primary: Heard, now: number): string | null {
  const said = [...unheardOf('the standby', standby, now), ...unheardOf('the primary', primary, now)];
  if (said.length === 0) return null;
  const sentence = listed(said, 9);
  return `${sentence[0]!.toUpperCase()}${sentence.slice(1)}: what follows is as it was last known.`;
}

function unheardOf(who: string, node: Heard, now: number): readonly string[] {
  if (node === null) return [];
  const { heardAt, poll, troubles } = node;
  const isSilent = poll.failures > 0 || troubles.some(({ kind }) => kind === 'silent');
  const others = troubles.filter(({ kind }) => kind !== 'silent').map(({ kind }) => troubleWords[kind].toLowerCase());
  return [
    ...(isSilent ? [heardAt === null ? `${who} has never been heard` : `${who} has not been heard for ${span(now - heardAt)}`] : []),
    ...(others.length === 0 ? [] : [`${who} is not to be relied on (${listed(others, 9)})`]),
  ];
}
