import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLimits, readText, textsIn } from '../../../../test/support/settings-values.ts';
import { readValues, wholeValue } from './index.ts';
import { memberKey } from './steps.ts';

describe('JSON', () => {
  it('keeps numbers as they are written, and tells null, nothing and text apart', async () => {
    expect(await textsIn('json', '\uFEFF{"a":{"b.c":[1,2.50,12345678901234567890,true,null,"null",{}]},"d":[],"e":1e3}')).toEqual({
      'a."b.c"[0]': '1',
      'a."b.c"[1]': '2.50',
      'a."b.c"[2]': '12345678901234567890',
      'a."b.c"[3]': 'true',
      'a."b.c"[4]': { is: 'null' },
      'a."b.c"[5]': 'null',
      'a."b.c"[6]': { is: 'empty-map' },
      d: { is: 'empty-list' },
      e: '1e3',
    });
  });

  it('a key given twice is said, and nothing is left of the first', async () => {
    const read = await readText('json', '{"a":{"x":1},"ab":2,"a":{"y":3}}');
    expect(read).toMatchObject({ repeated: ['a'] });
    expect(read.kind === 'values' && [...read.values.keys()]).toEqual(['ab', 'a.y']);
  });

  it.each([
    ['{"a":1,}', 'line 1'],
    ['{"a":\n  01}', 'line 2'],
    ['{"a":"secret}', 'line 1'],
    ['// note\n{}', 'line 1'],
    ['{} {}', 'line 1'],
    ['{"a":"\u0001"}', 'line 1'],
    ['', 'line 1'],
    ['{"a":truely}', 'line 1'],
    ['{"a":"\\x"}', 'line 1'],
  ])('%j is unparsable at %s', async (text, where) => {
    expect(await readText('json', text)).toEqual({ kind: 'unparsable', where });
  });

  it('what JSON.stringify writes is read back, under whatever names', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), async (value) => {
        const leaves = new Map<string, unknown>();
        collect(JSON.parse(JSON.stringify(value)), '', leaves);
        const read = await readText('json', JSON.stringify(value));
        expect(read.kind === 'values' && new Map([...read.values].map(([key, { text }]) => [key, text]))).toEqual(leaves);
      }),
    );
  });
});

function collect(value: unknown, key: string, leaves: Map<string, unknown>): void {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (entries.length === 0)
    leaves.set(key === '' ? 'text' : key, typeof value === 'object' ? '' : typeof value === 'string' ? value : JSON.stringify(value));
  for (const [name, one] of entries) collect(one, Array.isArray(value) ? `${key}[${name}]` : memberKey(key, name), leaves);
}

describe('YAML', () => {
  it('of a Spring Boot application: scalars stay as they are written', async () => {
    const text = `spring:
  datasource:
    url: jdbc:oracle:thin:@//db:1521/app
    hikari: { maximum-pool-size: 20, read-only: no }
  version: 1.10
  empty:
  tilde: ~
  quoted: "1.10"
  octal: 0644
  list: [a, 'b', !vault c]
  note: |
    two
    lines
management.port: 8081
---
spring: { profiles: dr }
`;
    expect(await textsIn('yaml', text)).toEqual({
      'spring.datasource.url': 'jdbc:oracle:thin:@//db:1521/app',
      'spring.datasource.hikari.maximum-pool-size': '20',
      'spring.datasource.hikari.read-only': 'no',
      'spring.version': '1.10',
      'spring.empty': { is: 'null' },
      'spring.tilde': { is: 'null' },
      'spring.quoted': '1.10',
      'spring.octal': '0644',
      'spring.list[0]': 'a',
      'spring.list[1]': 'b',
      'spring.list[2]': '!vault c',
      'spring.note': 'two\nlines\n',
      '"management.port"': '8081',
      '#2.spring.profiles': 'dr',
    });
  });

  it('follows aliases and merge keys; what a map sets itself goes before', async () => {
    const text = 'base: &b {port: 1, host: a}\none: {<<: *b, port: 2}\ntwo: {<<: [*b, {x: 3, port: 4}]}\nthree: *b\n';
    expect(await textsIn('yaml', text)).toMatchObject({
      'one.port': '2',
      'one.host': 'a',
      'two.port': '1',
      'two.x': '3',
      'three.port': '1',
    });
  });

  it('a key given twice is said, and nothing is left of the first', async () => {
    const read = await readText('yaml', 'a: {x: 1}\na: {y: 2}\n');
    expect(read).toMatchObject({ repeated: ['a'] });
    expect(read.kind === 'values' && [...read.values.keys()]).toEqual(['a.y']);
  });

  it.each(['a: [1', 'a: b: c', '\ta: 1', 'a: *nothing', '? [a]\n: b', '<<: 1'])('%j is unparsable', async (text) => {
    expect(await readText('yaml', text)).toMatchObject({ kind: 'unparsable', where: expect.stringMatching(/^line 1$/) });
  });

  it('a file of comments holds nothing', async () => {
    expect(await textsIn('yaml', '# note\n---\n# note\n')).toEqual({});
  });
});

