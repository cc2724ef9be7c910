// What an answer means for what is known of a node: what has to be written, and what holds from then on. Reads, and changes nothing.
import type { FleetConfig } from '../../config/fleet-config.ts';
import type { Moved } from '../../contract/changes.ts';
import { formatDuration } from '../../contract/duration.ts';
import type { NodeTroubleKind } from '../../contract/fleet.ts';
import type { FleetStore, NodeEvent, Page } from '../../store/fleet/store.ts';
import { newTrouble } from '../node/events.ts';
import { type Known, knownOf, type Remembered, type Run, type Seen } from '../node/sight.ts';
import { lasting, thresholdsFor } from '../node/troubles.ts';
import type { PollerDesk } from '../nodes.ts';
import type { Told } from './ask.ts';
import { better, type ClockOffset, measured } from './clock-offset.ts';
import { aliasOf, aliasWords } from './namesake.ts';
import { currentOf, type HeardPage } from './read-page.ts';
import { type Recognised, recognise, rolledBack, type Said } from './recognise.ts';
import { withRun } from './run-ids.ts';

export interface Heard {
  readonly seen: Seen;
  readonly told: Told;
  /** Monotonic: when it was asked. */
  readonly askedMs: number;
}

export interface Plan {
  readonly seen: Seen;
  readonly heard: Heard;
  /** `stream` is the one that goes on; begun anew where `begins` says so. */
  readonly known: Known;
  readonly begins: boolean;
  /** Where the rows of a stream that ends came to rest, as far as is known. */
  readonly rest: Page | null;
  readonly page: Omit<Page, 'stream'> | null;
  readonly events: readonly NodeEvent[];
  /** Troubles that do not hold any more. */
  readonly over: readonly NodeTroubleKind[];
  readonly mustKeep: boolean;
  /** There is more to ask for at once. */
  readonly hasMore: boolean;
  readonly news: { readonly hasRows: boolean; readonly hasDescription: boolean; readonly hasLooks: boolean };
  readonly memory: Pick<Seen, 'aliasOf' | 'clock' | 'rows' | 'cursorFirstAt' | 'cutSaidTo' | 'run'> & { readonly isTurned: boolean };
}

export interface PlanParts {
  readonly desk: PollerDesk;
  readonly store: FleetStore;
  readonly config: () => FleetConfig;
}

/** Where rows stand is on disk at most this old: an idle fleet must not write for each poll, and losing it makes a node look older only. */
const keepEveryMs = 5 * 60_000;

export function planOf(parts: PlanParts, heard: Heard): Plan {
  const { seen, told } = heard;
  const { runId, nodeId } = told.page;
  const first = aliasOf(seen, runId, parts.desk.namesakes(seen, nodeId), told.answered.monotonicMs);
  if (first !== null) return aliasPlan(parts, heard, first);
  const recognised = recognise(beforeOf(parts.store, seen, heard), told.after, told.page);
  switch (recognised.kind) {
    case 'two-agents':
      return unheededPlan(parts, heard, recognised);
    case 'other':
      return otherPlan(parts, heard, recognised);
    case 'same':
      return samePlan(parts, heard, recognised);
  }
}

/** The store knows one of its rows otherwise than it came now. */
export const contradictedPlan = (parts: PlanParts, { heard }: Plan): Plan =>
  otherPlan(parts, heard, { kind: 'other', runIds: heard.seen.known.runIds, said: rolledBack }, true);

function beforeOf(store: FleetStore, seen: Seen, { told }: Heard) {
  const { known, standing, rows, turnedMs, cutSaidTo } = seen;
  const kept =
    seen.cursorFirstAt === undefined && known.stream !== null ? store.observations.firstAt(known.stream, told.after) : seen.cursorFirstAt;
  const aloneMs = told.answered.monotonicMs - turnedMs;
  // Hardly ever asked for.
  return { ...known, rows, cursorFirstAt: kept ?? null, aloneMs, cutSaidTo, standing: standing.get };
}

function aliasPlan(parts: PlanParts, heard: Heard, first: Seen): Plan {
  const { seen, told } = heard;
  const { page, answered } = told;
  const known: Known = {
    ...knownOf(seen),
    ...described(parts, seen.known, page),
    nodeId: page.nodeId,
    runIds: withRun(seen.known.runIds, page.runId).slice(-1),
    heardAt: answered.now,
  };
  const events = newTrouble(seen, 'alias', aliasWords(first), answered.now);
  const memory = { ...remembered(heard), aliasOf: first.target.key };
  return { ...finished(heard, { known, events, memory }), news: { hasRows: false, hasDescription: events.length > 0, hasLooks: false } };
}

