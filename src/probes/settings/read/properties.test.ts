import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readText, textsIn } from '../../../../test/support/settings-values.ts';

describe('a .properties file', () => {
  it('of a Spring Boot application, its second document told apart', async () => {
    const text = [
      'spring.datasource.url=jdbc:oracle:thin:@//db.example.test:1521/app',
      'spring.datasource.hikari.maximum-pool-size : 20',
      'server.ssl.key-store = classpath:keystore.p12',
      'app.hosts[0]=a',
      'logging.level.org\\:hibernate=WARN',
      '#---',
      'spring.config.activate.on-profile=dr',
      'server.ssl.key-store=file:/etc/ssl/dr.p12',
    ];
    expect(await textsIn('properties', text.join('\n'))).toEqual({
      'spring.datasource.url': 'jdbc:oracle:thin:@//db.example.test:1521/app',
      'spring.datasource.hikari.maximum-pool-size': '20',
      'server.ssl.key-store': 'classpath:keystore.p12',
      'app.hosts[0]': 'a',
      'logging.level.org:hibernate': 'WARN',
      '#2.spring.config.activate.on-profile': 'dr',
      '#2.server.ssl.key-store': 'file:/etc/ssl/dr.p12',
    });
  });

  // As java.util.Properties of JDK 17 reads them.
  it.each([
    ['a=1', { a: '1' }],
    ['a 1', { a: '1' }],
    ['a\t:\f1 ', { a: '1 ' }],
    ['a==1', { a: '=1' }],
    ['a', { a: '' }],
    ['=1', { '""': '1' }],
    ['a\\ b\\=c=1', { '"a b=c"': '1' }],
    ['a=x\\\n   y\\\r\n z', { a: 'xyz' }],
    ['a=x\\\\\nb=1', { a: 'x\\', b: '1' }],
    ['a=\\u00e9\\t\\q', { a: 'é\tq' }],
    ['! note\n  # note \\\na=1', { a: '1' }],
    ['a=x\\\n#y', { a: 'x#y' }],
    ['\\\n# note', {}],
    ['a=1\\', { a: '1' }],
    ['a=1\rb=2', { a: '1', b: '2' }],
    ['a..b=1\n#x=2\n\\#x=3', { '"a..b"': '1', '"#x"': '3' }],
  ])('%j', async (text, expected) => {
    expect(await textsIn('properties', text)).toEqual(expected);
  });

  it('an escape that Java refuses is unparsable, at its line', async () => {
    expect(await readText('properties', 'a=1\nb=\\u12\n')).toEqual({ kind: 'unparsable', where: 'line 2' });
  });

  it('the last of a key given twice counts, and it is said', async () => {
    expect(await readText('properties', 'a=1\na=2')).toMatchObject({
      repeated: ['a'],
      values: new Map([['a', { kind: 'scalar', text: '2' }]]),
    });
  });

  it('ISO-8859-1 and UTF-8 differ, and bytes that differ are never the same text', async () => {
    expect(await textsIn('properties', 'a=é')).toEqual({ a: 'é' });
    expect(await textsIn('properties', Buffer.from('a=\xe9\nb=\xe8\n# \xff\nc=é', 'latin1'))).toEqual({
      a: '\udce9',
      b: '\udce8',
      c: '\udce9',
    });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 8 }), fc.uint8Array({ maxLength: 8 }), async (one, other) => {
        const [a, b] = await Promise.all([one, other].map((bytes) => textsIn('text', bytes)));
        expect(JSON.stringify(a) === JSON.stringify(b)).toBe(Buffer.compare(one, other) === 0);
      }),
    );
  });
});
