// What one set of flows allows and another does not: exact, in few boxes, and without comparing each rule with each other. A sweep
// over the peers keeps what is open at each address; between two borders only ports are left to compare.
import { type Box, type Channel, type FlowSet, flowSet } from './flow-set.ts';

export function difference(from: FlowSet, without: FlowSet): FlowSet {
  const left: Channel[] = [];
  for (const [key, channel] of from) left.push({ ...channel, boxes: subtract(channel.boxes, without.get(key)?.boxes ?? []) });
  return flowSet(left);
}

/** The same flows in disjoint boxes that are as large as they can be. */
export const merged = (set: FlowSet): FlowSet => difference(set, new Map());

export const intersection = (one: FlowSet, other: FlowSet): FlowSet => difference(one, difference(one, other));

/** What is the same on both sides needs no sweep. */
function subtract(from: readonly Box[], without: readonly Box[]): readonly Box[] {
  const same = byText(without);
  const open = [...byText(from)].flatMap(([text, box]) => (same.has(text) ? [] : [box]));
  return open.length === 0 ? [] : sweep(open, within(hullOf(open), without));
}

/** A set is compared with many others, and to write big numbers costs more than all else. */
const texts = new WeakMap<readonly Box[], ReadonlyMap<string, Box>>();

function byText(boxes: readonly Box[]): ReadonlyMap<string, Box> {
  const known = texts.get(boxes) ?? new Map(boxes.map((box) => [textOf(box), box]));
  texts.set(boxes, known);
  return known;
}

const textOf = ({ lo, hi, a0, a1, b0, b1 }: Box): string => `${lo}-${hi} ${a0}-${a1} ${b0}-${b1}`;

function hullOf(boxes: readonly Box[]): Box {
  let { lo, hi, a0, a1, b0, b1 } = boxes[0]!;
  for (const box of boxes) {
    if (box.lo < lo) lo = box.lo;
    if (box.hi > hi) hi = box.hi;
    a0 = Math.min(a0, box.a0);
    a1 = Math.max(a1, box.a1);
    b0 = Math.min(b0, box.b0);
    b1 = Math.max(b1, box.b1);
  }
  return { lo, hi, a0, a1, b0, b1 };
}

const within = (hull: Box, boxes: readonly Box[]): readonly Box[] =>
  boxes.filter(
    (box) => box.lo <= hull.hi && hull.lo <= box.hi && box.a0 <= hull.a1 && hull.a0 <= box.a1 && box.b0 <= hull.b1 && hull.b0 <= box.b1,
  );

type Rectangle = Pick<Box, 'a0' | 'a1' | 'b0' | 'b1'>;

/** Boxes that begin or end at a border. */
interface Turn {
  readonly begin: readonly Box[];
  readonly end: readonly Box[];
}

function sweep(from: readonly Box[], without: readonly Box[]): readonly Box[] {
  const borders = bordersOf([...from, ...without]);
  const fromTurns = turnsOf(from, borders);
  const withoutTurns = turnsOf(without, borders);
  const open = new Active();
  const taken = new Active();
  const runs = new Runs();
  for (let at = 0; at < borders.length; at++) {
    open.turn(fromTurns.get(at));
    taken.turn(withoutTurns.get(at));
    runs.at(borders[at]!, open.boxes.length === 0 ? [] : left(open.boxes, taken.boxes));
  }
  return runs.boxes;
}

