import { expect, it } from 'vitest';
import { UsageError } from '../command.ts';
import { gateAsked, gatePath } from './asked.ts';

const given = (words: readonly string[], values: Readonly<Record<string, string>> = {}, ...flags: readonly string[]) => ({
  words,
  values,
  flags: new Set(flags),
});

it.each([
  ['nobody in particular', given([]), 'which group?'],
  ['agent and collector at once', given([], { collector: 'http://x' }, 'local'), '--local asks the agent, --collector a collector'],
  ['an age without a unit', given(['billing'], { 'max-age': '10' }), "--max-age: '10' is no duration"],
  ['no time at all', given(['billing'], { timeout: '0s' }), "--timeout: '0s' is no duration"],
  ['an override by nobody', given(['billing'], { override: 'fire' }), 'an override takes both'],
  ['somebody without a reason', given(['billing'], { by: 'anna' }), 'an override takes both'],
  ['a reason without end', given(['billing'], { override: 'x'.repeat(501), by: 'anna' }), 'a reason has at most 500 characters'],
  ['a name without end', given(['billing'], { override: 'x', by: 'a'.repeat(101) }), 'a name has at most 100 characters'],
])('%s is a slip of whoever typed it', (_, typed, message) => {
  expect(() => gateAsked(typed)).toThrow(UsageError);
  expect(() => gateAsked(typed)).toThrow(message);
});

it('an address of an agent is enough to ask it, and not the collector', () => {
  expect(gateAsked(given([], { agent: '/run/agent.sock' }))).toMatchObject({ isLocal: true, group: null, timeoutMs: 20_000 });
});

it.each([
  [given(['billing eu']), '/v1/gate/billing%20eu'],
  [given(['billing'], {}, 'local'), '/v1/gate'],
  [given(['a/b'], { 'max-age': '1.5m', 'fail-on': 'unknown' }), '/v1/gate/a%2Fb?maxAge=90000&failOn=unknown'],
  [given(['b'], { override: 'ö & so', by: 'a&b' }), '/v1/gate/b?override=%C3%B6+%26+so&by=a%26b'],
])('%# is asked for by this path', (typed, path) => {
  const asked = gateAsked(typed);
  expect(gatePath(asked, asked.override)).toBe(path);
});
