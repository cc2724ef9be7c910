import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatOf } from './index.ts';
import { matchesKey, selectingAttributes, wrongPattern } from './key.ts';
import { flatKey, memberKey, stepsOf } from './steps.ts';

describe('which keys a pattern selects', () => {
  it.each([
    ['a.b', 'a.b'],
    ['*', 'a'],
    ['a.*', 'a.b'],
    ['**', 'a.b.c'],
    ['a.**', 'a'],
    ['a.**', 'a.b.c'],
    ['**.password', 'password'],
    ['**.password', 'a.b.password'],
    ['**.a.**.d', 'x.a.b.c.d'],
    ['DB_*', 'DB_HOST'],
    ['*_URL', 'A_URL'],
    ['a*b*c', 'aXbYc'],
    ['servers.port', 'servers[3].port'],
    ['servers[*].port', 'servers[3].port'],
    ['servers[3].port', 'servers[3].port'],
    ['m[1]', 'm[1][2]'],
    ['*', 'list[2]'],
    ['Server.Service.Connector.@port', "Server.Service[@name='Catalina'].Connector[1].@port"],
    ["**.Connector[@port='8443'].@keystoreFile", "Server.Service[@name='Catalina'].Connector[@port='8443'].@keystoreFile"],
    ['#2.kind', '#2.kind'],
    ['**.kind', '#2.kind'],
    ['a."b.c"', 'a."b.c"'],
    ['a.b.c', 'a."b.c"'],
    ['spring.*.url', '"spring.datasource.url"'],
    ['"*"', '"*"'],
    ['*.@*', 'a.@port'],
  ])('%s selects %s', (pattern, key) => {
    expect(matchesKey(pattern, key)).toBe(true);
  });

  it.each([
    ['a.b', 'a.b.c'],
    ['a', 'a.b'],
    ['a.*', 'a'],
    ['a.*', 'a.b.c'],
    ['a', 'A'],
    ['DB_*', 'XDB_HOST'],
    ['ab*bc', 'abc'],
    ['servers[3].port', 'servers[4].port'],
    ['servers[3]', 'servers'],
    ["Connector[@port='8443']", 'Connector'],
    ['port', '@port'],
    ['a."b.c"', 'a.b.c'],
    ['"*"', 'a'],
    ['', 'a'],
    ['a..b', 'a..b'],
  ])('%s does not select %s', (pattern, key) => {
    expect(matchesKey(pattern, key)).toBe(false);
  });

  it('a hostile pattern takes no time', () => {
    expect(matchesKey(`${'**.'.repeat(100)}x`, `${'a.'.repeat(300)}b`)).toBe(false);
    expect(matchesKey(`${'*a'.repeat(200)}`, `${'a'.repeat(5_000)}b`)).toBe(false);
  });
});

describe('keys', () => {
  it('of any names select exactly themselves', () => {
    const names = fc.array(fc.string({ unit: 'binary', maxLength: 12 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(names, names, (one, other) => {
        const [a, b] = [one, other].map((path) => path.reduce(memberKey, ''));
        expect(stepsOf(a!)!.map((step) => step.name)).toEqual(one);
        expect(a === b).toBe(JSON.stringify(one) === JSON.stringify(other));
        expect(matchesKey(a!, a!)).toBe(true);
        expect(a).not.toMatch(/\p{C}/u);
      }),
    );
  });

  it('of flat files keep their dots and brackets where these part them well', () => {
    expect(['a.b[0].c', 'a..b', 'a b', '@x', 'a*', 'a[x]'].map(flatKey)).toEqual(['a.b[0].c', '"a..b"', '"a b"', '"@x"', '"a*"', '"a[x]"']);
  });
});

describe('patterns', () => {
  it('that are none are told so', () => {
    expect(['a.b', '**', "a[@b='c'].@d", 'a[0]', '"a.b".c'].map(wrongPattern)).toEqual([null, null, null, null, null]);
    for (const pattern of ['', 'a..b', '.a', 'a.', 'a[', 'a[x]', 'a b', '"a', "a[@b='c]"])
      expect(wrongPattern(pattern)).toMatch(/^a (step|pattern) /);
  });

  it('name the attributes that they select by', () => {
    expect([...selectingAttributes(["a[@b='c'].d[@e='f'].@g", 'x', '..'])]).toEqual(["b='c'", "e='f'"]);
  });
});

describe('the format of a file by its name', () => {
  it.each([
    ['/app/.env', 'env'],
    ['/app/.env.production', 'env'],
    ['/etc/environment', 'env'],
    ['/app/db.env', 'env'],
    ['/etc/sysconfig/tomcat', 'systemd-env'],
    ['/etc/default/app', 'systemd-env'],
    ['/app/application.properties', 'properties'],
    ['/app/Application.YML', 'yaml'],
    ['/app/flags.json', 'json'],
    ['/app/x.toml', 'toml'],
    ['/opt/tomcat/conf/server.xml', 'xml'],
    ['/etc/my.cnf', 'ini'],
    ['/etc/systemd/system/a.service', 'ini'],
    ['/u01/network/admin/tnsnames.ora', 'text'],
    ['/etc/nginx/nginx.conf', null],
    ['/app/application.properties.bak', null],
  ])('%s is %s', (path, format) => {
    expect(formatOf(path)).toBe(format);
  });
});
