import { parse } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wireUrl } from './wire-url.ts';

/** What the SDK signs of a URL, and what `fetch` sends. */
const signed = (url: string): string | null => parse(url).path;
const sent = (url: string): string => `${new URL(url).pathname}${new URL(url).search}`;

const text = fc.oneof(fc.string({ unit: 'binary-ascii' }), fc.string({ unit: 'grapheme' }));

describe('a URL as it goes over the wire', () => {
  it('is signed as it is sent, whatever is in its path and query', () => {
    fc.assert(
      fc.property(text, text, (path, query) => {
        const url = wireUrl(`https://example.com/${path}?${query}`);
        expect(signed(url)).toBe(sent(url));
      }),
      { numRuns: 2000 },
    );
  });

  it('would be signed otherwise without this (or the SDK and Node agree, and this file can go)', () => {
    expect(signed(`https://example.com/it's`)).not.toBe(sent(`https://example.com/it's`));
  });

  it('keeps what was escaped as it was', () => {
    expect(wireUrl('https://example.com/a%2Fb?c=%26&d=%C3%BC#part')).toBe('https://example.com/a%2Fb?c=%26&d=%C3%BC');
  });
});