it.each([
  ['json', '{"s":[{"name":"a","p":1},{"p":2,"name":"b"}],"one":[{"name":"a"}],"same":[{"id":1},{"id":1}],"mixed":[{"id":1},2]}'],
  ['yaml', 's: [{name: a, p: 1}, {name: b, p: 2}]\none: [{name: a}]\nsame: [{id: 1}, {id: 1}]\nmixed: [{id: 1}, 2]\n'],
  ['toml', 's = [{name="a",p=1},{name="b",p=2}]\none = [{name="a"}]\nsame = [{id=1},{id=1}]\nmixed = [{id=1},2]\n'],
] as const)('maps of a list are told apart by their names, where each has another (%s)', async (format, text) => {
  const found = await textsIn(format, text);
  expect(Object.keys(found)).toEqual(
    expect.arrayContaining([
      "s[@name='a'].p",
      "s[@name='b'].p",
      "one[@name='a'].name",
      'same[0].id',
      'same[1].id',
      'mixed[0].id',
      'mixed[1]',
    ]),
  );
  expect(Object.keys(await textsIn(format, text, ['s[0].p']))).toContain('s[1].p');
});

describe('TOML', () => {
  it('gives the language’s own values as canonical text, whole numbers with all of their digits', async () => {
    const text =
      'title = "x"\n[a.b]\nn = 1_000\nbig = 9223372036854775807\nat = 1979-05-27T07:32:00-08:00\nlist = [1, [2]]\n[[p]]\nn = true\n[[p]]\n';
    expect(await textsIn('toml', text)).toEqual({
      title: 'x',
      'a.b.n': '1000',
      'a.b.big': '9223372036854775807',
      'a.b.at': '1979-05-27T07:32:00.000-08:00',
      'a.b.list[0]': '1',
      'a.b.list[1][0]': '2',
      'p[0].n': 'true',
      'p[1]': { is: 'empty-map' },
    });
  });

  it('an error tells its place and not its text', async () => {
    expect(await readText('toml', 'a = 1\npassword = canary\n')).toEqual({
      kind: 'unparsable',
      where: expect.stringMatching(/^line 2$/),
    });
  });
});

