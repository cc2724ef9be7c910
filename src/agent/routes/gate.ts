// Asked on the standby itself, by whoever is about to make it the primary.
import { type GateQuery, GateQuerySchema } from '../../contract/gate.ts';
import { type Receipt, ReceiptSchema } from '../../contract/receipt.ts';
import { Problem } from '../../server/problem.ts';
import { type Caller, defineRoute, type Route } from '../../server/route.ts';
import type { Agent } from '../agent.ts';
import { gateReceipt } from '../gate.ts';

export function gateRoutes(agent: Agent): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/gate',
      right: 'read',
      summary: 'Whether this node could take over, judged now, as a signed receipt',
      query: GateQuerySchema,
      answers: { 200: { describes: 'The receipt, whatever the verdict', schema: ReceiptSchema } },
      handle: ({ query, caller }) => ({ status: 200, body: ask(agent, query, caller) }),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/gate-key',
      right: 'read',
      summary: 'The public key that receipts of this agent are signed with',
      answers: {
        200: { describes: 'PEM', type: 'application/x-pem-file' },
        503: { describes: 'No key can be kept here at present; receipts are signed with one that ends with the agent' },
      },
      handle: () => {
        const pem = agent.receiptKey.publicPem();
        if (pem === null) throw new Problem(503, agent.receiptKey.problem() ?? 'There is no key');
        return { status: 200, type: 'application/x-pem-file', body: pem };
      },
    }),
  ];
}

function ask(agent: Agent, query: GateQuery, caller: Caller): Receipt {
  const override = overrideOf(query.override, query.by);
  const { maxAge: maxAgeMs = null, failOn = null } = query;
  const receipt = gateReceipt(agent, { by: caller.name, maxAgeMs, failOn, override });
  const { id, verdict, isPassed } = receipt;
  const fields = { verdict, isPassed, failOn, maxAgeMs, by: caller.name, receipt: id };
  if (override === null) agent.log.info(fields, 'the gate was asked');
  else agent.log.warn({ ...fields, overriddenBy: override.by, reason: override.reason }, 'the gate was overridden');
  return receipt;
}

function overrideOf(reason: string | undefined, by: string | undefined): Receipt['override'] {
  if (reason === undefined && by === undefined) return null;
  if (reason === undefined || by === undefined) throw new Problem(400, 'An override takes both: its reason, and by whom');
  return { reason, by };
}
