// All that is known now, in one body: what a collector reads first and what a twin is made of.
import { randomUUID } from 'node:crypto';
import { SnapshotSchema } from '../../contract/observation.ts';
import { defineRoute, type Route } from '../../server/route.ts';
import type { Agent } from '../agent.ts';

export function snapshotRoute(agent: Agent): Route {
  // Another one for each start: a revision counts from zero again.
  const run = randomUUID().slice(0, 8);
  let made: { readonly revision: number; readonly body: string } | null = null;
  return defineRoute({
    method: 'GET',
    path: '/v1/snapshot',
    right: 'read',
    summary: 'The newest look of every check',
    answers: { 200: { describes: 'The snapshot', schema: SnapshotSchema }, 304: { describes: 'As the ETag in If-None-Match says' } },
    handle: () => {
      const revision = agent.revision();
      if (made?.revision !== revision) made = { revision, body: JSON.stringify(agent.snapshot()) };
      return { status: 200, body: made.body, etag: `"${run}-${revision}"` };
    },
  });
}
