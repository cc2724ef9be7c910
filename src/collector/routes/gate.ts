// The one question asked over HTTP, and the key by which anybody can check the answers that were kept.
import { createPublicKey } from 'node:crypto';
import * as Type from 'typebox/type';
import { type GateQuery, GateQuerySchema } from '../../contract/gate.ts';
import { type Receipt, ReceiptSchema } from '../../contract/receipt.ts';
import { demandRight } from '../../server/access.ts';
import { Problem } from '../../server/problem.ts';
import { type Caller, defineRoute, type Route } from '../../server/route.ts';
import type { Collector } from '../collector.ts';
import { demandGroup } from './known.ts';
import { GroupName, strict } from './schemas.ts';

const pemType = 'application/x-pem-file';

export function gateRoutes(collector: Collector): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/gate/{group}',
      right: 'read',
      summary: 'Whether the group could take over, judged now, as a signed receipt; to override it takes the right to waive',
      params: Type.Object({ group: GroupName }, strict),
      query: GateQuerySchema,
      answers: {
        200: { describes: 'The receipt, whatever the verdict', schema: ReceiptSchema },
        404: { describes: 'There is no such group' },
      },
      handle: ({ params, query, caller }) => ({ status: 200, body: ask(collector, params.group, query, caller) }),
    }),
    defineRoute({
      method: 'GET',
      // Not below /v1/gate: a group may be called `key`.
      path: '/v1/gate-key',
      right: 'read',
      summary: 'The public key that receipts of this collector are signed with',
      answers: { 200: { describes: 'PEM', type: pemType, schema: Type.String() } },
      handle: () => ({
        status: 200,
        type: pemType,
        body: createPublicKey(collector.key).export({ type: 'spki', format: 'pem' }).toString(),
      }),
    }),
  ];
}

function ask(collector: Collector, group: string, query: GateQuery, caller: Caller): Receipt {
  if ((query.override === undefined) !== (query.by === undefined))
    throw new Problem(400, 'An override takes both: its reason, and by whom');
  if (query.override !== undefined) demandRight(caller, 'waive');
  demandGroup(collector, group);
  const receipt = collector.gate.ask(group, query, caller.name)!;
  say(collector, receipt, caller);
  return receipt;
}

function say({ log }: Collector, { id, verdict, isPassed, asked, override }: Receipt, caller: Caller): void {
  const { group, failOn, maxAgeMs } = asked;
  const fields = { group, verdict, isPassed, failOn, maxAgeMs, by: caller.name, receipt: id };
  if (override === null) log.info(fields, 'the gate was asked');
  else log.warn({ ...fields, overriddenBy: override.by, reason: override.reason }, 'the gate was overridden');
}
