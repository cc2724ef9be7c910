import { expect, test } from 'vitest';
import type { NodeView } from '../../contract/fleet.ts';
import { unheardSentence, verdictMeaning, verdictTitle } from './pair-answer.ts';

const now = 10 * 60_000;

const node = (failures: number, heardAt: number | null, troubles: NodeView['troubles'] = []) => ({
  heardAt,
  poll: { at: now, failures, error: failures === 0 ? null : 'refused', nextAt: null },
  troubles,
});

test('what was last heard is told in the past, and that it may be otherwise by now', () => {
  expect(verdictTitle('ready', true)).toBe('Was ready when last heard of');
  expect(verdictTitle('not-ready', false)).toBe('Not ready');
  expect(verdictMeaning('ready', true)).toBe(
    'Nothing that was looked at kept the standby from taking over. Whether that is still so is not known.',
  );
  expect(verdictMeaning('ready', false)).toBe('Nothing that is looked at keeps the standby from taking over.');
});

test('a node that does not answer is named before what is said of it', () => {
  expect(unheardSentence(node(2, now - 65_000), node(0, now), now)).toBe(
    'The standby has not been heard for 1 min: what follows is as it was last known.',
  );
  expect(unheardSentence(node(1, now - 8_000), node(3, null), now)).toBe(
    'The standby has not been heard for 8 s and the primary has never been heard: what follows is as it was last known.',
  );
});

test('a node that answers as another one is named too, and two that answer are not', () => {
  expect(unheardSentence(node(0, now), node(0, now, [{ kind: 'cloned', detail: 'twice', since: 0 }]), now)).toMatch(
    /^The primary is not to be relied on \(cloned\)/,
  );
  expect(unheardSentence(node(0, now), node(0, now), now)).toBeNull();
  expect(unheardSentence(null, null, now)).toBeNull();
});
