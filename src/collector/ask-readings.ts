// Asks a node for the numbers of a check, which only whoever looked keeps. When somebody wants to see them, and never more than a few at once.
import type { Contact } from '../config/fleet-config.ts';
import { inTurns } from '../contract/in-turns.ts';
import { type ReadingsPage, ReadingsPageSchema } from '../contract/readings.ts';
import { schemaProblems } from '../contract/schema.ts';
import type { ReadingsAsked } from '../watch/readings.ts';
import type { HttpAnswer, HttpClient } from './http/client.ts';

export type ReadingsTold =
  | { readonly kind: 'told'; readonly page: ReadingsPage }
  /** `silent`: no answer. `refused`: one that has no numbers in it. `garbled`: one that no agent gives. `busy`: it was not asked. */
  | { readonly kind: 'silent' | 'refused' | 'garbled' | 'busy'; readonly detail: string };

/** Times in what is asked and told are by the node's clock. */
export type AskReadings = (contact: Contact, check: string, asked: ReadingsAsked) => Promise<ReadingsTold>;

/** Whoever waits for it looks at a page; and a poll of the same node, which waits behind it, still has its own time. No longer than a poll. */
const timeoutMsMax = 5_000;
/** Ten thousand numbers with the longest subjects there may be. */
const bytesMax = 4 * 1024 ** 2;
/** Of all nodes. */
const atOnceMax = 4;
/** More are many who look at many pages, and would wait for longer than anybody looks. */
const waitingMax = 32;

/** Whose turn comes later has gone. */
const patienceMs = 10_000;

const busy: ReadingsTold = { kind: 'busy', detail: 'Too many ask for readings at once; ask again in a moment' };

export interface AskReadingsParts {
  readonly http: Pick<HttpClient, 'request'>;
  readonly monotonicMs: () => number;
  readonly pollTimeoutMs: () => number;
}

export function createAskReadings({ http, monotonicMs, pollTimeoutMs }: AskReadingsParts): AskReadings {
  const inTurn = inTurns(atOnceMax);
  // One at a time of each node: they share a connection, and a node has better things to do.
  const last = new Map<string, Promise<unknown>>();
  let underWay = 0;

  const afterOthers = async <T>(address: string, act: () => Promise<T>): Promise<T> => {
    const before = last.get(address) ?? Promise.resolve();
    const mine = before.then(() => inTurn(act));
    const settled = mine.catch(() => undefined);
    last.set(address, settled);
    try {
      return await mine;
    } finally {
      if (last.get(address) === settled) last.delete(address);
    }
  };

  return async (contact, check, asked) => {
    if (underWay >= waitingMax) return busy;
    underWay++;
    const untilMs = monotonicMs() + patienceMs;
    const timeoutMs = Math.min(timeoutMsMax, pollTimeoutMs());
    try {
      return await afterOthers(contact.address, async () =>
        monotonicMs() > untilMs ? busy : toldBy(await http.request(contact, { path: pathOf(check, asked), timeoutMs, bytesMax }), asked),
      );
    } finally {
      underWay--;
    }
  };
}

function pathOf(check: string, asked: ReadingsAsked): string {
  const words = Object.entries(asked).map(([name, value]) => [name, String(value)]);
  return `/v1/checks/${encodeURIComponent(check)}/readings?${new URLSearchParams(words)}`;
}

function toldBy(answer: HttpAnswer, asked: ReadingsAsked): ReadingsTold {
  if (answer.kind === 'failed') {
    const kind = answer.code === 'too-large' || answer.code === 'garbled' ? 'garbled' : 'silent';
    return { kind, detail: answer.reason };
  }
  if (answer.status !== 200) return { kind: 'refused', detail: refusals[answer.status] ?? `it answers with status ${answer.status}` };
  const value = parsed(answer.body);
  const [problem] = schemaProblems(ReadingsPageSchema, value);
  if (problem !== undefined) return { kind: 'garbled', detail: 'what it answers are no readings: look what runs there, and its version' };
  const page = plain(value as ReadingsPage);
  const oddity = oddityOf(page, asked);
  return oddity === null ? { kind: 'told', page } : { kind: 'garbled', detail: oddity };
}

const refusals: Readonly<Record<number, string>> = {
  400: 'it does not understand what it is asked (400): bring agent and collector to the same version',
  401: 'it does not know the collector (401)',
  403: 'it does not let the collector read (403)',
  404: 'it does not have the check any more (404)',
  429: 'it is asked too often (429)',
  503: 'it cannot read its history at present (503): its /healthz says why',
};

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Only what is known to be in it: the rest of an answer is nobody's. */
const plain = ({ series, points, hours, nextFrom }: ReadingsPage): ReadingsPage => ({
  series: series.map(({ subject, name }) => ({ subject, name })),
  points: points.map(({ at, subject, name, value }) => ({ at, subject, name, value })),
  hours: hours.map(({ hour, subject, name, count, min, max, mean }) => ({ hour, subject, name, count, min, max, mean })),
  nextFrom,
});

const hourMs = 3_600_000;

/** What a schema does not see. */
function oddityOf({ points, hours, nextFrom }: ReadingsPage, { from, to }: ReadingsAsked): string | null {
  const isAsked = (at: number): boolean => Number.isSafeInteger(at) && at >= from && at < to;
  if (!points.every(({ at }) => isAsked(at))) return 'it tells of times that were not asked for';
  if (!hours.every(({ hour }) => Number.isSafeInteger(hour) && hour > from - hourMs && hour < to))
    return 'it tells of hours that were not asked for';
  if (nextFrom !== null && !(Number.isSafeInteger(nextFrom) && nextFrom > from && nextFrom <= to))
    return 'it goes on where it did not come to';
  const values = [...points.map(({ value }) => value), ...hours.flatMap(({ min, max, mean }) => [min, max, mean])];
  return values.every(Number.isFinite) ? null : 'a reading in it is no number';
}
