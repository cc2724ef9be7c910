// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of files are what is read here.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readText, textsIn } from '../../../../test/support/settings-values.ts';

describe('an environment file as systemd reads it', () => {
  it('the file of a PostgreSQL unit', async () => {
    const text =
      '# Location of database directory\nPGDATA=/var/lib/pgsql/16/data/\n\n; managed by hand\nPGPORT = 5432\nPG_OOM_ADJUST_VALUE=0\r\n';
    expect(await textsIn('systemd-env', text)).toEqual({
      PGDATA: '/var/lib/pgsql/16/data/',
      PGPORT: '5432',
      PG_OOM_ADJUST_VALUE: '0',
    });
  });

  it('the file of a Tomcat unit, quotes and continued lines in it', async () => {
    const text = 'JAVA_OPTS="-Xmx512m -Djava.security.egd=file:/dev/./urandom"\nCATALINA_OPTS=-Dport=8080 \\\n  -Dhost=a\nX=\'a\'"b"c\n';
    expect(await textsIn('systemd-env', text)).toEqual({
      JAVA_OPTS: '-Xmx512m -Djava.security.egd=file:/dev/./urandom',
      CATALINA_OPTS: '-Dport=8080   -Dhost=a',
      X: 'abc',
    });
  });

  it.each([
    ['A=$HOME ${B}\n', { A: '$HOME ${B}' }],
    ['A=x "y"  \n', { A: 'x "y"' }],
    ['A="a\\"b\\$c\\d\\\n e"\n', { A: 'a"b$c\\d e' }],
    ["A='a\\'\n", { A: 'a\\' }],
    ['A="spans\ntwo lines"\nB=1', { A: 'spans\ntwo lines', B: '1' }],
    ['A="never closed\nB=1\n', { A: 'never closed\nB=1\n' }],
    ['A=a\\ \n', { A: 'a ' }],
    ['# a comment goes on \\\nA=1\nB=2', { B: '2' }],
    ['A=\n', { A: '' }],
    ['A=1\rB=2', { A: '1', B: '2' }],
  ])('%j', async (text, expected) => {
    expect(await textsIn('systemd-env', text)).toEqual(expected);
  });

  it('says which lines set nothing: export, a name that is none, a word alone, a byte order mark', async () => {
    const text = '\uFEFFA=1\nexport B=2\n2C=3\nD\nE=4\n';
    expect(await readText('systemd-env', text)).toMatchObject({
      strayLines: [1, 2, 3, 4],
      values: new Map([['E', { kind: 'scalar', text: '4' }]]),
    });
  });

  it('a file that systemd would refuse is unparsable, at its line', async () => {
    expect(await readText('systemd-env', Buffer.from('A=1\nB=\xff\n', 'latin1'))).toEqual({ kind: 'unparsable', where: 'line 2' });
    expect(await readText('systemd-env', 'A=1\nB=x\0y\n')).toEqual({ kind: 'unparsable', where: 'line 2' });
  });
});

describe('an environment file as docker reads it', () => {
  it('takes what stands behind the equals sign as it stands', async () => {
    expect(await textsIn('docker-env', '\uFEFFA="x"\r\n  B=y z \nC=a=b#c\n#D=1\nE=\n')).toEqual({ A: '"x"', B: 'y z ', C: 'a=b#c', E: '' });
  });

  it('a name alone is taken over from outside, and sets nothing', async () => {
    expect(await readText('docker-env', 'A\nB=1')).toMatchObject({ strayLines: [1] });
  });

  it.each(['A B=1', '=1', '\n\nA\tB=1'])('docker refuses all of %j', async (text) => {
    expect(await readText('docker-env', text)).toMatchObject({ kind: 'unparsable' });
  });
});

