// An answer is believed when it is a receipt, whole, and about what was asked; whatever else answers is no judgement.
import type { Receipt } from '../../contract/receipt.ts';
import { verifyReceipt } from '../../formats/receipt.ts';
import { CannotError } from '../command.ts';
import type { GateAsked } from './asked.ts';

/** Throws a CannotError that names the `address`. By whom it was signed is asked later, of the file that is left. */
export function believedReceipt(
  asked: Pick<GateAsked, 'group' | 'failOn' | 'maxAgeMs'>,
  override: Receipt['override'],
  answer: unknown,
  address: string,
): Receipt {
  const check = verifyReceipt(answer, []);
  if (check.kind === 'broken' || check.kind === 'no-receipt')
    throw new CannotError(`${address} answered with no whole receipt: ${check.detail}`);
  const { receipt } = check;
  if (asked.group !== null && receipt.asked.group !== asked.group)
    throw new CannotError(`${address} answers for ${JSON.stringify(receipt.asked.group)}, not for ${JSON.stringify(asked.group)}`);
  const isSame =
    receipt.asked.failOn === asked.failOn &&
    receipt.asked.maxAgeMs === asked.maxAgeMs &&
    receipt.override?.reason === override?.reason &&
    receipt.override?.by === override?.by;
  if (!isSame) throw new CannotError(`${address} answered another question than was asked`);
  return receipt;
}
