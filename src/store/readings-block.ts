// Packs the numbers of many looks of one check into few bytes: times and values as differences of neighbours.
//
// Plain rows cost 21 to 40 bytes a look and reading; an hour packed like this costs 2 to 5 (measured over one check a
// minute with connect, TLS and total times). Layout, all integers as little-endian base-128 varints, signed ones zigzag:
//   form (1 plain, 2 deflated) · looks · first time · second differences of the times
//   then each series: id · byte length · presence (0 all, 1 bitmap follows) · decimals (0-3, 255 doubles) · order (1, 2) · values
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { ByteReader, ByteWriter } from './bytes.ts';

/** The numbers of one look, by series id. */
export interface LookNumbers {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly values: ReadonlyMap<number, number>;
}

const plainForm = 1;
const deflatedForm = 2;
const doubles = 255;
/** Differences of differences of integers below this stay exact in a double. */
const exactMax = 2 ** 50;
/** A reading is kept to a thousandth of its unit: a microsecond for milliseconds. What is finer is noise of the clock. */
export const decimalsMax = 3;

/** Looks in the order of their time. */
export function packReadings(looks: readonly LookNumbers[]): Uint8Array {
  const out = new ByteWriter();
  out.unsigned(looks.length);
  writeDifferences(
    out,
    looks.map((look) => look.at),
    2,
  );
  for (const series of seriesOf(looks)) writeSeries(out, series, looks);
  const plain = out.bytes();
  const deflated = plain.length < 64 ? plain : deflateRawSync(plain);
  return deflated.length < plain.length ? prefixed(deflatedForm, deflated) : prefixed(plainForm, plain);
}

/** The looks of a block; only the wanted series where given. Throws on bytes that it did not write. */
export function unpackReadings(block: Uint8Array, wanted?: ReadonlySet<number>): readonly LookNumbers[] {
  const body = block.subarray(1);
  const reader = new ByteReader(block[0] === deflatedForm ? inflateRawSync(body) : body);
  const count = reader.unsigned();
  const looks = readDifferences(reader, count, 2).map((at) => ({ at, values: new Map<number, number>() }));
  while (!reader.isAtEnd()) {
    const series = reader.unsigned();
    const length = reader.unsigned();
    if (wanted !== undefined && !wanted.has(series)) reader.skip(length);
    else readSeries(reader, series, looks);
  }
  return looks;
}

const prefixed = (form: number, body: Uint8Array): Uint8Array => Buffer.concat([Uint8Array.of(form), body]);

const seriesOf = (looks: readonly LookNumbers[]): readonly number[] =>
  [...new Set(looks.flatMap((look) => [...look.values.keys()]))].sort((a, b) => a - b);

function writeSeries(out: ByteWriter, series: number, looks: readonly LookNumbers[]): void {
  const column = new ByteWriter();
  const present = looks.map((look) => look.values.has(series));
  if (present.every(Boolean)) column.unsigned(0);
  else writeBitmap(column, present);
  writeValues(
    column,
    looks.flatMap((look) => look.values.get(series) ?? []),
  );
  const bytes = column.bytes();
  out.unsigned(series);
  out.unsigned(bytes.length);
  out.raw(bytes);
}

function readSeries(reader: ByteReader, series: number, looks: readonly { readonly values: Map<number, number> }[]): void {
  const isWhole = reader.unsigned() === 0;
  const holders = isWhole ? looks : looks.filter(readBitmap(reader, looks.length));
  const values = readValues(reader, holders.length);
  for (const [index, look] of holders.entries()) look.values.set(series, values[index]!);
}

function writeBitmap(out: ByteWriter, present: readonly boolean[]): void {
  out.unsigned(1);
  for (let at = 0; at < present.length; at += 8) {
    out.byte(present.slice(at, at + 8).reduce((bits, isThere, bit) => (isThere ? bits | (1 << bit) : bits), 0));
  }
}

function readBitmap(reader: ByteReader, count: number): (_: unknown, index: number) => boolean {
  const bits = reader.raw(Math.ceil(count / 8));
  return (_, index) => ((bits[index >> 3]! >> (index & 7)) & 1) === 1;
}

function writeValues(out: ByteWriter, values: readonly number[]): void {
  const decimals = decimalsOf(values);
  out.byte(decimals ?? doubles);
  if (decimals === null) {
    for (const value of values) out.double(value);
    return;
  }
  const whole = values.map((value) => Math.round(value * 10 ** decimals));
  const order = sizeOfDifferences(whole, 2) < sizeOfDifferences(whole, 1) ? 2 : 1;
  out.byte(order);
  writeDifferences(out, whole, order);
}

function readValues(reader: ByteReader, count: number): readonly number[] {
  const decimals = reader.byte();
  if (decimals === doubles) return Array.from({ length: count }, () => reader.double());
  const order = reader.byte() === 2 ? 2 : 1;
  return readDifferences(reader, count, order).map((whole) => whole / 10 ** decimals);
}

/** The fewest decimals that give every value back exactly; null where none does. */
function decimalsOf(values: readonly number[]): number | null {
  for (let decimals = 0; decimals <= decimalsMax; decimals++) {
    const scale = 10 ** decimals;
    if (values.every((value) => Math.abs(value * scale) < exactMax && Math.round(value * scale) / scale === value)) return decimals;
  }
  return null;
}

function differences(values: readonly number[], order: 1 | 2): readonly number[] {
  const first = values.map((value, index) => (index === 0 ? value : value - values[index - 1]!));
  return order === 1 ? first : first.map((value, index) => (index < 2 ? value : value - first[index - 1]!));
}

function writeDifferences(out: ByteWriter, values: readonly number[], order: 1 | 2): void {
  for (const difference of differences(values, order)) out.signed(difference);
}

function sizeOfDifferences(values: readonly number[], order: 1 | 2): number {
  const out = new ByteWriter();
  writeDifferences(out, values, order);
  return out.bytes().length;
}

function readDifferences(reader: ByteReader, count: number, order: 1 | 2): number[] {
  const values: number[] = [];
  let step = 0;
  for (let index = 0; index < count; index++) {
    const difference = reader.signed();
    step = order === 2 && index >= 2 ? step + difference : difference;
    values.push(index === 0 ? difference : values[index - 1]! + step);
  }
  return values;
}
