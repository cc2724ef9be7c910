// What the gate answered before, as it was signed.
import * as Type from 'typebox/type';
import { type Receipt, ReceiptSchema } from '../../contract/receipt.ts';
import { Problem } from '../../server/problem.ts';
import { defineRoute, type Route } from '../../server/route.ts';
import type { Collector } from '../collector.ts';
import { AtSchema, GroupName, Limit, strict } from './schemas.ts';

const { id, issuedAt, asked, verdict, isPassed, override, counts } = ReceiptSchema.properties;
const ReceiptLineSchema = Type.Object({ id, issuedAt, asked, verdict, isPassed, override, counts });

const ReceiptsQuery = Type.Object({ group: Type.Optional(GroupName), limit: Limit(1_000, 100) }, strict);

const ReceiptsBody = Type.Object({ at: AtSchema, receipts: Type.Array(ReceiptLineSchema, { description: 'Newest first' }) });

export function receiptRoutes({ store, clock }: Collector): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/receipts',
      right: 'read',
      summary: 'What the gate answered, in a line each; also for groups that are no more',
      query: ReceiptsQuery,
      answers: { 200: { describes: 'The newest of them', schema: ReceiptsBody } },
      handle: ({ query }) => ({ status: 200, body: { at: clock.now(), receipts: store.receipts.list(query).map(line) } }),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/receipts/{id}',
      right: 'read',
      summary: 'A receipt as it was signed',
      params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) }, strict),
      answers: { 200: { describes: 'The receipt', schema: ReceiptSchema }, 404: { describes: 'There is no such receipt, or no more' } },
      handle: ({ params }) => {
        const receipt = store.receipts.get(params.id);
        if (receipt === null) throw new Problem(404, 'There is no such receipt here, or it was older than receipts are kept');
        return { status: 200, body: receipt };
      },
    }),
  ];
}

const line = (receipt: Receipt): Type.Static<typeof ReceiptLineSchema> => ({
  id: receipt.id,
  issuedAt: receipt.issuedAt,
  asked: receipt.asked,
  verdict: receipt.verdict,
  isPassed: receipt.isPassed,
  override: receipt.override,
  counts: receipt.counts,
});
