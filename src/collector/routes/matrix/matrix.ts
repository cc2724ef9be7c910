// The whole fleet on one page, now or at a past moment.
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import * as Type from 'typebox/type';
import { MatrixSchema } from '../../../contract/matrix.ts';
import { Problem } from '../../../server/problem.ts';
import { type Answer, defineRoute, type Route } from '../../../server/route.ts';
import type { Collector } from '../../collector.ts';
import { groupKnown } from '../known.ts';
import { GroupName, Instant, strict } from '../schemas.ts';
import { type Overview, oneAtATime } from '../slices.ts';
import { createKeptFrom } from './kept-from.ts';
import { matrixNow, type Timeless } from './now.ts';
import { createPastFindings } from './past-findings.ts';
import { createShares } from './shares.ts';
import { matrixThen } from './then.ts';

const MatrixQuery = Type.Object({ at: Type.Optional(Instant('A past moment; now unless given')), group: Type.Optional(GroupName) }, strict);

/** Of past moments, each of which takes up to a second: somebody who moves through the past asks for one after the other. */
const waitingMax = 16;

export function matrixRoute(collector: Collector, overview: Overview): Route {
  const { clock } = collector;
  const shares = createShares(collector);
  const past = { collector, overview, shares, findings: createPastFindings(collector) };
  const keptFrom = createKeptFrom(collector);
  // Whoever watches asks when something changed, and so all at once.
  const now = oneAtATime(async () => matrixAnswer(await matrixNow(collector, overview, shares), clock.now(), keptFrom()));
  const nowOf = async (group: string): Promise<Answer> =>
    matrixAnswer(await matrixNow(collector, async () => [groupKnown(collector, group)], shares), clock.now(), keptFrom());
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  const then = async (at: number, group: string | null): Promise<Answer> => {
    if (waiting >= waitingMax) throw new Problem(503, 'Too many past moments are asked for at once', { headers: { 'retry-after': '1' } });
    waiting++;
    const made = last.then(() => matrixThen(past, at, group));
    last = made.catch(() => {}).finally(() => waiting--);
    return matrixAnswer(await made, clock.now(), keptFrom());
  };
  return defineRoute({
    method: 'GET',
    path: '/v1/matrix',
    right: 'read',
    summary:
      'The fleet gap by gap, now or as it was known at a past moment; an equal If-None-Match means that nothing but the time is another',
    query: MatrixQuery,
    answers: {
      200: { describes: 'The matrix', schema: MatrixSchema },
      400: { describes: '`at` lies in the future' },
      404: { describes: 'There is no such group, and was none then' },
      503: { describes: 'Too many past moments are asked for at once' },
    },
    handle: ({ query: { at, group } }) => {
      if (at === undefined) return group === undefined ? now() : nowOf(group);
      if (at > clock.now()) throw new Problem(400, `at lies in the future: the collector’s clock says ${clock.now()}`);
      return then(at, group ?? null);
    },
  });
}

/** `at` and `keptFrom` move with the clock, and are no part of what is equal. */
function matrixAnswer(matrix: Timeless, at: number, keptFrom: number): Answer {
  const rest = JSON.stringify(matrix);
  const body = `{"at":${at},"keptFrom":${keptFrom},${rest.slice(1)}`;
  let compressed: Promise<Uint8Array> | null = null;
  return {
    status: 200,
    body,
    etag: `"${createHash('sha256').update(rest).digest('base64url').slice(0, 22)}"`,
    // A thousand pairs are a megabyte and a half, and a thirtieth of that on the wire. Level 1 takes a third of the time of 6.
    encoded: {
      gzip: () => {
        compressed ??= promisify(gzip)(body, { level: 1 });
        return compressed;
      },
    },
  };
}
