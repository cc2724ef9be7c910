// The program as somebody at a shell meets it: exit codes, what goes to stdout and what to stderr, colours, bad input.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { CheckDocumentSchema, DiffDocumentSchema, ExplainedCheckSchema, ExplainedFindingSchema } from '../../src/cli/documents.ts';
import { schemaProblems } from '../../src/contract/schema.ts';
import { selfSigned } from '../support/certificate.ts';
import { recordedFolder } from '../support/recorded-folder.ts';
import { bareEnvironment, program, understudy, understudyOnTerminal } from '../support/understudy.ts';

let folder: string;
/** Recorded machines by what is the matter with them. */
const machines = { sound: '', expiring: '', expired: '', garbled: '', renewed: '', hostile: '' };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-cli-'));
  const long = selfSigned('app.example.com', '20260101000000Z', '20290101000000Z');
  const soon = selfSigned('app.example.com', '20251201000000Z', '20261201000000Z');
  const over = selfSigned('app.example.com', '20250101000000Z', '20260101000000Z');
  const file = (text: string) => ({ '/etc/app.crt': text });
  machines.sound = machine('sound', file(long.certificate));
  machines.expiring = machine('expiring', file(soon.certificate));
  machines.expired = machine('expired', file(over.certificate));
  machines.garbled = machine('garbled', file('-----BEGIN CERTIFICATE-----\nnonsense\n'));
  machines.renewed = machine('renewed', file(long.certificate), { role: 'primary' });
  machines.hostile = machine('hostile', file(over.certificate), { name: 'app\u001b[31m\u202e1' });
});

afterAll(() => rmSync(folder, { recursive: true }));

const ownConfig = {
  discover: false,
  checks: { certs: { settings: { files: ['/etc/app.crt'], discover: false } } },
};

function machine(name: string, files: Readonly<Record<string, string>>, node: object = {}): string {
  const config = { node: { name, role: 'standby', group: 'billing', twin: 'app1', ...node }, ...ownConfig };
  return recordedFolder({ at: join(folder, name), name, files, config });
}

const check = (name: keyof typeof machines, ...argv: readonly string[]) => understudy(['check', '--machine', machines[name], ...argv]);

describe('help', () => {
  it('without a command lists those there are, and none that is still to come', async () => {
    const { code, stdout, stderr } = await understudy([]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const name of commandNames) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    for (const name of ['plan']) expect(stdout).not.toMatch(new RegExp(`^  ${name} `, 'm'));
  });

  it.each(commandNames)('of %s says what it takes, with examples and exit codes, in 80 columns', async (name) => {
    const { code, stdout, stderr } = await understudy([name, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: understudy /);
    expect(stdout).toMatch(/^Examples:\n {2}\$ /m);
    expect(stdout).toMatch(/^Exit codes: /m);
    expect(stdout.split('\n').filter((line) => line.length > 80 && !line.startsWith('  $ '))).toEqual([]);
    expect(await understudy(['help', name])).toEqual({ code, stdout, stderr });
  });

  it('the version is one line', async () => {
    for (const argv of [['--version'], ['version'], ['-V']]) {
      const { code, stdout } = await understudy(argv);
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^understudy \d+\.\d+\.\d+\n$/) });
    }
  });
});

const commandNames = [
  'up',
  'agent',
  'collector',
  'check',
  'diff',
  'status',
  'gate',
  'receipt',
  'explain',
  'history',
  'run',
  'record',
  'doctor',
  'fleet',
  'waive',
  'learn',
  'config',
  'completion',
  'version',
  'help',
];

