// Keeps the last judgement's findings over a restart, so that *since* is when a defect was first seen and not when the agent was started.

import type { Finding } from '../contract/finding.ts';
import type { Database } from './engine/database.ts';

export interface Findings {
  all(): readonly Finding[];
  /** Replaces them. Writes only what differs. */
  save(findings: readonly Finding[]): void;
}

export function findings(db: Database): Findings {
  const select = db.prepare<[], { id: string; body: string }>('SELECT id, body FROM findings ORDER BY id');
  const put = db.prepare<[string, number, string]>('INSERT OR REPLACE INTO findings (id, since, body) VALUES (?, ?, ?)');
  const drop = db.prepare<[string]>('DELETE FROM findings WHERE id = ?');
  const save = db.transaction((gone: readonly string[], changed: readonly Finding[]) => {
    for (const id of gone) drop.run(id);
    for (const finding of changed) put.run(finding.id, finding.since, JSON.stringify(finding));
  });
  const all = (): readonly Finding[] => select.all().map((row) => JSON.parse(row.body) as Finding);
  return {
    all,
    save: (now) => {
      const kept = new Map(all().map((finding) => [finding.id, lasting(finding)]));
      const ids = new Set(now.map((finding) => finding.id));
      const gone = [...kept.keys()].filter((id) => !ids.has(id));
      const changed = now.filter((finding) => kept.get(finding.id) !== lasting(finding));
      if (gone.length > 0 || changed.length > 0) save.immediate(gone, changed);
    },
  };
}

/** Without when it was last confirmed, which moves with every look. */
const lasting = ({ evidence, ...rest }: Finding): string => JSON.stringify({ ...rest, seq: evidence.seq, primary: evidence.primary?.seq });
