import { expect, test } from 'vitest';
import { createEventParser } from './event-parser.ts';

test('an event is told when its empty line has come, however it is cut', () => {
  const text = 'event: changed\ndata: {"a":1}\n\n: a comment\n\nevent: beat\r\ndata: {"b":2}\r\n\r\n';
  for (const length of [1, 2, 3, 7, text.length]) {
    const parser = createEventParser();
    const events: string[] = [];
    for (let at = 0; at < text.length; at += length) events.push(...parser.take(text.slice(at, at + length)));
    expect(events).toEqual(['{"a":1}', '{"b":2}']);
  }
});

test('several data lines are one event', () => {
  expect(createEventParser().take('data: a\ndata: b\n\n')).toEqual(['a\nb']);
});

test('what never ends is given up', () => {
  const parser = createEventParser();
  expect(() => parser.take(`data: ${'x'.repeat(1_000_001)}`)).toThrow('without an end');
});
