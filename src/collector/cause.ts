// What changed on either side that opened a finding: goes back through both histories, judging again, until the finding is not made.
import type { Turned } from '../contract/comparison.ts';
import type { Finding } from '../contract/finding.ts';
import type { CheckState, Observation } from '../contract/observation.ts';
import type { AnyProbe } from '../contract/probe.ts';
import { leavesOf } from '../judge/fields.ts';
import { madeOf, type SideThen } from '../judge/made.ts';
import { shownValue } from '../judge/shown-value.ts';
import { wholeValue } from './beside.ts';
import type { NodeSight, Nodes } from './nodes.ts';
import type { FleetPair } from './review/review.ts';

export interface CauseAsked {
  readonly nodes: Nodes;
  readonly probes: ReadonlyMap<string, AnyProbe>;
  readonly standing: FleetPair;
  readonly finding: Finding;
  /** Lets others have their turn. */
  readonly rest: () => Promise<void>;
}

/** How far back it is looked: each costs a judging of the check, and what happened twenty changes ago did not open it. */
const turnsMax = 20;
/** Two clocks of which each is known to this: a look that opened a finding may seem to be a little younger than it. */
const clockSlackMs = 10_000;
const fieldsMax = 50;

/** Empty where no change that is kept makes the difference; two where both sides turned in one moment, and each alone would have done. */
export async function causesOf(asked: CauseAsked): Promise<readonly Turned[]> {
  const { standing, finding } = asked;
  const standby = await pastOf(asked, standing.standby);
  const primary = finding.kind === 'alone' ? null : await pastOf(asked, standing.primary);
  if (standby === null || (primary === null && finding.kind === 'paired')) return [];
  const sides: readonly Past[] = primary === null ? [standby] : [standby, primary];
  const made = () => madeOf({ ...asked, now: finding.since, standby, primary, lawful: standing.terms.lawful }, finding);
  if (made() !== 'made') return [];
  for (let turns = 0; turns < turnsMax; turns++) {
    const newestFirst = sides.toSorted((a, b) => b.row.firstAt - a.row.firstAt);
    const last = newestFirst[0]!;
    // Which of them turned first the two clocks cannot tell.
    const atOnce = newestFirst.filter(({ row }) => last.row.firstAt - row.firstAt <= clockSlackMs);
    const found: Turned[] = [];
    for (const side of atOnce) {
      const then = await madeBefore(asked, side, made);
      if (then === 'not-made') found.push(await turned(asked, side));
      if (side === last && (then === 'unclear' || then === null)) return [];
    }
    if (found.length > 0) return found;
    last.row = (await last.older())!;
  }
  return [];
}

/** Null where nothing is kept of before. */
async function madeBefore(
  { rest }: CauseAsked,
  side: Past,
  made: () => ReturnType<typeof madeOf>,
): Promise<ReturnType<typeof madeOf> | null> {
  const { row } = side;
  const older = await side.older();
  if (older === null) return null;
  await rest();
  side.row = older;
  const then = made();
  side.row = row;
  await rest();
  return then;
}

interface Past extends SideThen {
  readonly side: Turned['side'];
  row: Observation;
  /** The look before `row` that saw something; null where none is kept, or it was another probe's. */
  older(): Promise<Observation | null>;
}

/** As the side had seen it when the finding was first made; null where that is not kept. */
async function pastOf({ nodes, standing, finding, probes, rest }: CauseAsked, sight: NodeSight | null): Promise<Past | null> {
  const state = sight === null ? null : nodes.check(sight, finding.check);
  if (sight === null || sight.identity === null || state === null) return null;
  const rows = seenRows(nodes, sight, finding.check);
  const isComparable = ({ probe, factsVersion }: Observation): boolean =>
    probe === state.probe && factsVersion === probes.get(probe)?.factsVersion;
  const next = async (): Promise<Observation | null> => {
    for (let read = rows.next(); !read.done; read = rows.next()) {
      await rest();
      if (read.value !== null) return isComparable(read.value) ? read.value : null;
    }
    return null;
  };
  let row = await next();
  while (row !== null && row.firstAt > finding.since + clockSlackMs) row = await next();
  if (row === null) return null;
  let [before, read]: [Observation | null, Observation | null] = [null, null];
  const past: Past = {
    side: sight === standing.standby ? 'standby' : 'primary',
    node: sight.identity,
    watched: watchedOf(state),
    row,
    older: async () => {
      if (read !== past.row) [before, read] = [await next(), past.row];
      return before;
    },
  };
  return past;
}

const watchedOf = ({ current: _, lastObserved: __, ...watched }: CheckState): SideThen['watched'] => watched;

/** A check that is seen and lost from sight by turns has a row for each. */
const rowsMax = 200;

/** Newest first, one by one, since a look of a region is a megabyte. Null for a row that saw nothing: a place to rest at. */
function* seenRows(nodes: Nodes, sight: NodeSight, check: string): Generator<Observation | null, undefined> {
  let before = Number.MAX_SAFE_INTEGER;
  for (let read = 0; read < rowsMax; read++) {
    const [row] = nodes.past(sight, check, { before, limit: 1 });
    if (row === undefined) return;
    yield row.outcome.kind === 'unseen' ? null : row;
    before = row.seq;
  }
}

async function turned(asked: CauseAsked, past: Past): Promise<Turned> {
  const { side, row: after } = past;
  const before = (await past.older())!;
  const fields =
    before.outcome.kind === 'observed' && after.outcome.kind === 'observed'
      ? await turnedFields(asked, before.outcome.facts, after.outcome.facts)
      : { fields: [{ field: '', before: wholeValue(asked.probes, before), after: wholeValue(asked.probes, after) }], hasMore: false };
  return { side, at: after.firstAt, beforeAt: before.lastAt, fromSeq: before.seq, toSeq: after.seq, ...fields };
}

/** An update of a whole machine turns hundreds; of more than these nobody can say which matter. */
const readMax = 2_000;

/** Those that name what the finding is about first. */
async function turnedFields({ finding, rest }: CauseAsked, before: unknown, after: unknown): Promise<Pick<Turned, 'fields' | 'hasMore'>> {
  const fields: Turned['fields'] = [];
  for (const leaf of leavesOf(before, after)) {
    await rest();
    if (leaf === null || leaf.kind === 'same') continue;
    fields.push({ field: leaf.field, before: shownValue(leaf.own), after: shownValue(leaf.theirs) });
    if (fields.length === readMax) break;
  }
  const isAbout = (one: Turned['fields'][number]): boolean =>
    [one.field, one.before.text, one.after.text].some((text) => text.includes(finding.subject));
  const ordered = [...fields.filter(isAbout), ...fields.filter((one) => !isAbout(one))];
  return { fields: ordered.slice(0, fieldsMax), hasMore: fields.length > fieldsMax };
}