describe('what is typed wrongly', () => {
  it.each([
    [['chekc'], "unknown command 'chekc'; did you mean 'check'?"],
    [['--verison'], "unknown option '--verison'; did you mean '--version'?"],
    [['--format', 'json', 'check'], "unknown option '--format'; options come after the command"],
    [['check', '--formt', 'json'], 'unknown option --formt; did you mean --format?'],
    [['check', '--format', 'jsn'], "--format: 'jsn' is not one of text, json, nagios, junit, prometheus, snapshot; did you mean 'json'?"],
    [['check', '--format'], '--format needs a value: --format FORMAT'],
    [['check', '--alone=yes'], '--alone takes no value'],
    [['check', '--config', 'a', '--config', 'b'], '--config is given twice'],
    [['check', 'cert'], "there is no check or probe 'cert'; did you mean 'certs'?"],
    [['diff', 'one'], 'something is missing: understudy diff PRIMARY STANDBY'],
    [['diff', 'one', 'two', 'three'], "'three' is more than this takes: understudy diff PRIMARY STANDBY"],
    [['explain'], 'something is missing: understudy explain CHECK|CODE'],
    [['explain', 'certs/expird'], "there is no finding 'certs/expird'; did you mean 'certs/expired'?"],
    [['history', 'certs', '--limit', 'many'], "--limit: 'many' is no number from 1 to 500"],
    [['config', 'chek'], "unknown action 'chek'; did you mean 'check'?"],
    [['config', 'schema', 'x'], "'x' is more than `config schema` takes"],
    [['config', 'example', 'flet'], "'flet' is more than `config example` takes; did you mean 'fleet'?"],
    [['config', 'check', 'a', 'b'], "'b' is more than `config check` takes"],
    [['completion', 'fish'], "there is no completion for 'fish'; there is for bash and zsh"],
    [['help', 'dif'], "unknown command 'dif'; did you mean 'diff'?"],
  ])('%j: exit 3, the nearest name and the usage on stderr, nothing on stdout', async (argv, message) => {
    const { code, stdout, stderr } = await understudy(argv);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr.split('\n')[0]).toBe(`understudy: ${message}`);
    expect(stderr.split('\n')[1]).toMatch(/^Usage: understudy /);
  });
});

describe('what cannot be done', () => {
  it('a missing recorded machine, snapshot or agent is one message and exit 3', async () => {
    const gone = join(folder, 'gone');
    for (const argv of [
      ['check', '--machine', gone],
      ['diff', gone, gone],
      ['status', '--agent', gone],
      ['check', '--config', gone],
    ]) {
      const { code, stdout, stderr } = await understudy(argv);
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
      expect(stderr).toContain(gone);
      expect(stderr).not.toMatch(/\bat .*\.ts:\d+/);
    }
  });

  it('a folder that is no recorded machine, and an address that is none, are told as such', async () => {
    expect((await understudy(['check', '--machine', folder])).stderr).toBe(
      `understudy: ${folder} is no recorded machine: there is no machine.yaml in it; \`understudy record DIR\` writes one\n`,
    );
    expect((await understudy(['status', '--agent', 'ftp://app1'])).stderr).toBe(
      "understudy: 'ftp://app1' is not an address; expected like https://app1:7807, or the path of a socket\n",
    );
  });

  it('says how to start an agent where none answers', async () => {
    const { stderr } = await understudy(['status', '--agent', join(folder, 'agent.sock')]);
    expect(stderr).toMatch(
      /^understudy: no agent answers at .*; start it with `systemctl start understudy-agent` or `understudy agent`\n$/,
    );
  });

  it('everything that is wrong with a configuration is printed at once', async () => {
    const file = join(folder, 'wrong.yaml');
    writeFileSync(file, 'node: {role: stanby}\nchecks:\n  kernel: {evry: 5m}\n');
    for (const argv of [
      ['config', 'check', file],
      ['check', '--config', file],
      ['status', '--config', file],
    ]) {
      const { code, stdout, stderr } = await understudy(argv);
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
      expect(stderr).toContain(`${file}:1:14: node.role: "stanby" is not one of primary, standby; did you mean 'standby'?\n`);
      expect(stderr).toContain(`${file}:3:12: unknown key 'evry'; did you mean 'every'?\n`);
    }
  });

  it('a file that is no snapshot is told apart from one of another kind', async () => {
    const file = join(folder, 'document.json');
    writeFileSync(file, (await check('sound', '--format', 'json')).stdout);
    expect((await understudy(['diff', file, file])).stderr).toContain('holds understudy-check/1; expected understudy-snapshot/1');
    writeFileSync(file, 'not JSON');
    expect((await understudy(['diff', file, file])).stderr).toContain('is not JSON');
  });
});

