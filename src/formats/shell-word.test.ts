import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellWord } from './shell-word.ts';

test.each(['plain', 'ocid1.key.oc1.phx.a', "it's", '$(id)', '`id`', 'a b', 'a;b', '-n', '', '~', '"', '\\', '*', '#x', "'';x"])(
  'a shell takes %j for one word',
  (text) => {
    expect(execFileSync('/bin/sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' }).trimEnd()).toBe(text.trimEnd());
  },
);