/** Nothing of it is taken, but that it was heard. */
function unheededPlan(_: PlanParts, heard: Heard, { runIds, said }: Extract<Recognised, { kind: 'two-agents' }>): Plan {
  const { seen } = heard;
  const { answered } = heard.told;
  const known: Known = { ...knownOf(seen), runIds, heardAt: answered.now };
  return finished(heard, { known, events: newTrouble(seen, said.kind, said.detail, answered.now), over: ['alias'] });
}

function otherPlan(parts: PlanParts, heard: Heard, { runIds, said }: Extract<Recognised, { kind: 'other' }>, isContradicted = false): Plan {
  const { seen, told } = heard;
  const { page, answered } = told;
  // Asked for from the beginning, the page is the first of the new stream.
  const isFirst = told.after === 0 && !isContradicted;
  const known: Known = {
    ...seen.known,
    ...described(parts, seen.known, page),
    instanceId: page.instanceId,
    nodeId: page.nodeId,
    runIds,
    cursor: isFirst ? (page.observations.at(-1)?.seq ?? 0) : 0,
    newestSeq: page.newestSeq,
    heardAt: answered.now,
    ...stands(parts, told),
  };
  const { stream, cursor } = seen.known;
  const rest = stream === null ? null : { stream, observations: [], moved: upTo(cursor, JSON.parse(seen.standing.get()) as Moved[]) };
  const rows = isFirst ? { observations: page.observations, moved: upTo(known.cursor, currentOf(page)) } : null;
  return finished(heard, {
    ...measuredClock(heard, known),
    begins: true,
    rest,
    page: rows,
    events: said === null ? [] : [eventOf(heard, said)],
    over: ['two-agents', 'alias'],
    hasMore: !isFirst || page.hasMore,
    parts,
    cursorFirstAt: isFirst ? (page.observations.at(-1)?.firstAt ?? null) : null,
  });
}

function samePlan(parts: PlanParts, heard: Heard, { runIds, cut }: Extract<Recognised, { kind: 'same' }>): Plan {
  const { seen, told } = heard;
  const { page, after, answered } = told;
  const last = page.observations.at(-1);
  // Rows that are gone will not come: up to there it was read.
  const read = Math.max(last?.seq ?? after, after > 0 && !page.hasMore ? page.oldestSeq - 1 : 0);
  const known: Known = {
    ...seen.known,
    ...described(parts, seen.known, page),
    runIds,
    cursor: read,
    newestSeq: page.newestSeq,
    heardAt: answered.now,
    ...stands(parts, told),
  };
  return finished(heard, {
    ...measuredClock(heard, known),
    page: rowsOf(heard, read),
    events: cut === null ? [] : [eventOf(heard, cut)],
    over: ['two-agents', 'alias'],
    hasMore: page.hasMore,
    parts,
    cursorFirstAt: read === last?.seq ? last.firstAt : read === after ? (page.cursor?.firstAt ?? seen.cursorFirstAt) : null,
    cutSaidTo: cut === null ? seen.cutSaidTo : page.oldestSeq - 1,
  });
}

/**
 * What has to be written of rows; null for nothing. Where they stand is written too with another description: a check that left it looks no
 * more, and whatever its node forgets of it would be lost.
 */
function rowsOf({ seen, told: { page } }: Heard, read: number): Plan['page'] {
  const gone = goneFrom(seen, page);
  if (page.observations.length === 0 && page.revision === seen.known.revision && gone.length === 0) return null;
  return { observations: page.observations, moved: upTo(read, [...gone, ...page.ended, ...currentOf(page)]) };
}

/** Rows of checks of which the node tells no more where they stand, as they stood. */
function goneFrom({ rows, standing }: Seen, page: HeardPage): readonly Moved[] {
  // The rows that stood are the rows that stand: nearly always.
  if (rows === page.rows) return [];
  const told = new Set(currentOf(page).map(({ check }) => check));
  return (JSON.parse(standing.get()) as Moved[]).filter(({ check }) => !told.has(check));
}

const upTo = (cursor: number, rows: readonly Moved[]): readonly Moved[] => rows.filter(({ seq }) => seq <= cursor);

const eventOf = ({ seen, told: { answered } }: Heard, { kind, detail }: Said): NodeEvent => ({
  at: answered.now,
  target: seen.target.key,
  kind,
  detail,
});

const stands = ({ desk }: PlanParts, { page: { standing, names } }: Told): Pick<Known, 'standing' | 'names'> => ({
  standing,
  names: desk.shareNames(names),
});