/** Where an interval begins or has just ended, ascending. */
function bordersOf(boxes: readonly Box[]): readonly bigint[] {
  const borders = new Set<bigint>();
  for (const { lo, hi } of boxes) borders.add(lo).add(hi + 1n);
  return [...borders].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function turnsOf(boxes: readonly Box[], borders: readonly bigint[]): ReadonlyMap<number, Turn> {
  const places = new Map(borders.map((border, at) => [border, at]));
  const turns = new Map<number, { begin: Box[]; end: Box[] }>();
  const turnAt = (border: bigint): { begin: Box[]; end: Box[] } => {
    const place = places.get(border)!;
    const turn = turns.get(place) ?? { begin: [], end: [] };
    turns.set(place, turn);
    return turn;
  };
  for (const box of boxes) {
    turnAt(box.lo).begin.push(box);
    turnAt(box.hi + 1n).end.push(box);
  }
  return turns;
}

/** What is open at an address, by where its second interval begins. */
class Active {
  boxes: Box[] = [];

  turn(turn: Turn | undefined): void {
    if (turn === undefined) return;
    if (turn.end.length > 0) {
      const ended = new Set(turn.end);
      this.boxes = this.boxes.filter((box) => !ended.has(box));
    }
    for (const box of turn.begin) this.boxes.splice(this.placeOf(box), 0, box);
  }

  private placeOf({ b0 }: Box): number {
    let low = 0;
    let high = this.boxes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.boxes[middle]!.b0 <= b0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Strips of the first interval between two borders, each with what is left of the second; neighbours that are alike are one. */
function left(open: readonly Box[], taken: readonly Box[]): readonly Rectangle[] {
  const hull = hullOf(open);
  const near = taken.filter((box) => box.a0 <= hull.a1 && hull.a0 <= box.a1 && box.b0 <= hull.b1 && hull.b0 <= box.b1);
  const starts = stripsOf(open, near);
  const strips: { a0: number; a1: number; readonly ranges: readonly Range[]; readonly text: string }[] = [];
  for (const [at, a0] of starts.entries()) {
    const a1 = (starts[at + 1] ?? hull.a1 + 1) - 1;
    const isIn = (box: Box): boolean => box.a0 <= a0 && a1 <= box.a1;
    const ranges = starts.length === 1 ? minus(open, near) : minus(open.filter(isIn), near.filter(isIn));
    const text = ranges.map(({ from, to }) => `${from}-${to}`).join();
    const last = strips.at(-1);
    if (last !== undefined && last.text === text && last.a1 + 1 === a0) last.a1 = a1;
    else strips.push({ a0, a1, ranges, text });
  }
  return strips.flatMap(({ a0, a1, ranges }) => ranges.map(({ from, to }) => ({ a0, a1, b0: from, b1: to })));
}

/** First values of the strips within what is open; nearly always one. */
function stripsOf(open: readonly Box[], taken: readonly Box[]): readonly number[] {
  const hull = hullOf(open);
  const starts = new Set<number>();
  for (const boxes of [open, taken])
    for (const { a0, a1 } of boxes) {
      starts.add(Math.max(a0, hull.a0));
      if (a1 < hull.a1) starts.add(a1 + 1);
    }
  return [...starts].sort((a, b) => a - b);
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Of lists that are sorted by where they begin. */
function minus(open: readonly Box[], taken: readonly Box[]): readonly Range[] {
  const found: Range[] = [];
  const blocks = unionOf(taken);
  let next = 0;
  for (const { from, to } of unionOf(open)) {
    let at = from;
    while (next < blocks.length && blocks[next]!.to < at) next++;
    for (let block = next; block < blocks.length && blocks[block]!.from <= to; block++) {
      if (blocks[block]!.from > at) found.push({ from: at, to: blocks[block]!.from - 1 });
      at = Math.max(at, blocks[block]!.to + 1);
    }
    if (at <= to) found.push({ from: at, to });
  }
  return found;
}

function unionOf(sorted: readonly Box[]): readonly Range[] {
  const ranges: { from: number; to: number }[] = [];
  for (const { b0, b1 } of sorted) {
    const last = ranges.at(-1);
    if (last !== undefined && b0 <= last.to + 1) last.to = Math.max(last.to, b1);
    else ranges.push({ from: b0, to: b1 });
  }
  return ranges;
}

/** Puts together what stays the same from border to border. */
class Runs {
  readonly boxes: Box[] = [];
  private open = new Map<string, Box>();

  at(border: bigint, rectangles: readonly Rectangle[]): void {
    if (rectangles.length === 0 && this.open.size === 0) return;
    const next = new Map<string, Box>();
    for (const { a0, a1, b0, b1 } of rectangles) {
      const key = `${a0}-${a1} ${b0}-${b1}`;
      next.set(key, this.open.get(key) ?? { lo: border, hi: border, a0, a1, b0, b1 });
    }
    for (const [key, box] of this.open) if (!next.has(key)) this.boxes.push({ ...box, hi: border - 1n });
    this.open = next;
  }
}
