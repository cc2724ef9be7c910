// What a poller of one subject has not seen yet, as it is answered to GET /v1/changes.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import type { Changes } from '../contract/changes.ts';
import { packStanding } from '../formats/standing-rows.ts';
import { nodeDescription, type Subject } from './description.ts';
import type { Ledger } from './ledger.ts';

export const ChangesQuerySchema = Type.Object(
  {
    after: Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      default: 0,
      description: 'Sequence number of the last observation that the poller has',
    }),
    limit: Type.Integer({ minimum: 1, maximum: 500, default: 100 }),
    known: Type.Optional(Type.String({ maxLength: 64, description: 'Revision of the description that the poller has' })),
    named: Type.Optional(Type.String({ maxLength: 64, description: 'Print of the names of readings that the poller has' })),
  },
  { additionalProperties: false },
);

export type ChangesQuery = Static<typeof ChangesQuerySchema>;

export interface ChangesParts extends Subject {
  readonly ledger: Ledger;
  /** Random, another one for each start. */
  readonly runId: string;
  readonly clock: { now(): number };
}

/** Null while there is no history. */
export function changesOf(parts: ChangesParts): (query: ChangesQuery) => Changes | null {
  const described = nodeDescription(parts);
  return ({ after, limit, known, named }) => {
    const page = parts.ledger.ask((store) => ({ instanceId: store.instanceId, ...store.observations.changes(after, limit) }));
    if (page === null) return null;
    const { description, revision } = described();
    const who = { runId: parts.runId, nodeId: parts.node().id, now: parts.clock.now() };
    return {
      ...who,
      revision,
      description: known === revision ? null : description,
      ...page,
      ...packStanding(page.current, named ?? null),
    };
  };
}
