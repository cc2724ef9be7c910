// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of files are what is read here.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hintOf, placeholderStyles, shapes } from './hint.ts';

describe('the shape of a value', () => {
  it.each([
    ['', 'empty'],
    [' \n', 'empty'],
    ['true', 'boolean'],
    ['Off', 'boolean'],
    ['-1.5e3', 'number'],
    ['0x1F', 'number'],
    ['10.0.0.1', 'address'],
    ['10.0.0.1:80', 'address'],
    ['10.0.0.0/8', 'address'],
    ['[2001:db8::1]:80', 'address'],
    ['2001:db8::1', 'address'],
    ['https://a.example/x', 'url'],
    ['jdbc:oracle:thin:@//db:1521/app', 'url'],
    ['/etc/app', 'path'],
    ['C:\\app', 'path'],
    ['../x', 'path'],
    ['${DB_HOST}', 'placeholder'],
    ['changeme', 'placeholder'],
    ['hello', 'text'],
    ['1.2.3', 'text'],
    ['10.1', 'number'],
    ['db:1521', 'text'],
  ])('%j is %s', (value, shape) => {
    expect(hintOf(value, 'k').shape).toBe(shape);
  });

  it('is one of few fixed words, whatever the value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (value, key) => {
        const { shape, ...rest } = hintOf(value, key);
        expect(shapes).toContain(shape);
        expect(Object.values(rest).every((one) => typeof one === 'boolean')).toBe(true);
      }),
    );
  });
});

describe('places that are still to be filled in', () => {
  it.each([
    'jdbc:${DB_HOST}/x',
    '${a:-b}',
    '{{ db_host }}',
    'x{{.Values.host}}y',
    '@@HOST@@',
    '@project.version@',
    '%DB_HOST%',
    'C:\\%APP_HOME%\\x',
    '#{DbHost}#',
    '#{host}',
    '<CHANGE_ME>',
    'https://<your-domain>/x',
    '<%= host %>',
    'changeme',
    'CHANGE_ME',
    'change-me-please',
    'TODO',
    'tbd',
    'xxxx',
    'your-api-key-here',
    'REPLACE_ME',
  ])('%j has one', (value) => {
    expect(hintOf(value, 'k').isUnresolved).toBe(true);
  });

  it.each([
    '%d{ISO8601} [%t] %-5level %logger{36} - %msg%n',
    '%h %l %u %t "%r" %>s %b',
    'a%2Fb%3A%AB%CD%20',
    '%Y%m%d',
    'user@db@x',
    'a@b.example,c@d.example',
    '<none>',
    '<b>text</b>',
    'changeit',
    'todos',
    '$HOME/bin',
    '#fff',
    '{"a":{"b":1}}',
    'p@ss@word',
    '100%',
  ])('%j has none', (value) => {
    expect(hintOf(value, 'k').isUnresolved).toBe(false);
  });

  it('that the consumer fills in itself do not count', () => {
    const value = '${DB_HOST}';
    expect(hintOf(value, 'k', ['dollar-braces'])).toMatchObject({ shape: 'text', isUnresolved: false });
    expect(hintOf(`${value}{{ x }}`, 'k', ['dollar-braces']).isUnresolved).toBe(true);
    expect(hintOf('${a}{{b}}@c@%DE%#{f}<CHANGE_ME>', 'k', placeholderStyles).isUnresolved).toBe(false);
  });

  it('in megabytes of hostile text are looked for in no time', { timeout: 10_000 }, () => {
    for (const piece of ['${', '{{', '@@A', '%AA', '#{', '<A_', '<change', 'x', 'A1b', '- ', '/']) hintOf(piece.repeat(500_000), 'k');
  });
});

describe('what is secret-like', () => {
  it.each([
    ['DB_PASSWORD', ''],
    ['spring.datasource.password', 'x'],
    ["Server.Service[@name='Catalina'].Connector.@keystorePass", 'x'],
    ['k', 'postgres://app:s3cret@db/x'],
    ['k', 'Qk7zP2mN9xR4tV8wL3cF6hJ1'],
    ['k', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b'],
    ['k', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc'],
    ['k', '-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----'],
  ])('%s set to %j', (key, value) => {
    expect(hintOf(value, key).isSecretLike).toBe(true);
  });

  it.each([
    ['DB_HOST', 'db.example.test'],
    ['PASSWORD_FILE', '/run/secrets/db'],
    ['k', '6f9619ff-8b86-d011-b42d-00cf4fc964ff'],
    ['k', '/opt/app/releases/20260101/lib/some-long-library-name2'],
    ['k', 'my-long-application-name-with-2-words'],
    ['k', 'ocid1.instance.oc1.eu-frankfurt-1.aaaa'],
    ['k', 'https://a.example/x'],
    ['k', ''],
  ])('not %s set to %j', (key, value) => {
    expect(hintOf(value, key).isSecretLike).toBe(false);
  });
});