describe('check', () => {
  it.each([
    ['sound', 0, 'READY'],
    ['expiring', 1, 'DEGRADED'],
    ['expired', 2, 'NOT READY'],
    ['garbled', 3, 'UNKNOWN'],
  ] as const)('%s exits %i and says %s', async (name, code, word) => {
    const ran = await check(name, '--alone');
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code, stderr: '' });
    expect(ran.stdout.split('\n')[0]).toContain(`${word}:`);
    for (const format of ['json', 'nagios', 'junit', 'prometheus']) {
      expect(await check(name, '--alone', '--format', format)).toMatchObject({ code, stderr: '' });
    }
  });

  it('a standby that was not compared with its primary is unknown, not ready', async () => {
    const { code, stdout } = await check('sound');
    expect(code).toBe(3);
    expect(stdout).toContain('no primary');
  });

  it('prints a document that its schema promises, and nothing else', async () => {
    const { stdout } = await check('expired', '--format', 'json');
    const document = JSON.parse(stdout);
    expect(schemaProblems(CheckDocumentSchema, document)).toEqual([]);
    expect(document).toMatchObject({ format: 'understudy-check/1', node: { name: 'expired', role: 'standby' }, verdict: 'not-ready' });
    expect(document.findings[0]).toMatchObject({ code: 'certs/expired', severity: 'blocker', gap: 'certificates', check: 'certs' });
  });

  it('looks through the named checks only, by check or by probe', async () => {
    const { stdout } = await check('sound', 'certs', '--alone', '--format', 'json');
    expect(JSON.parse(stdout).observations.map((one: { check: string }) => one.check)).toEqual(['certs']);
    const other = await check('sound', 'kernel', '--alone', '--format', 'json');
    expect(other.code).toBe(3);
    expect(JSON.parse(other.stdout)).toMatchObject({ observations: [], notTold: [{ probe: 'kernel' }] });
  });

  it('a recorded machine is judged by the configuration that it brings, not by that of this machine', async () => {
    const { stdout } = await check('sound', '--format', 'json');
    expect(JSON.parse(stdout).node).toMatchObject({ name: 'sound', twin: 'app1', group: 'billing' });
  });
});

