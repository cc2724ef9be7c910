// Puts the collector's memory together.
import type { HistoryParts } from '../database.ts';
import { historyFile } from '../history-file.ts';
import { deliveries } from './deliveries.ts';
import { findings } from './findings.ts';
import { names } from './names.ts';
import { nodes } from './nodes.ts';
import { observations } from './observations.ts';
import { outcomes } from './outcomes.ts';
import { receipts } from './receipts.ts';
import { retention } from './retention.ts';
import { sights } from './sights.ts';
import type { FleetStore } from './store.ts';
import { transactions } from './transactions.ts';
import { verdicts } from './verdicts.ts';
import { waivers } from './waivers.ts';

export function createFleetStore({ db, instanceId, file, release }: HistoryParts): FleetStore {
  const writing = transactions(db);
  const parts = { names: names(db, writing), outcomes: outcomes(db, writing), transactions: writing };
  return {
    ...historyFile(file),
    instanceId,
    file,
    nodes: nodes(db, writing),
    observations: observations(db, parts),
    findings: findings(db, writing),
    verdicts: verdicts(db, writing),
    sights: sights(db, writing),
    waivers: waivers(db, writing),
    deliveries: deliveries(db, writing),
    receipts: receipts(db),
    together: writing.together,
    maintain: retention(db, parts),
    close: () => {
      // SQLite checkpoints when the last connection closes.
      try {
        db.close();
      } finally {
        release();
      }
    },
  };
}
