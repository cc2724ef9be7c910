import { expect, test } from 'vitest';
import { commandsOf, hasBlanks, remedyLines } from './remedy-lines.ts';

const remedy = '# See them on both sides:\n$ sudo sha256sum /opt/a\n\nUnderstudy knows no values.\n$ understudy run settings';

test('a line that begins with a dollar sign and a space is a command, any other says something', () => {
  expect(remedyLines(remedy)).toEqual([
    { kind: 'said', text: 'See them on both sides:' },
    { kind: 'command', text: 'sudo sha256sum /opt/a' },
    { kind: 'said', text: 'Understudy knows no values.' },
    { kind: 'command', text: 'understudy run settings' },
  ]);
});

test('a dollar sign that begins a variable is no command', () => {
  expect(remedyLines('$HOME is another')).toEqual([{ kind: 'said', text: '$HOME is another' }]);
});

test('only the commands are copied, without their dollar signs', () => {
  expect(commandsOf(remedyLines(remedy))).toBe('sudo sha256sum /opt/a\nunderstudy run settings');
});

test('a remedy without commands has nothing to copy', () => {
  expect(commandsOf(remedyLines('# Ask the vendor'))).toBe('');
});

test.each([
  ['oci --zone-name-or-id <zone>', true],
  ['oci --group <OCID of the group>', true],
  ['sort <in >out', false],
  ['understudy check', false],
])('in %j there are blanks: %s', (commands, expected) => {
  expect(hasBlanks(commands)).toBe(expected);
});