describe('XML', () => {
  it('of Tomcat: attributes by path, an element selected by an attribute', async () => {
    const text = `<?xml version="1.0" encoding="UTF-8"?>
<Server port="8005"><!-- note -->
  <Service name="Catalina">
    <Connector port="8080"/><Connector port="8081"/>
    <Connector port="8443" keystoreFile="conf/a.jks"/>
  </Service>
</Server>`;
    const pattern = "Server.Service.Connector[@port='8443'].@keystoreFile";
    expect(await textsIn('xml', text, [pattern])).toEqual({
      'Server.@port': '8005',
      "Server.Service[@name='Catalina'].@name": 'Catalina',
      "Server.Service[@name='Catalina'].Connector[@port='8080'].@port": '8080',
      "Server.Service[@name='Catalina'].Connector[@port='8081'].@port": '8081',
      "Server.Service[@name='Catalina'].Connector[@port='8443'].@port": '8443',
      "Server.Service[@name='Catalina'].Connector[@port='8443'].@keystoreFile": 'conf/a.jks',
    });
  });

  it('of Spring and WebLogic: names, text, CDATA, prefixes, entries', async () => {
    const text = `<!DOCTYPE beans PUBLIC "-//X//Y" "http://x.example/y.dtd"><s:beans xmlns:s="urn:s">
  <s:bean id="pool"><property name="url" value="v&amp;w"/></s:bean>
  <props><prop key="k.1">t</prop></props><flag/><text> a<![CDATA[ <b>]]> </text><mixed>a<b/></mixed>
</s:beans>`;
    expect(await textsIn('xml', text)).toEqual({
      's:beans.@xmlns:s': 'urn:s',
      "s:beans.s:bean[@id='pool'].@id": 'pool',
      "s:beans.s:bean[@id='pool'].property[@name='url'].@name": 'url',
      "s:beans.s:bean[@id='pool'].property[@name='url'].@value": 'v&w',
      "s:beans.props.prop[@key='k.1'].@key": 'k.1',
      "s:beans.props.prop[@key='k.1']": 't',
      's:beans.flag': '',
      's:beans.text': ' a <b> ',
      's:beans.mixed': 'a',
      's:beans.mixed.b': '',
    });
  });

  it('siblings are told apart by what each of them has other, and by number where a pattern does so', async () => {
    const text = '<S><L className="a"/><L className="b"/><C port="1"/><C port="1"/><one port="5"/></S>';
    expect(await textsIn('xml', text)).toEqual({
      "S.L[@className='a'].@className": 'a',
      "S.L[@className='b'].@className": 'b',
      'S.C.@port': '1',
      'S.C[1].@port': '1',
      'S.one.@port': '5',
    });
    expect(await textsIn('xml', text, ['S.C[1].@port'])).toMatchObject({ 'S.L[1].@className': 'b' });
  });

  it('expands no entity of a DTD, and opens no file', async () => {
    const bomb = '<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;">]><a>&z;</a>';
    const file = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>';
    for (const text of [bomb, file]) expect(await readText('xml', text)).toMatchObject({ kind: 'unparsable' });
  });

  it('a key of an element that holds a licence is no name', async () => {
    expect(await textsIn('xml', '<a><license key="ABCD-1234"/></a>')).toEqual({ 'a.license.@key': 'ABCD-1234' });
  });

  it('is read in the encoding that it declares', async () => {
    const latin1 = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe9</a>', 'latin1');
    expect(await textsIn('xml', latin1)).toEqual({ a: 'é' });
    expect(await textsIn('xml', Buffer.from('\ufeff<a>é</a>', 'utf16le'))).toEqual({ a: 'é' });
  });

  it.each(['<a><b></a>', '<a x=1/>', '<a x="1" x="2"/>', 'a', '', '<a/><b/>', '<?xml version="1.0" encoding="none-such"?><a/>'])(
    '%j is unparsable',
    async (text) => {
      expect(await readText('xml', text)).toMatchObject({ kind: 'unparsable', where: expect.stringMatching(/^line \d+$/) });
    },
  );
});

describe('a file that is one value', () => {
  it('keeps its last line end, unless told otherwise', () => {
    const bytes = Buffer.from('s3cret\n\n');
    expect(wholeValue(bytes).text).toBe('s3cret\n\n');
    expect(wholeValue(bytes, 'dropped').text).toBe('s3cret\n');
    expect(wholeValue(Buffer.from('x\r\n'), 'dropped').text).toBe('x');
  });
});

describe('keys that look like secrets', () => {
  it.each([
    ['json', '{"tokens":{"ghp_0123456789abcdefABCDEF0123456789abcd":"alice"},"a":1}'],
    ['yaml', 'tokens: {ghp_0123456789abcdefABCDEF0123456789abcd: alice}\na: 1'],
    ['properties', 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7=x\na=1'],
  ] as const)('are left out and counted (%s)', async (format, text) => {
    const read = await readText(format, text);
    expect(read).toMatchObject({ unnamed: 1, values: new Map([['a', { kind: 'scalar', text: '1' }]]) });
  });

  it('names, however long, are none', async () => {
    const names = [
      'SPRING_DATASOURCE_HIKARI_MAXIMUM_POOL_SIZE_2',
      'hibernateConnectionProviderDisablesAutocommitFor2Phases',
      '6f9619ff-8b86-d011-b42d-00cf4fc964ff',
    ];
    const read = await readValues(Buffer.from(names.map((name) => `${name}=1`).join('\n')), 'properties', readLimits);
    expect(read.kind === 'values' && [...read.values.keys()]).toEqual(names);
  });
});