describe('an environment file as sh or a dotenv library reads it', () => {
  it.each([
    ['export A=1\n', { A: '1' }],
    ['export A=1 B=2\n', { A: '1', B: '2' }],
    ['A=1; export A\n', { A: '1' }],
    ['A=$B/${C:-x}$(date)\n', { A: '$B/${C:-x}$(date)' }],
    ['A="x\\"y\\$z\nw" # note\n', { A: 'x"y$z\nw' }],
    ['A=\'a b\'"c"d\n', { A: 'a bcd' }],
    ['A=jdbc:x;encrypt=true\n', { A: 'jdbc:x;encrypt=true' }],
    ['A=#x\n', { A: '#x' }],
    ["A=it's\nB=what's\n", { A: "it's", B: "what's" }],
    ['A=1\\\n2\n', { A: '12' }],
    ['A=x\\ y\n', { A: 'x\\ y' }],
    ['  A=\n', { A: '' }],
  ])('%j', async (text, expected) => {
    expect(await textsIn('env', text)).toEqual(expected);
  });

  it('what sh takes for a command is stray, and another value than the same in quotes', async () => {
    expect(await readText('env', 'B=1\nA=hello world # note\n')).toMatchObject({ strayLines: [2] });
    expect(await textsIn('env', 'A=hello world # note\n')).toEqual({ A: 'hello\0 world' });
    expect(await readText('env', 'A=1 B=2\nC=1 # note\nD=1; export D\nE="a" \nF="a b"\n')).toMatchObject({ strayLines: [] });
    expect(await readText('env', "A=it's\n")).toMatchObject({ strayLines: [1] });
  });

  it.each(['A="never closed\nB=1\n', "A='x\nB=1\n", 'B=1\nA="x\nC="y"\n'])('sh refuses %j, in which a quote has no end', async (text) => {
    expect(await readText('env', text)).toMatchObject({ kind: 'unparsable' });
  });

  it('commands are stray, and a carriage return belongs to the value, as for sh', async () => {
    const read = await readText('env', 'set -a\nA="x\ny"\nif true; then\nB=1\r\n\n# c\n. /etc/other\n');
    expect(read).toMatchObject({ strayLines: [1, 4, 8] });
    expect(await textsIn('env', 'B=1\r\n')).toEqual({ B: '1\r' });
  });

  it('a name that is set twice is said, and the last one counts', async () => {
    expect(await readText('env', 'A=1\nB=2\nA=3\n')).toMatchObject({
      repeated: ['A'],
      values: new Map([
        ['A', { kind: 'scalar', text: '3' }],
        ['B', { kind: 'scalar', text: '2' }],
      ]),
    });
  });

  it('what is quoted for sh is read back', async () => {
    const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0'));
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        const single = `'${value.replaceAll("'", `'"'"'`)}'`;
        const double = `"${value.replaceAll(/["\\$`]/g, '\\$&')}"`;
        if (!value.includes("'")) expect(await textsIn('env', `A=${single}\n`)).toEqual({ A: value });
        expect(await textsIn('env', `A=${double}\n`)).toEqual({ A: value });
        expect(await textsIn('systemd-env', `A=${single}\n`)).toEqual({ A: value });
        expect(await textsIn('systemd-env', `A=${double}\n`)).toEqual({ A: value });
      }),
    );
  });
});

describe('a private key in an environment file', () => {
  const body = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\nq83hZz0T=\nAbCd==\n';
  const key = `-----BEGIN PRIVATE KEY-----\n${body}-----END PRIVATE KEY-----`;

  it('in quotes is one value', async () => {
    expect(await textsIn('env', `K="${key}"\nA=1\n`)).toEqual({ K: key, A: '1' });
  });

  it.each(['env', 'docker-env', 'properties', 'ini'] as const)(
    'without quotes never has its lines taken for names (%s)',
    async (format) => {
      const read = await readText(format, `K=${key}\nA=1\n`);
      expect(read.kind === 'values' && [...read.values.keys()]).toEqual(['K', 'A']);
      expect(read).toMatchObject({ strayLines: [2, 3, 4, 5] });
    },
  );

  it('cut off before its end does not hide what follows', async () => {
    expect(await textsIn('env', 'K=-----BEGIN X-----\nAAAA\nDB_HOST=db1\n')).toEqual({ K: '-----BEGIN X-----', DB_HOST: 'db1' });
  });
});
