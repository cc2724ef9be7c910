import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { bodyOf } from '../../../test/support/receipt.ts';
import type { ReceiptBody } from '../../contract/receipt.ts';
import { signReceipt } from '../../formats/receipt.ts';
import { believedReceipt } from './believed.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const asked = { group: 'billing', failOn: null, maxAgeMs: null };
const signed = (more: Partial<ReceiptBody['asked']> = {}, override: ReceiptBody['override'] = null) =>
  signReceipt(bodyOf({ asked: { by: 'x', ...asked, ...more }, override }), privateKey);
const anna = { by: 'anna', reason: 'fire' };

it('an answer to what was asked is believed', () => {
  expect(believedReceipt(asked, null, signed(), 'there')).toEqual(signed());
  expect(believedReceipt(asked, anna, signed({}, anna), 'there').override).toEqual(anna);
  expect(believedReceipt({ ...asked, group: null }, null, signed(), 'there').verdict).toBe('not-ready');
});

it.each([
  [
    'was changed on the way',
    { ...signed(), verdict: 'ready' },
    'there answered with no whole receipt: it is not what was signed: something in it was changed',
  ],
  ['is something else', { verdict: 'ready' }, "there answered with no whole receipt: it must have required property 'format'"],
  ['is nothing', null, 'there answered with no whole receipt: it must be object'],
  ['is for another group', signed({ group: 'payments' }), 'there answers for "payments", not for "billing"'],
  ['allows other ages', signed({ maxAgeMs: 1 }), 'there answered another question than was asked'],
  ['closes elsewhere', signed({ failOn: 'not-ready' }), 'there answered another question than was asked'],
  ['is overridden though nobody asked for it', signed({}, anna), 'there answered another question than was asked'],
])('an answer that %s is not', (_, answer, why) => {
  expect(() => believedReceipt(asked, null, answer, 'there')).toThrow(why);
});

it('an answer that passes over the override, or gives another reason for it, is not', () => {
  for (const override of [null, { by: 'anna', reason: 'flood' }, { by: 'bob', reason: 'fire' }])
    expect(() => believedReceipt(asked, anna, signed({}, override), 'there')).toThrow('another question');
});
