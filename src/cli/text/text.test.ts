import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { didYouMean, nearest } from '../../config/nearest.ts';
import { shownText } from './escape.ts';
import { painter } from './paint.ts';
import { printableJson } from './printable-json.ts';
import { table } from './table.ts';
import { padEnd, widthOf } from './width.ts';
import { hang, wrap } from './wrap.ts';

describe('text from outside', () => {
  it.each([
    ['\x1b[2J', '\\x1b[2J'],
    ['\x9b31m', '\\x9b31m'],
    ['a\r\nb\tc', 'a\\r\\nb\\tc'],
    ['\x07\x08\x7f', '\\x07\\x08\\x7f'],
    ['\u202eevil', '\\u202eevil'],
    ['zero\u200bwidth', 'zero\\u200bwidth'],
    ['\u2028', '\\u2028'],
    ['\ud800', '\\ud800'],
    ['\u{e0041}', '\\u{e0041}'],
    ['Müller 東京 שלום', 'Müller 東京 שלום'],
  ])('%j is shown as %s', (text, shown) => {
    expect(shownText(text)).toBe(shown);
  });

  it('never holds a control character afterwards, whatever it was', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(shownText(text))));
  });

  it('means the same as JSON, and holds nothing that a terminal acts upon', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const printed = printableJson({ [text]: text }, 0);
        expect(JSON.parse(printed)).toEqual({ [text]: text });
        expect(printed).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
    );
  });
});

describe('the width of a text', () => {
  it.each([
    ['plain', 5],
    ['Müller', 6],
    ['Mu\u0308ller', 6],
    ['東京', 4],
    ['한국', 4],
    ['ｆｕｌｌ', 8],
    ['🚀', 2],
    ['\x1b[1;31mred\x1b[0m', 3],
    ['✖ ▲ ✔', 5],
  ])('%j is %i columns', (text, columns) => {
    expect(widthOf(text)).toBe(columns);
  });

  it('columns of a table stay in line beside wide characters', () => {
    const lines = table(
      ['NAME', 'X'],
      [
        ['東京', '1'],
        ['abcd', '2'],
      ],
      painter(false),
    );
    expect(lines.map((line) => widthOf(line.slice(0, -1)))).toEqual([6, 6, 6]);
    expect(padEnd('東京', 6)).toBe('東京  ');
  });
});

describe('wrapping', () => {
  it('loses no word and keeps within the columns wherever words are short enough', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.integer({ min: 12, max: 80 }), (all, columns) => {
        const lines = wrap(all.join(' '), columns);
        expect(lines.join(' ')).toBe(all.join(' '));
        expect(lines.filter((line) => line.length > columns)).toEqual([]);
      }),
    );
  });

  it('keeps a long word whole, so that it can be copied', () => {
    const path = '/a/very/long/path/that/does/not/fit/into/so/few/columns';
    expect(wrap(`see ${path} now`, 20)).toEqual(['see', path, 'now']);
  });

  it('hangs text beside its label, or below it where there is no room', () => {
    expect(hang('label  ', 'one two three four', 27)).toEqual(['label  one two three four']);
    expect(hang('label  ', 'one two three four five six', 27)).toEqual(['label  one two three four', '       five six']);
    expect(hang('a label that is rather long  ', 'one two', 40)).toEqual(['a label that is rather long', '      one two']);
  });
});

describe('the nearest name', () => {
  it.each([
    ['evry', 'every'],
    ['evrey', 'every'],
    ['stale_after', 'staleAfter'],
    ['STALEAFTER', 'staleAfter'],
    ['time', 'timeout'],
    ['zzz', null],
    ['', null],
  ])('of %s is %s', (name, wanted) => {
    expect(nearest(name, ['every', 'staleAfter', 'timeout', 'cron'])).toBe(wanted);
  });

  it('lists the choice where nothing is near', () => {
    expect(didYouMean('zzz', ['a', 'b'])).toBe('; known here: a, b');
  });
});
