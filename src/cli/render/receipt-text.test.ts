import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { bodyOf, fullBody, pairOf, receiptAt, standingOf } from '../../../test/support/receipt.ts';
import type { Receipt, ReceiptBody } from '../../contract/receipt.ts';
import { signReceipt } from '../../formats/receipt.ts';
import { painter } from '../text/paint.ts';
import { widthOf } from '../text/width.ts';
import { receiptText } from './receipt-text.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const page = { paint: painter(false), columns: 80 };
/** The key is another one with each run. */
const signed = (body: ReceiptBody): Receipt => {
  const receipt = signReceipt(body, privateKey);
  return { ...receipt, signature: { ...receipt.signature, keyId: '4ad82f24f16bc3cc00' } };
};

const waived = bodyOf({
  pairs: [
    pairOf({
      findings: [standingOf({ waiver: { id: 'w1', author: 'anna', reason: 'patched on Sunday', until: receiptAt + 86_400_000 } })],
    }),
  ],
});

it.each([
  ['receipt', fullBody],
  ['receipt-waived', waived],
  ['receipt-without-pairs', bodyOf({ pairs: [], asked: { group: null, by: 'loopback', maxAgeMs: null, failOn: null } })],
])('%s is printed as it was agreed', async (name, body) => {
  await expect(`${receiptText(signed(body), page)}\n`).toMatchFileSnapshot(new URL(`fixtures/${name}.txt`, import.meta.url).pathname);
});

it('nothing from outside can move the cursor, change colours or pass the last column', () => {
  const wide = 'wide \u001b[31m\u202e\n漢字 '.repeat(20);
  const finding = standingOf({ subject: wide, title: wide, expected: wide, actual: wide, remedy: `# ${wide}` });
  const blindSpots = [{ check: wide, kind: 'unseen' as const, detail: wide, seenAt: null }];
  const text = receiptText(
    signed(bodyOf({ override: { by: wide, reason: wide }, pairs: [pairOf({ pair: wide, findings: [finding], blindSpots })] })),
    page,
  );
  expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\u202a-\u202e]/);
  const long = text.split('\n').filter((line) => widthOf(line) > 80);
  // A remedy is there to be copied, and stays whole; so does the name of a pair.
  expect(long.filter((line) => !line.startsWith('      # ') && !line.includes('NOT READY'))).toEqual([]);
});
