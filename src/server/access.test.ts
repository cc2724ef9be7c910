import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Access, callerOf, demandRight, type Origin, type RequestHead } from './access.ts';
import { Problem } from './problem.ts';
import { rateLimit } from './rate-limit.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const access: Access = {
  tokens: [{ name: 'collector', sha256: sha256('right'), rights: ['read', 'twin'] }],
  clients: [{ commonName: 'operator', rights: ['read', 'run'] }],
  localRights: ['read'],
  requestsPerMinute: 60,
  hostNames: ['app1-zrh'],
};

const head = (more: Partial<RequestHead> = {}): RequestHead => ({
  authorization: undefined,
  host: '127.0.0.1:7807',
  page: undefined,
  fetchSite: undefined,
  ...more,
});
const socket: Origin = { kind: 'socket' };
const loopback: Origin = { kind: 'tcp', address: '127.0.0.1', isLoopback: true, clientName: null };
const outside: Origin = { kind: 'tcp', address: '10.0.0.9', isLoopback: false, clientName: null };

const statusOf = (act: () => unknown): number => {
  try {
    act();
  } catch (error) {
    if (error instanceof Problem) return error.document.status;
    throw error;
  }
  return 200;
};

test.each([
  ['the socket', socket, head({ host: 'anything' }), ['read']],
  ['loopback', loopback, head(), ['read']],
  ['loopback by its name', loopback, head({ host: 'localhost' }), ['read']],
  ['loopback in IPv6', loopback, head({ host: '[::1]:7807' }), ['read']],
  ['loopback by the name of the node', loopback, head({ host: 'App1-ZRH:7807' }), ['read']],
  [
    'a page of the agent itself',
    loopback,
    head({ host: 'localhost:7807', page: 'http://localhost:7807', fetchSite: 'same-origin' }),
    ['read'],
  ],
  ['a token, from anywhere', outside, head({ authorization: 'Bearer right', host: 'any.example' }), ['read', 'twin']],
  ['a token on the socket, in place of local rights', socket, head({ authorization: 'bearer right' }), ['read', 'twin']],
  ['a client certificate', { ...outside, clientName: 'operator' } as Origin, head(), ['read', 'run']],
  ['somebody outside', outside, head(), []],
  ['an unknown certificate', { ...outside, clientName: 'stranger' } as Origin, head(), []],
])('%s has its own rights', (_, origin, given, rights) => {
  expect(callerOf(access, origin, given).rights).toEqual(rights);
});

test.each([
  ['a wrong token, even on the socket', socket, head({ authorization: 'Bearer wrong' }), 401],
  ['an empty token', socket, head({ authorization: 'Bearer ' }), 401],
  ['another scheme', socket, head({ authorization: 'Basic cmlnaHQ=' }), 401],
  ['a token’s hash in place of the token', outside, head({ authorization: `Bearer ${sha256('right')}` }), 401],
  ['a name that resolves to loopback', loopback, head({ host: 'evil.example' }), 403],
  ['no Host at all', loopback, head({ host: undefined }), 403],
  ['a form on another page', loopback, head({ page: 'http://evil.example' }), 403],
  ['a page without an origin', loopback, head({ page: 'null' }), 403],
])('%s is refused', (_, origin, given, status) => {
  expect(statusOf(() => callerOf(access, origin, given))).toBe(status);
});

test('without rights one is asked for a credential; with others one is told which is missing', () => {
  expect(statusOf(() => demandRight({ name: 'x', rights: [] }, 'read'))).toBe(401);
  expect(statusOf(() => demandRight({ name: 'x', rights: ['read'] }, 'run'))).toBe(403);
  expect(statusOf(() => demandRight({ name: 'x', rights: ['run'] }, 'run'))).toBe(200);
  expect(statusOf(() => demandRight({ name: 'x', rights: [] }, null))).toBe(200);
});

test('a bucket empties, says how long to wait, and fills again with time', () => {
  let now = 0;
  const limit = rateLimit(
    () => 60,
    () => now,
  );
  for (let n = 0; n < 60; n++) expect(limit.take('a')).toBeNull();
  expect(limit.take('a')).toBe(1);
  expect(limit.take('b')).toBeNull();
  now += 1_000;
  expect(limit.take('a')).toBeNull();
  expect(limit.take('a')).toBe(1);
});

test('many callers cannot make the limit forget one that keeps asking', () => {
  const limit = rateLimit(
    () => 10,
    () => 0,
  );
  for (let n = 0; n < 5_000; n++) {
    limit.take(`caller-${n}`);
    if (n % 500 === 0) limit.take('greedy');
  }
  expect(limit.take('greedy')).not.toBeNull();
});
