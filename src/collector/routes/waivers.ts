// Findings that somebody accepts, and takes back.
import * as Type from 'typebox/type';
import { byLengthMax, reasonLengthMax } from '../../contract/gate.ts';
import type { StandingFinding } from '../../contract/standing.ts';
import { WaiverSchema } from '../../contract/waiver.ts';
import { Problem } from '../../server/problem.ts';
import { defineRoute, type Route } from '../../server/route.ts';
import type { Collector } from '../collector.ts';
import type { Waived } from '../waiving.ts';
import { demandPair, refuseLonePair } from './known.ts';
import { AtSchema, GroupName, Limit, PairName, strict } from './schemas.ts';

const WaiversQuery = Type.Object(
  {
    group: Type.Optional(GroupName),
    pair: Type.Optional(PairName),
    all: Type.Boolean({ default: false, description: 'Those that have ended too' }),
    limit: Limit(5_000, 500),
  },
  strict,
);

const WaiversBody = Type.Object({ at: AtSchema, waivers: Type.Array(WaiverSchema) });

const text = (lengthMax: number, description: string) =>
  // Not only blanks, and no line breaks or other control characters: it is shown in lines of a log and of a terminal.
  Type.String({ minLength: 1, maxLength: lengthMax, pattern: '^(?=.*\\S)[^\\u0000-\\u001f\\u007f]*$', description });

const WaiverBody = Type.Object(
  {
    group: GroupName,
    pair: PairName,
    finding: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: 'Id of the finding; or else its code and subject' })),
    code: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    subject: Type.Optional(Type.String({ maxLength: 1_024 })),
    check: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'Where several checks make that finding' })),
    author: text(byLengthMax, 'Who accepts it, in their own words'),
    reason: text(reasonLengthMax, 'Why'),
    until: Type.Integer({ description: 'Epoch milliseconds; at most 400 days ahead' }),
  },
  strict,
);

const bodyBytesMax = 16 * 1024;

const Id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64, description: 'Of the waiver' }) }, strict);

export function waiverRoutes(collector: Collector): readonly Route[] {
  const { store, clock, waiving } = collector;
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/waivers',
      right: 'read',
      summary: 'What was accepted: by whom, why and until when',
      query: WaiversQuery,
      answers: {
        200: { describes: 'Oldest first; with `all`, newest first', schema: WaiversBody },
        404: { describes: 'There is no such group or pair' },
      },
      handle: ({ query: { all, limit, ...filter } }) => {
        refuseLonePair(filter.group, filter.pair);
        const waivers = all ? store.waivers.all({ ...filter, limit }) : store.waivers.standing(filter).slice(0, limit);
        if (waivers.length === 0 && filter.group !== undefined) demandPair(collector, filter.group, filter.pair);
        return { status: 200, body: { at: clock.now(), waivers: [...waivers] } };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/waivers',
      right: 'waive',
      summary: 'Accept a finding as it is now, with a reason and an end; it is void when the evidence changes',
      body: { schema: WaiverBody, bytesMax: bodyBytesMax },
      answers: {
        201: { describes: 'Accepted', schema: WaiverSchema },
        400: { describes: 'The end lies in the past or too far ahead' },
        404: { describes: 'There is no such group, pair or finding' },
        409: { describes: 'Several findings fit; the answer names them' },
      },
      handle: ({ body, caller }) => {
        const { group, pair, author, reason, until } = body;
        demandPair(collector, group, pair);
        const { id } = findingMeant(collector, body);
        const waived = waiving.accept({ group, pair, finding: id, author, reason, until, by: caller.name });
        return { status: 201, body: waiverOf(waived) };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/waivers/{id}/end',
      right: 'waive',
      summary: 'Take an acceptance back',
      params: Id,
      answers: {
        200: { describes: 'The waiver, ended now or before', schema: WaiverSchema },
        404: { describes: 'There is no such waiver' },
      },
      handle: ({ params, caller }) => {
        const waiver = waiving.withdraw(params.id, caller.name);
        if (waiver === null) throw new Problem(404, 'There is no such waiver; /v1/waivers?all=true lists them');
        return { status: 200, body: waiver };
      },
    }),
  ];
}

/** Ids are for programs; a person types what the finding is called. */
function findingMeant({ review }: Collector, body: Type.Static<typeof WaiverBody>): Pick<StandingFinding, 'id'> {
  const { group, pair, finding, code, subject, check } = body;
  if (finding !== undefined) return { id: finding };
  if (code === undefined || subject === undefined)
    throw new Problem(400, 'Say which finding: by its id as `finding`, or by its code and subject');
  review.judgeNow(group, pair);
  const fitting = (review.pair(group, pair)?.findings ?? []).filter(
    (one) => one.code === code && one.subject === subject && (check === undefined || one.check === check),
  );
  const [only, ...others] = fitting;
  if (only === undefined) throw new Problem(404, `${pair} of ${group} has no finding ${code} ${subject} at present`);
  if (others.length > 0)
    throw new Problem(409, `Several checks make this finding: ${fitting.map((one) => one.check).join(', ')}; say which`);
  return only;
}

function waiverOf(waived: Waived) {
  switch (waived.kind) {
    case 'waived':
      return waived.waiver;
    case 'refused':
      throw new Problem(waived.reason === 'no-finding' ? 404 : 400, waived.detail);
  }
}