/** One that did not come is the one that is here, or unknown: it is asked for then. */
function described({ desk }: PlanParts, known: Remembered, page: HeardPage): Pick<Known, 'revision' | 'description'> {
  if (page.description !== null) return { revision: page.revision, description: desk.share(page.description) };
  return page.revision === known.revision
    ? { revision: known.revision, description: known.description }
    : { revision: null, description: known.description };
}

function measuredClock({ seen, told }: Heard, known: Known): { readonly known: Known; readonly clock: ClockOffset } {
  const { waitedMs, readMs, page, answered } = told;
  const now = measured({ nodeNow: page.now, readAt: answered.now, waitedMs, readMs, monotonicMs: answered.monotonicMs });
  const clock = better(seen.clock, now);
  return { known: { ...known, clockOffsetMs: clock.offsetMs, clockErrorMs: clock.errorMs }, clock };
}

interface Draft {
  readonly known: Known;
  readonly events: readonly NodeEvent[];
  readonly over?: readonly NodeTroubleKind[];
  readonly begins?: boolean;
  readonly rest?: Page | null;
  readonly page?: Plan['page'];
  readonly hasMore?: boolean;
  readonly clock?: ClockOffset;
  readonly cursorFirstAt?: number | null | undefined;
  readonly cutSaidTo?: number;
  readonly memory?: Plan['memory'];
  /** Where what was heard was taken, so that it tells of clock and role too. */
  readonly parts?: PlanParts;
}

function finished(heard: Heard, draft: Draft): Plan {
  const { seen, told } = heard;
  const { answered } = told;
  const { known, begins = false, rest = null, page = null, hasMore = false, parts } = draft;
  const lasts = parts === undefined ? { events: [], over: [] } : lastingOf(parts, heard, known);
  const events = [...heardAgain(heard), ...draft.events, ...lasts.events];
  const over = [...(draft.over ?? []), ...lasts.over].filter((kind) => seen.said.has(kind));
  const before = seen.known;
  const isOther = begins || known.cursor !== before.cursor || known.revision !== before.revision || known.nodeId !== before.nodeId;
  const isOld = answered.monotonicMs - seen.keptMs >= keepEveryMs;
  return {
    seen,
    heard,
    known,
    begins,
    rest,
    page,
    events,
    over,
    mustKeep: isOther || page !== null || known.runIds !== before.runIds || isOld,
    hasMore,
    news: {
      // What changes whether a node can be believed is news like a row.
      hasRows: begins || page !== null || events.length > 0 || over.length > 0,
      hasDescription: told.page.description !== null || seen.aliasOf !== null,
      hasLooks: known.standing !== seen.standing.get(),
    },
    memory: draft.memory ?? {
      ...remembered(heard),
      ...(parts === undefined ? {} : { rows: told.page.rows, cursorFirstAt: draft.cursorFirstAt }),
      clock: draft.clock ?? seen.clock,
      cutSaidTo: begins ? 0 : (draft.cutSaidTo ?? seen.cutSaidTo),
    },
  };
}

function remembered({ seen, told, askedMs }: Heard): Plan['memory'] {
  const { clock, rows, cursorFirstAt, cutSaidTo } = seen;
  const id = told.page.runId;
  const isSame = seen.run?.id === id;
  const run: Run = { id, firstAnswerMs: isSame ? seen.run!.firstAnswerMs : told.answered.monotonicMs, lastAskedMs: askedMs };
  return { aliasOf: null, clock, rows, cursorFirstAt, cutSaidTo, run, isTurned: seen.known.runIds.at(-1) !== id };
}

function heardAgain({ seen, told: { answered } }: Heard): readonly NodeEvent[] {
  if (!seen.isSilenceSaid) return [];
  const silentMs = Math.max(answered.now - (seen.known.heardAt ?? seen.namedAt), answered.monotonicMs - seen.heardMs);
  return [{ at: answered.now, target: seen.target.key, kind: 'heard-again', detail: `it answers again after ${formatDuration(silentMs)}` }];
}

function lastingOf({ config }: PlanParts, { seen, told: { answered } }: Heard, known: Known) {
  const { target } = seen;
  const lasts = lasting({ ...known, told: target.told }, thresholdsFor(config(), { target, known }), seen.said);
  const kinds = ['clock', 'role'] as const;
  const event = (kind: (typeof kinds)[number]): readonly NodeEvent[] =>
    lasts[kind] === null ? [] : newTrouble(seen, kind, lasts[kind], answered.now);
  return { events: kinds.flatMap(event), over: kinds.filter((kind) => lasts[kind] === null) };
}
