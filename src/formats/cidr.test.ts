import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressText, blockTexts, readAddress, readBlock } from './cidr.ts';

describe('blocks', () => {
  test.each([
    ['10.0.0.0/16', ['10.0.0.0/16']],
    ['10.0.3.7/16', ['10.0.0.0/16']],
    ['10.0.3.7', ['10.0.3.7/32']],
    ['0.0.0.0/0', ['0.0.0.0/0']],
    ['::/0', ['::/0']],
    ['2001:db8::1/64', ['2001:db8::/64']],
    ['::ffff:10.0.0.1', ['::ffff:a00:1/128']],
  ])('%s', (text, texts) => {
    expect(blockTexts(readBlock(text)!)).toEqual(texts);
  });

  test.each(['', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0', '10.0.0.0/8/8', 'fe80::1%eth0', '::/129', '010.0.0.1', 'all'])(
    '%j is none',
    (text) => {
      expect(readBlock(text)).toBeNull();
    },
  );

  test('an interval is the fewest blocks', () => {
    const [start, end] = [readBlock('10.0.0.1')!.start, readBlock('10.0.0.6')!.start];
    expect(blockTexts({ family: 4, start, end })).toEqual(['10.0.0.1/32', '10.0.0.2/31', '10.0.0.4/31', '10.0.0.6/32']);
  });
});

test('every address is read back as it was written', () => {
  const family4 = fc.bigInt(0n, (1n << 32n) - 1n).map((value) => ({ family: 4 as const, value }));
  const family6 = fc.bigInt(0n, (1n << 128n) - 1n).map((value) => ({ family: 6 as const, value }));
  fc.assert(
    fc.property(fc.oneof(family4, family6), (one) => {
      expect(readAddress(addressText(one.family, one.value))).toEqual(one);
    }),
  );
});

test('the blocks of an interval make it up, and overlap nowhere', () => {
  const ends = fc.tuple(fc.bigInt(0n, (1n << 32n) - 1n), fc.bigInt(0n, (1n << 32n) - 1n));
  fc.assert(
    fc.property(ends, ([a, b]) => {
      const [start, end] = a < b ? [a, b] : [b, a];
      const blocks = blockTexts({ family: 4, start, end }).map((text) => readBlock(text)!);
      expect(blocks[0]!.start).toBe(start);
      expect(blocks.at(-1)!.end).toBe(end);
      for (const [at, block] of blocks.slice(1).entries()) expect(block.start).toBe(blocks[at]!.end + 1n);
    }),
  );
});
