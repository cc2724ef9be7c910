// The one question, answered and signed: could this group take over now.
import { type KeyObject, randomUUID } from 'node:crypto';
import type { GateQuery } from '../contract/gate.ts';
import type { Snapshot } from '../contract/observation.ts';
import type { Receipt, ReceiptBody } from '../contract/receipt.ts';
import type { Clock } from '../daemon/clock.ts';
import type { Log } from '../daemon/log.ts';
import { signReceipt } from '../formats/receipt.ts';
import { atGate } from '../judge/gate.ts';
import { type JudgedPair, oldestLook, receiptBody } from '../judge/receipt-body.ts';
import type { FleetStore } from '../store/fleet/store.ts';
import type { NodeSight, Nodes } from './nodes.ts';
import type { FleetPair, Review } from './review/review.ts';

export interface GateParts {
  readonly review: Review;
  readonly nodes: Nodes;
  readonly store: FleetStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Ed25519, private. */
  readonly key: () => KeyObject;
  readonly issuer: ReceiptBody['issuer'];
}

export interface Gate {
  /** Null for a group that the fleet does not have. Judged for this asking; kept, unless the disk is in the way. */
  ask(group: string, query: GateQuery, by: string): Receipt | null;
}

export function createGate({ review, nodes, store, clock, log, key, issuer }: GateParts): Gate {
  const pairOf = (pair: FleetPair, query: GateQuery): JudgedPair => {
    const view = review.pair(pair.group, pair.pair);
    const standby = pair.standby === null ? null : nodes.snapshot(pair.standby);
    const primary = pair.primary === null ? null : nodes.snapshot(pair.primary);
    const { findings = [], blindSpots = [], lawful = [] } = view ?? {};
    const judged = atGate({ findings, blindSpots, checks: standby?.checks ?? [], maxAgeMs: query.maxAge ?? null, now: clock.now() });
    return {
      pair: pair.pair,
      verdict: judged.verdict,
      standby: judgedNode(pair.standby, standby),
      primary: judgedNode(pair.primary, primary),
      findings: [...findings],
      blindSpots: [...judged.blindSpots],
      lawful: [...lawful],
    };
  };
  /** Whoever asks in a disaster is answered even where nothing can be written: they hold the receipt. */
  const keep = (receipt: Receipt): void => {
    try {
      store.receipts.add(receipt);
    } catch (error) {
      log.error({ id: receipt.id, detail: error instanceof Error ? error.message : String(error) }, 'a receipt could not be kept');
    }
  };
  return {
    ask: (group, query, by) => {
      if (review.group(group) === null) return null;
      review.judgeNow(group);
      const body = receiptBody({
        id: randomUUID(),
        issuedAt: clock.now(),
        issuer,
        asked: { group, by: query.by ?? by, maxAgeMs: query.maxAge ?? null, failOn: query.failOn ?? null },
        override: query.override === undefined ? null : { by: query.by ?? by, reason: query.override },
        pairs: review.standing(group).map((pair) => pairOf(pair, query)),
        waivers: store.waivers.standing({ group }),
      });
      const receipt = signReceipt(body, key());
      keep(receipt);
      return receipt;
    },
  };
}

function judgedNode(sight: NodeSight | null, snapshot: Snapshot | null): JudgedPair['standby'] {
  if (sight === null || snapshot === null) return null;
  const { name, id, site, version } = snapshot.node;
  return { name, nodeId: id, site: site.name ?? null, version, asOf: oldestLook(snapshot.checks), heardAt: sight.heardAt };
}
