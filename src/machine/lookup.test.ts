import dns from 'node:dns';
import { afterEach, describe, expect, it, vi } from 'vitest';
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

describe('with every thread held by names whose servers are dead', () => {
  afterEach(() => vi.restoreAllMocks());

  /** glibc holds a thread for as long as the resolver makes it wait; here until the test lets go. */
  function heldThreads() {
    const held: (() => void)[] = [];
    vi.spyOn(dns, 'lookup').mockImplementation(((_name: string, _options: object, done: (error: Error) => void) => {
      held.push(() => done(Object.assign(new Error('no answer'), { code: 'EAI_AGAIN' })));
    }) as never);
    const letGo = (): void => {
      for (const end of held.splice(0)) end();
    };
    return { letGo };
  }

  it('a healthy name is still answered, in each family', async () => {
    const threads = heldThreads();
    const dead = ['a.invalid', 'b.invalid'].map((name) => lookup(name, { family: 0, timeoutMs: 60_000 }, never));
    const healthy = await lookup('localhost', { family: 4, timeoutMs: 60_000 }, never);
    const otherFamily = lookup('192.0.2.7', { family: 6, timeoutMs: 1_000 }, never);
    expect(healthy).toMatchObject({ kind: 'addresses', addresses: ['127.0.0.1'] });
    expect(await otherFamily).toMatchObject({ kind: 'failed', reason: 'timeout' });
    threads.letGo();
    expect(await Promise.all(dead)).toMatchObject([{ code: 'EAI_AGAIN' }, { code: 'EAI_AGAIN' }]);
  });

  it('many healthy names are, though few programs run at once', async () => {
    const threads = heldThreads();
    const dead = ['a.invalid', 'b.invalid'].map((name) => lookup(name, { family: 0, timeoutMs: 60_000 }, never));
    const addresses = Array.from({ length: 40 }, (_, n) => `192.0.2.${n + 1}`);
    const answers = await Promise.all(addresses.map((address) => lookup(address, { family: 4, timeoutMs: 60_000 }, never)));
    expect(answers.map((answer) => (answer.kind === 'addresses' ? answer.addresses : answer))).toEqual(
      addresses.map((address) => [address]),
    );
    threads.letGo();
    await Promise.all(dead);
  });

  it('one without an answer says the same whether it had a thread or waited for one', async () => {
    const threads = heldThreads();
    const names = ['a.invalid', 'b.invalid', 'c.invalid'];
    const answers = await Promise.all(names.map((name) => lookup(name, { family: 0, timeoutMs: 500 }, never)));
    threads.letGo();
    expect(answers.map((answer) => 'code' in answer && answer.code)).toEqual(['EAI_AGAIN', 'EAI_AGAIN', 'EAI_AGAIN']);
  });
});
