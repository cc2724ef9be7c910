import { expect, test } from 'vitest';
import { gateCommand } from './gate-command.ts';

test.each([
  ['billing', 'http://127.0.0.1:7808/', 'understudy gate billing'],
  ['billing', 'https://dr.example.com/understudy/', 'understudy gate billing --collector https://dr.example.com/understudy'],
  [
    'billing',
    'https://dr.example.com/understudy/index.html#/pair/a/b',
    'understudy gate billing --collector https://dr.example.com/understudy',
  ],
  ["pay roll's", 'http://127.0.0.1:7808/', "understudy gate 'pay roll'\\''s'"],
])('for %j at %s it is %j', (group, base, command) => {
  expect(gateCommand(group, base)).toBe(command);
});
