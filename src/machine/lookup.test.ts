import { expect, it } from 'vitest';
import { lookup } from './lookup.ts';

const never = new AbortController().signal;

it('gives the addresses of a name that the hosts file knows, in both families or one', async () => {
  const both = await lookup('localhost', { family: 0, timeoutMs: 5_000 }, never);
  expect(both).toMatchObject({ kind: 'addresses', addresses: expect.arrayContaining(['127.0.0.1']) });
  const one = await lookup('localhost', { family: 4, timeoutMs: 5_000 }, never);
  expect(one).toMatchObject({ kind: 'addresses', addresses: ['127.0.0.1'] });
});

it('gives an address back as it is, and none of another family', async () => {
  expect(await lookup('192.0.2.7', { family: 0, timeoutMs: 5_000 }, never)).toMatchObject({ addresses: ['192.0.2.7'] });
  expect(await lookup('192.0.2.7', { family: 6, timeoutMs: 5_000 }, never)).toMatchObject({ kind: 'no-such-name' });
});

it('answers instead of throwing for a name that cannot be asked', async () => {
  expect((await lookup('a\0b', { family: 0, timeoutMs: 5_000 }, never)).kind).not.toBe('addresses');
  expect((await lookup(`${'x'.repeat(300)}.invalid`, { family: 0, timeoutMs: 5_000 }, never)).kind).not.toBe('addresses');
});

it('ends with the look', async () => {
  const controller = new AbortController();
  controller.abort();
  expect(await lookup('localhost', { family: 0, timeoutMs: 60_000 }, controller.signal)).toMatchObject({
    kind: 'failed',
    reason: 'timeout',
  });
});

it('serves more lookups than may run at once, each with its own answer', async () => {
  const addresses = Array.from({ length: 50 }, (_, n) => `192.0.2.${n + 1}`);
  const answers = await Promise.all(addresses.map((address) => lookup(address, { family: 4, timeoutMs: 5_000 }, never)));
  expect(answers.map((answer) => (answer.kind === 'addresses' ? answer.addresses : answer))).toEqual(addresses.map((address) => [address]));
});

it('does not let a caller in a loop pile up lookups without end', async () => {
  const answers = await Promise.all(Array.from({ length: 400 }, () => lookup('localhost', { family: 4, timeoutMs: 10_000 }, never)));
  expect(answers.some((answer) => answer.kind === 'failed')).toBe(true);
  expect(answers.some((answer) => answer.kind === 'addresses')).toBe(true);
});