describe('diff', () => {
  it('judges the standby beside its primary, and says which is which', async () => {
    const { code, stdout, stderr } = await understudy(['diff', machines.renewed, machines.expiring, '--format', 'json']);
    const document = JSON.parse(stdout);
    expect(schemaProblems(DiffDocumentSchema, document)).toEqual([]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(document).toMatchObject({ primary: { name: 'renewed' }, standby: { name: 'expiring' }, verdict: 'degraded' });
    expect(document.findings.filter((one: { kind: string }) => one.kind === 'paired').length).toBeGreaterThan(0);
  });

  it('comes to the same from two snapshots', async () => {
    const place = async (name: keyof typeof machines) => {
      const file = join(folder, `${name}.json`);
      writeFileSync(file, (await check(name, '--format', 'snapshot')).stdout);
      return file;
    };
    const fromFiles = await understudy(['diff', await place('renewed'), await place('expiring'), '--format', 'json']);
    const fromFolders = await understudy(['diff', machines.renewed, machines.expiring, '--format', 'json']);
    const findings = (ran: { stdout: string }) => JSON.parse(ran.stdout).findings;
    expect(findings(fromFiles)).toEqual(findings(fromFolders));
  });

  it('points out a side that says otherwise of itself', async () => {
    const { stderr } = await understudy(['diff', machines.sound, machines.renewed]);
    expect(stderr).toContain('sound says that it is the standby; it is compared as the primary');
  });
});

describe('on a terminal', () => {
  const argv = () => ['check', '--machine', machines.expired, '--alone'];

  it('colours; the exit code is the same', async () => {
    const { code, stdout } = await understudyOnTerminal(argv());
    expect(code).toBe(2);
    expect(stdout).toContain('\x1b[1;31m✖ NOT READY');
  });

  it.each([
    ['--no-color', ['--no-color'], {}],
    ['NO_COLOR', [], { NO_COLOR: '1' }],
    ['TERM=dumb', [], { TERM: 'dumb' }],
  ] as const)('does not with %s', async (_, more, environment) => {
    const { stdout } = await understudyOnTerminal([...argv(), ...more], environment);
    // The line of progress is erased by a control sequence of its own, which is no colour.
    expect(stdout.replaceAll('\x1b[K', '')).not.toContain('\x1b');
  });

  it('does not where its output is no terminal', async () => {
    expect((await check('expired')).stdout).not.toContain('\x1b');
  });

  it('an empty NO_COLOR asks for nothing (no-color.org)', async () => {
    expect((await understudyOnTerminal(argv(), { NO_COLOR: '' })).stdout).toContain('\x1b[1;31m');
  });

  it.each(['text', 'json', 'nagios', 'junit', 'prometheus', 'snapshot'])('nothing from outside reaches it raw, as %s', async (format) => {
    const { stdout, stderr } = await check('hostile', '--format', format);
    expect(stdout).toContain('31m');
    expect(stdout + stderr).not.toMatch(/[\x1b\u202e\u009b]/);
  });

  it('nothing of a wrong command line reaches it raw', async () => {
    const { stderr } = await understudy(['check', 'evil\x1b[2J']);
    expect(stderr).toContain('\\x1b[2J');
    expect(stderr).not.toContain('\x1b');
  });
});

describe('a reader that leaves early', () => {
  it('is no error', async () => {
    const child = spawn(program, ['check', '--machine', machines.sound, '--alone', '--format', 'json'], {
      env: bareEnvironment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const { promise, resolve } = Promise.withResolvers<number | null>();
    child.on('close', resolve);
    expect({ code: await promise, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('gets all of a long answer when it is slow', async () => {
    const { stdout } = await understudy(['config', 'schema']);
    expect(() => JSON.parse(stdout)).not.toThrow();
    expect(stdout.length).toBeGreaterThan(20_000);
  });
});

describe('a full disk', () => {
  it('under the output is no verdict: exit 3, and said', async () => {
    for (const name of ['sound', 'expiring', 'expired'] as const) {
      const line = `exec ${program} check --alone --machine ${machines[name]} --format json > /dev/full`;
      const { promise, resolve } = Promise.withResolvers<number | null>();
      const shell = spawn('sh', ['-c', line], { env: bareEnvironment, stdio: ['ignore', 'ignore', 'pipe'] });
      let stderr = '';
      shell.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      shell.on('close', resolve);
      expect(await promise).toBe(3);
      expect(stderr).toMatch(/^understudy: what was found cannot be written: ENOSPC[^\n]*\n$/);
    }
  });
});

describe('record', () => {
  it('below a folder that cannot hold it ends, with the reason', async () => {
    const { code, stdout, stderr } = await understudy(['record', '/proc/recorded']);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toBe('understudy: /proc/recorded cannot be written (ENOENT)\n');
  });

  it('writes a folder that shows what the machine showed, without what is secret in its configuration', async () => {
    const sha256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
    const certificate = join(folder, 'own.crt');
    writeFileSync(certificate, selfSigned('own.example.com', '20250101000000Z', '20260101000000Z').certificate);
    const config = join(folder, 'own.yaml');
    const checks = { certs: { settings: { files: [certificate], discover: false } } };
    writeFileSync(
      config,
      stringify({ node: { name: 'own' }, discover: false, checks, access: { tokens: [{ name: 'x', sha256, rights: ['read'] }] } }),
    );
    const target = join(folder, 'recorded');
    const { code, stdout } = await understudy(['record', target, '--config', config]);
    expect(code).toBe(0);
    expect(stdout).toContain(`understudy check --machine ${target}`);
    expect(() => execFileSync('grep', ['-rq', sha256.slice(0, 20), target])).toThrow();
    expect(() => execFileSync('grep', ['-rq', 'own.crt', target])).not.toThrow();
    const seen = JSON.parse((await understudy(['check', '--machine', target, '--alone', '--format', 'json'])).stdout);
    expect(seen).toMatchObject({ node: { name: 'own' }, verdict: 'not-ready' });
    expect(seen.findings.map((one: { code: string }) => one.code)).toContain('certs/expired');
    expect(await understudy(['record', target, '--config', config])).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('is not empty'),
    });
  });
});

describe('config', () => {
  it('names the agent that was probably meant, and knows those that the file describes', async () => {
    const file = join(folder, 'agents.yaml');
    const describe = '[{name: node-exporter, unit: node_exporter.service}]';
    const lists = 'required: [datadog, datadgo], expectOff: [node-exporter], expectAbsent: [splnk]';
    writeFileSync(file, `checks:\n  monitoring:\n    settings: {${lists}, describe: ${describe}}\n`);
    const { code, stderr } = await understudy(['config', 'check', file]);
    expect(code).toBe(3);
    expect(stderr.split('\n').slice(1, -1)).toEqual([
      `${file}:3:36: checks.monitoring.settings.required[1]: "datadgo" is not known; did you mean 'datadog'?`,
      `${file}:3:89: checks.monitoring.settings.expectAbsent[0]: "splnk" is not known; did you mean 'splunk'?`,
    ]);
  });

  it('the example that it prints is right', async () => {
    const file = join(folder, 'example.yaml');
    writeFileSync(file, (await understudy(['config', 'example'])).stdout);
    const { code, stdout, stderr } = await understudy(['config', 'check', file]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`${file} is right`);
    expect(stdout).toMatch(/^kernel +kernel +every 10 m/m);
  });

  it('the example of a fleet is right too, and tells whom it asks when nothing of it is hidden', async () => {
    const file = join(folder, 'fleet.yaml');
    const { stdout: example } = await understudy(['config', 'example', 'fleet']);
    writeFileSync(file, example);
    const hidden = await understudy(['config', 'check', 'fleet', file]);
    expect(hidden).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('no agent will be asked') });
    writeFileSync(file, example.replaceAll(/^( *)# /gm, '$1'));
    const { code, stdout, stderr } = await understudy(['config', 'check', 'fleet', file]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`${file} is right`);
    expect(stdout).toMatch(/^billing +app1 +zrh +standby +https:\/\/10\.2\.0\.11:7807 +10 m$/m);
    expect(stdout).toMatch(/^finds +https:\/\/cmdb\.example\.com\/sd, every 5 m$/m);
  });

  it('a wrong fleet file is told with every mistake in it, and an ended difference as ended', async () => {
    const file = join(folder, 'wrong-fleet.yaml');
    const text = (primary: string, field: string) =>
      `sites: {fra: {}, zrh: {}}\ngroups:\n  billing:\n    primary: ${primary}\n    lawful: [{check: kernel, field: ${field}, reason: x, until: 2020-01-01}]\n    pairs: {app1: {fra: "https://a", zrh: "https://b"}}\n`;
    writeFileSync(file, text('fraa', '/pakages'));
    const { code, stderr } = await understudy(['config', 'check', 'fleet', file]);
    expect(code).toBe(3);
    expect(stderr.split('\n').slice(1, -1)).toEqual([
      `${file}:4:14: groups.billing.primary: there is no site "fraa"; did you mean 'fra'?`,
      `${file}:5:37: groups.billing.lawful[0].field: "/pakages" names nothing: the facts have no 'pakages'; did you mean 'packages'?`,
    ]);
    writeFileSync(file, text('fra', '/packages'));
    const right = await understudy(['config', 'check', 'fleet', file]);
    expect(right.stdout).toMatch(/^billing +all +kernel +\/packages +2020-01-02T00:00:00Z, ended: drift again$/m);
  });

  it('the schema of a fleet file is one', async () => {
    const { code, stdout } = await understudy(['config', 'schema', 'fleet']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ title: 'Understudy fleet', properties: { groups: {}, sites: {} } });
  });
});

describe('explain', () => {
  it('shows what was asked, what was answered and the facts', async () => {
    const { code, stdout } = await understudy(['explain', 'certs', '--machine', machines.expired]);
    expect(code).toBe(0);
    expect(stdout).toContain('/etc/app.crt');
    expect(stdout).toContain('What was asked, and what was answered');
    expect(stdout).toContain('certs/expired');
    expect(stdout).toContain('"notAfter"');
  });

  it('says what a finding means without any agent', async () => {
    const { code, stdout } = await understudy(['explain', 'certs/expired', '--machine', machines.sound]);
    expect(code).toBe(0);
    expect(stdout).toContain('It does not hold on sound.');
  });

  it('prints documents that their schemas promise', async () => {
    const ofCheck = JSON.parse((await understudy(['explain', 'certs', '--machine', machines.expired, '--format', 'json'])).stdout);
    expect(schemaProblems(ExplainedCheckSchema, ofCheck)).toEqual([]);
    expect(ofCheck).toMatchObject({ format: 'understudy-explain-check/1', check: 'certs', current: { outcome: { kind: 'observed' } } });
    expect(ofCheck.findings.map((one: { code: string }) => one.code)).toContain('certs/expired');
    const argv = ['explain', 'certs/expired', '--format', 'json'];
    const holds = JSON.parse((await understudy([...argv, '--machine', machines.expired])).stdout);
    expect(schemaProblems(ExplainedFindingSchema, holds)).toEqual([]);
    expect(holds).toMatchObject({ severity: 'blocker', node: { name: 'expired' }, findings: [{ subject: '/etc/app.crt' }] });
    const unasked = JSON.parse((await understudy([...argv, '--agent', join(folder, 'no.sock')])).stdout);
    expect(schemaProblems(ExplainedFindingSchema, unasked)).toEqual([]);
    expect(unasked).toMatchObject({ node: null, findings: [] });
  });

  it('says of a probe that was not told what it would need', async () => {
    const { code, stderr } = await understudy(['explain', 'kernel', '--machine', machines.sound]);
    expect(code).toBe(3);
    expect(stderr).toContain("'kernel' was not told what to look at");
  });
});

describe('completion', () => {
  it.each(['bash', 'zsh'])('for %s names commands, options and probes', async (shell) => {
    const { stdout } = await understudy(['completion', shell]);
    for (const word of ['diff', '--format', 'certs', 'schema']) expect(stdout).toContain(word);
  });

  it('works in bash', async () => {
    const script = join(folder, 'completion.bash');
    writeFileSync(script, (await understudy(['completion', 'bash'])).stdout);
    symlinkSync(program, join(folder, 'understudy'));
    const { promise, resolve } = Promise.withResolvers<string>();
    const bash = spawn('bash', ['-c', `source ${script}; COMP_WORDS=(understudy dif); COMP_CWORD=1; _understudy; echo "$COMPREPLY"`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    bash.stdout.setEncoding('utf8').on('data', resolve);
    expect(await promise).toBe('diff\n');
  });
});
