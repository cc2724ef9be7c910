// Keeps which verdict stood when, as spans that were confirmed from end to end: where nobody judged there is a hole.

import type { Verdict } from '../../contract/finding.ts';
import { number } from '../bound.ts';
import type { Database } from '../engine/database.ts';
import { disjoint } from './disjoint.ts';
import type { TimeTold, VerdictSpan, Verdicts } from './store.ts';
import type { Transactions } from './transactions.ts';

export function verdicts(db: Database, { together, onUndone }: Transactions): Verdicts {
  const s = statements(db);
  const subjects = subjectIds(s, onUndone);
  const begin = (subject: number, before: SpanRow | undefined, verdict: Verdict, at: number): Times => {
    const n = (before?.n ?? 0) + 1;
    if (before !== undefined) s.age.run(subject, before.n);
    s.insert.run(subject, n, verdict, at, at);
    return { verdict, from: at, until: at };
  };
  const lengthen = (subject: number, row: SpanRow, until: number): Times => {
    if (until > row.until) s.lengthen.run(until, subject, row.n);
    return { verdict: row.verdict, from: row.from, until: Math.max(row.until, until) };
  };
  const confirm = (subject: number, verdict: Verdict, at: number, gapMs: number): Times => {
    const last = s.latest.get(subject);
    // Further back than a gap the clock was set: what it said before then stands, and the time counts from where it is now.
    if (last === undefined || Math.abs(at - last.until) > gapMs) return begin(subject, last, verdict, at);
    if (last.verdict === verdict) return lengthen(subject, last, at);
    // It stood until the other one was judged: told from the end of the last confirmation, a mended group would have been ready before.
    return begin(subject, last, verdict, lengthen(subject, last, at).until);
  };
  return {
    subjects: () => s.subjects.all(),
    confirm: (subject, verdict, at, gapMs) =>
      together(() => ({ ...named(subject), ...confirm(subjects.add(subject), verdict, at, gapMs) })),
    latest: (subject) => {
      const id = subjects.find(subject);
      const row = id === null ? undefined : s.latest.get(id);
      return row === undefined ? null : toSpan(subject, row);
    },
    spans: (subject, from, to) => {
      const id = subjects.find(subject);
      if (id === null) return [];
      return disjoint(s.touching.all(id, from, to))
        .filter((row) => row.until >= from && row.from <= to)
        .map((row) => toSpan(subject, row));
    },
  };
}

type Subject = Pick<VerdictSpan, 'group' | 'pair'>;
type Times = Pick<VerdictSpan, 'verdict' | 'from' | 'until'>;
type SpanRow = Times & { readonly n: number };
type Statements = ReturnType<typeof statements>;

const columns = 'n, verdict, from_at AS "from", until_at AS until';

/** The first and the last in the order in which they were begun: no other order has an index, and a clock is hardly ever set back. */
const edge = (column: string, order: 'ASC' | 'DESC') =>
  `(SELECT ${column} FROM verdict_spans WHERE subject_id = subjects.id ORDER BY n ${order} LIMIT 1)`;

const statements = (db: Database) => ({
  subjects: db.prepare<[], TimeTold>(
    `SELECT * FROM (SELECT "group", pair, ${edge('from_at', 'ASC')} AS "from", ${edge('until_at', 'DESC')} AS until FROM subjects)
     WHERE "from" IS NOT NULL ORDER BY "group", pair`,
  ),
  subject: db.prepare<[string, string | null], { id: number }>('SELECT id FROM subjects WHERE "group" = ? AND pair IS ?'),
  addSubject: db.prepare<[string, string | null]>('INSERT INTO subjects ("group", pair) VALUES (?, ?)'),
  latest: db.prepare<[number], SpanRow>(`SELECT ${columns} FROM verdict_spans WHERE subject_id = ${number} ORDER BY n DESC LIMIT 1`),
  touching: db.prepare<[number, number, number], SpanRow>(
    `SELECT ${columns} FROM verdict_spans WHERE subject_id = ${number} AND until_at >= ? AND from_at <= ? ORDER BY n`,
  ),
  age: db.prepare<[number, number]>(`UPDATE verdict_spans SET is_newest = 0 WHERE subject_id = ${number} AND n = ${number}`),
  insert: db.prepare<[number, number, string, number, number]>(
    'INSERT INTO verdict_spans (subject_id, n, verdict, from_at, until_at, is_newest) VALUES (?, ?, ?, ?, ?, 1)',
  ),
  lengthen: db.prepare<[number, number, number]>(`UPDATE verdict_spans SET until_at = ? WHERE subject_id = ${number} AND n = ${number}`),
});

/** Every review of every pair asks for them. */
function subjectIds(s: Statements, onUndone: Transactions['onUndone']) {
  const known = new Map<string, number>();
  onUndone(() => known.clear());
  const find = ({ group, pair }: Subject): number | null => {
    const key = JSON.stringify([group, pair]);
    const id = known.get(key) ?? s.subject.get(group, pair)?.id ?? null;
    if (id !== null) known.set(key, id);
    return id;
  };
  return { find, add: (subject: Subject) => find(subject) ?? Number(s.addSubject.run(subject.group, subject.pair).lastInsertRowid) };
}

const named = ({ group, pair }: Subject): Subject => ({ group, pair });

const toSpan = (subject: Subject, { verdict, from, until }: Times): VerdictSpan => ({ ...named(subject), verdict, from, until });
