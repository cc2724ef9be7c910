// Whose exit status a command ends with.
import { describe, expect, it } from 'vitest';
import { whatHides } from './exit-status.ts';
import { hasWord } from './words.ts';

const gate = ['understudy', 'readiness', 'gate'];

describe('the gate’s own status counts', () => {
  it.each([
    '/opt/dr-ready/bin/gate --plan failover',
    'cd /opt/dr && ./gate',
    'date; /opt/gate',
    'gate && logger passed | cat',
    'set -o pipefail; gate | tee /var/log/gate.log',
    'bash -o pipefail -c "gate | tee log"',
    'gate > /var/log/gate.log 2>&1',
    'gate &> /var/log/gate.log',
    'gate --only "a|b;c"',
    'gate || exit 2',
    'gate; exit $?',
    'gate; rc=$?; logger $rc; exit $rc',
    `gate\nrc=$?\nif [ $rc -ne 0 ]; then echo "$rc"; fi\nexit "\${rc}"\n`,
    'set -euo pipefail; gate | tee log',
    'test ! -e /etc/skip && gate',
    'gate;',
    'echo gone | other-tool',
  ])('%s', (command) => {
    expect(whatHides(command, gate)).toBeNull();
  });
});

describe('something else takes its place', () => {
  it.each([
    ['gate | tee /var/log/gate.log', '|'],
    ['gate 2>&1 | tee log', '|'],
    ['gate |& tee log', '|'],
    ['gate || true', '||'],
    ['gate; exit 0', ';'],
    ['gate\necho done', ';'],
    ['gate &', '&'],
    ["bash -c 'gate | tee log'", '|'],
    ["/bin/sh -lc 'gate || true'", '||'],
    ['! gate', '!'],
    ["bash -c '! gate'", '!'],
    ['! date | gate', '!'],
    ['bash +o pipefail -c "gate | tee log"', '|'],
    ['set -o pipefail; set +o pipefail; gate | tee log', '|'],
    ['set -o pipefail; bash -c "gate | tee log"', '|'],
    ['gate | tee pipefail', '|'],
    ['gate; rc=$?; exit 0', ';'],
    ['gate; rc=$?; rc=0; exit $rc', ';'],
    ['gate; rc=$?; [ $rc = 2 ] && exit 0; exit $rc', ';'],
    ['gate; rc=$?; logger $rc || exit $rc', ';'],
    ['gate; rc=$?; exit $other', ';'],
    ['sudo -u dr sh -c "gate; true"', ';'],
  ])('%j', (command, operator) => {
    expect(whatHides(command, gate)).toMatch(new RegExp(`^\\${operator.split('').join('\\')} `));
  });
});

it('a word is a whole word, whatever stands around it', () => {
  expect(['bin/gate', 'DR readiness gate', 'GATE_1', 'understudy-precheck'].every((text) => hasWord(text, gate))).toBe(true);
  expect(['Update NAT gateway', 'propagate', 'aggregate.sh', '', '— —'].some((text) => hasWord(text, gate))).toBe(false);
  expect(hasWord('run the dr-ready check', ['dr ready'])).toBe(true);
  expect(hasWord('anything', ['—'])).toBe(false);
});
