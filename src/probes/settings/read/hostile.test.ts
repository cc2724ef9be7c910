// Files made to hang, exhaust or leak.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, readLimits, readText } from '../../../../test/support/settings-values.ts';
import { formats, readValues } from './index.ts';

const limits = { bytesMax: 16 * 1024 * 1024, keysMax: 1_000, depthMax: 32 };

describe('hostile settings files', () => {
  it.each(formats)('any bytes are read or refused, never thrown at (%s)', async (format) => {
    const noise = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string({ unit: 'binary', maxLength: 200 }).map(bytesOf));
    const syntax = fc
      .array(fc.constantFrom(...'{}[]<>&*!|"\'\\=:,.#%@$-?/ \n\r\t\0aé1'), { maxLength: 60 })
      .map((parts) => bytesOf(parts.join('')));
    await fc.assert(
      fc.asyncProperty(fc.oneof(noise, syntax), async (bytes) => {
        const read = await readValues(bytes, format, limits);
        expect(['values', 'unparsable', 'too-many']).toContain(read.kind);
        if (read.kind === 'unparsable') expect(read.where).toMatch(/^line \d+$/);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['json', '['.repeat(100_000)],
    ['json', '{"a":'.repeat(100_000)],
    ['yaml', '['.repeat(100_000)],
    ['yaml', '{a: '.repeat(50_000)],
    ['yaml', '- '.repeat(100_000)],
    ['toml', `a = ${'['.repeat(100_000)}`],
    ['xml', '<a>'.repeat(100_000)],
  ] as const)('nesting without an end ends (%s)', async (format, text) => {
    expect((await readValues(bytesOf(text), format, limits)).kind).not.toBe('values');
  });

  it.each([
    ['toml', `${'a.'.repeat(1_000)}b = 1`],
    ['xml', `${'<a>'.repeat(100)}${'</a>'.repeat(100)}`],
    ['json', `${'['.repeat(100)}${']'.repeat(100)}`],
    ['yaml', `${'['.repeat(100)}${']'.repeat(100)}`],
    ['yaml', 'a: &a [*a]'],
    ['yaml', 'a: &a {<<: *a}'],
  ] as const)('more levels than the limit are said to be that (%s)', async (format, text) => {
    expect(await readValues(bytesOf(text), format, limits)).toEqual({ kind: 'too-many', of: 'levels' });
  });

  it.each(['l: &l1 [x, x, x, x, x, x, x, x, x, x]', 'l: &l1 {}', 'l: &l1 {x: 1}'])('aliases of aliases are refused (%s)', async (first) => {
    const lists = Array.from(
      { length: 12 },
      (_, at) =>
        `l${at}: &l${at + 2} [${Array(10)
          .fill(`*l${at + 1}`)
          .join(', ')}]`,
    );
    const merges = Array.from(
      { length: 12 },
      (_, at) =>
        `l${at}: &l${at + 2} {<<: [${Array(10)
          .fill(`*l${at + 1}`)
          .join(', ')}]}`,
    );
    expect(await readText('yaml', [first, ...lists].join('\n'))).toEqual({ kind: 'too-many', of: 'keys' });
    if (first.includes('{')) expect((await readText('yaml', [first, ...merges].join('\n'))).kind).toBe('too-many');
  });

  it.each([
    ['env', (at: number) => `A${at}=1\n`],
    ['systemd-env', (at: number) => `A${at}=1\n`],
    ['docker-env', (at: number) => `A${at}=1\n`],
    ['properties', (at: number) => `a${at}=1\n`],
    ['ini', (at: number) => `a${at}=1\n`],
    ['yaml', (at: number) => `a${at}: 1\n`],
    ['toml', (at: number) => `a${at} = 1\n`],
  ] as const)('more keys than the limit are said to be that (%s)', async (format, line) => {
    const text = Array.from({ length: 2_000 }, (_, at) => line(at)).join('');
    expect(await readValues(bytesOf(text), format, limits)).toEqual({ kind: 'too-many', of: 'keys' });
  });

  it.each([
    ['env', `A=${'x'.repeat(10_000_000)}`],
    ['env', `A="${'x'.repeat(10_000_000)}"`],
    ['env', `A='${"x'".repeat(1_000_000)}`],
    ['env', `A=x${' '.repeat(1_000_000)}y`],
    ['systemd-env', `A="${'x\n'.repeat(5_000_000)}"`],
    ['docker-env', `A=${'x'.repeat(10_000_000)}`],
    ['properties', `a=${'x'.repeat(10_000_000)}`],
    ['properties', '\\'.repeat(2_000_000)],
    ['properties', 'a\\\n'.repeat(1_000_000)],
    ['ini', `a=${'x'.repeat(10_000_000)}`],
    ['ini', `a${' '.repeat(1_000_000)}b`],
    ['ini', `a=\n${' x\n'.repeat(1_000_000)}`],
    ['ini', `${'a'.repeat(1_000_000)}=\n${' x\n'.repeat(1_000_000)}`],
    ['ini', `K=-----BEGIN X-----\n${' '.repeat(1_000_000)}x`],
    ['env', `K=-----BEGIN X-----\n${' '.repeat(1_000_000)}x`],
    ['env', `A=${'; '.repeat(1_000_000)}`],
    ['json', `{"a":"${'x'.repeat(10_000_000)}"}`],
    ['json', `{"a":"${'\\n'.repeat(2_000_000)}"}`],
    ['json', `{"a":${'1'.repeat(5_000_000)}}`],
    ['xml', `<a>${'x'.repeat(10_000_000)}</a>`],
    ['xml', `<a>${'<![CDATA[x]]>'.repeat(200_000)}</a>`],
    ['text', 'x'.repeat(10_000_000)],
  ] as const)('a file of megabytes is read in time proportional to it (%s, case %#)', { timeout: 20_000 }, async (format, text) => {
    expect((await readValues(bytesOf(text), format, limits)).kind).toMatch(/^(values|unparsable|too-many)$/);
  });

  it('YAML and TOML past what their libraries take in bounds are refused before they are loaded', async () => {
    for (const format of ['yaml', 'toml'] as const) {
      expect(await readValues(bytesOf(`a: ${'x'.repeat(2_000_000)}`), format, limits)).toEqual({ kind: 'too-many', of: 'bytes' });
    }
    expect(await readValues(new Uint8Array(limits.bytesMax + 1), 'text', limits)).toEqual({ kind: 'too-many', of: 'bytes' });
  });

  it.each(['&a ', '!a ', '{,', '}\n', '" \n', '? ', '*a '])(
    'YAML of %j without an end takes seconds at most',
    { timeout: 20_000 },
    async (piece) => {
      const text = piece.repeat(Math.floor((256 * 1024) / piece.length));
      expect((await readValues(bytesOf(text), 'yaml', limits)).kind).not.toBe('values');
    },
  );

  it('names of every object are ordinary keys', async () => {
    const expected = ['__proto__.x', 'constructor', 'toString'];
    const texts = {
      json: '{"__proto__":{"x":1},"constructor":2,"toString":3}',
      yaml: '__proto__: {x: 1}\nconstructor: 2\ntoString: 3',
      toml: 'constructor = 2\ntoString = 3\n[__proto__]\nx = 1',
      properties: '__proto__.x=1\nconstructor=2\ntoString=3',
      xml: '<r __proto__="1" constructor="2"><toString>3</toString></r>',
    } as const;
    for (const [format, text] of Object.entries(texts)) {
      const read = await readText(format as keyof typeof texts, text);
      const keys = read.kind === 'values' ? [...read.values.keys()] : [];
      expect(keys.sort()).toEqual(format === 'xml' ? ['r.@__proto__', 'r.@constructor', 'r.toString'] : expected);
    }
    expect(Object.hasOwn({}, 'x')).toBe(false);
  });

  it('what is refused tells nothing of the text', async () => {
    const texts = {
      json: '{"p":"CANARY\n"}',
      yaml: 'p: "CANARY',
      toml: 'p = CANARY',
      xml: '<p>CANARY&CANARY;</p>',
      properties: 'p=CANARY\\uCANARY',
      ini: '<CANARY',
      'docker-env': 'CANARY CANARY=1',
    } as const;
    for (const [format, text] of Object.entries(texts)) {
      const read = await readValues(bytesOf(text), format as keyof typeof texts, readLimits);
      expect(read.kind).toBe('unparsable');
      expect(JSON.stringify(read)).not.toContain('CANARY');
    }
  });
});
