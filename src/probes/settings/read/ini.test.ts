import { describe, expect, it } from 'vitest';
import { readText, textsIn } from '../../../../test/support/settings-values.ts';

describe('an INI file', () => {
  it('of MySQL: sections, settings without a value, comments', async () => {
    const text = '# note\n[mysqld]\ndatadir = /var/lib/mysql\nskip-networking\nport=\n; note\n\n[client] # note\nuser: app\n';
    expect(await textsIn('ini', text)).toEqual({
      'mysqld.datadir': '/var/lib/mysql',
      'mysqld.skip-networking': { is: 'null' },
      'mysqld.port': '',
      'client.user': 'app',
    });
  });

  it('of systemd: what is given twice is added up', async () => {
    const text = '[Service]\nExecStart=/bin/a \\\n  --b\nEnvironment=A=1\nEnvironment=B=2\n';
    expect(await textsIn('ini', text)).toEqual({ 'Service.ExecStart': '/bin/a \\\n--b', 'Service.Environment': 'A=1\nB=2' });
    expect(await readText('ini', text)).toMatchObject({ repeated: ['Service.Environment'] });
  });

  it.each([
    ['a=1\n[s]\na=2', { a: '1', 's.a': '2' }],
    ['\uFEFF[s]\r\na=1\r\n', { 's.a': '1' }],
    ['[s.t]\na.b=1', { '"s.t"."a.b"': '1' }],
    ['[s]\nlist = a\n  b\n\tc\nx=1', { 's.list': 'a\nb\nc', 's.x': '1' }],
    ['[core]\n\tbare = false\n\tx = y', { 'core.bare': 'false', 'core.x': 'y' }],
    ['[s]\na = "q" ; not a comment everywhere', { 's.a': '"q" ; not a comment everywhere' }],
    ['[s]\n__proto__=1\nconstructor=2', { 's.__proto__': '1', 's.constructor': '2' }],
  ])('%j', async (text, expected) => {
    expect(JSON.stringify(await textsIn('ini', text))).toBe(JSON.stringify(expected));
  });

  it('words that are no setting are stray', async () => {
    expect(await readText('ini', '[s]\na=1\nthis is a sentence\n=1')).toMatchObject({ strayLines: [3, 4] });
  });

  it.each(['DB =\n (DESCRIPTION =\n  (ADDRESS = (HOST = a)))\n', '<a>\nx=1', '[s\na=1', '{"a": 1}'])(
    '%j is another format',
    async (text) => {
      expect(await readText('ini', text)).toMatchObject({ kind: 'unparsable' });
    },
  );
});
