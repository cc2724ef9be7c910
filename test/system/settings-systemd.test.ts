// The environment of a unit as the probe works it out, held against what a real systemd started the process with.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fillDefaults } from '../../src/contract/schema.ts';
import type { Facts } from '../../src/probes/settings/facts.ts';
import { probe } from '../../src/probes/settings/index.ts';
import type { Settings } from '../../src/probes/settings/settings.ts';
import { environmentProperties, stateProperties } from '../../src/probes/settings/units/shown.ts';
import { type Booted, boot, debianRoot, removeRoot } from '../support/booted.ts';
import { recordedMachine } from '../support/recorded.ts';

const unit = `[Service]
Environment=A=1 "B=two words" 'C=it"s \\x41' "F=back\\\\slash" "G=tab\\there" "H=new\\nline" I=ü "J=it's" K= N=%n
Environment="O=dq \\"inner\\""
Environment=REPLACED=by-the-file
EnvironmentFile=-/etc/none.env
EnvironmentFile=/etc/odd.env
EnvironmentFile=/etc/odd.d/*.env
UnsetEnvironment=A "B=two words" "K=other"
ExecStart=/bin/sleep 1000
`;

const odd = `X=1
Y="multi
line"
Z='a b'
# comment
; comment
no assignment
export Q=1
W=a\\
b
V=a\\ b "c" $HOME
 A2 = x y
REPLACED=yes
`;

const files = {
  '/etc/systemd/system/odd.service': unit,
  '/etc/odd.env': odd,
  '/etc/odd.d/b.env': 'P=later\n',
  '/etc/odd.d/a.env': 'P=earlier\n',
  '/etc/understudy/fleet.key': 'q83vEjRWeJC6Ue2oYxT4bN0mK7sLw9dPzRfHgJtUiVo=\n',
} as const;

let root = '';
let booted: Booted;

beforeAll(async () => {
  root = debianRoot();
  booted = await boot(root, []);
  for (const [path, text] of Object.entries(files)) put(path, text);
  expect(booted.sh('systemctl daemon-reload && systemctl start odd.service').code).toBe(0);
});

afterAll(async () => {
  await booted?.stop();
  if (root !== '') removeRoot(root);
});

const put = (path: string, text: string): void => {
  const { code, stderr } = booted.sh(
    `mkdir -p "$(dirname ${path})" && printf %s '${Buffer.from(text).toString('base64')}' | base64 -d > ${path}`,
  );
  expect([code, stderr]).toEqual([0, '']);
};

async function look(isAsked: boolean): Promise<Facts> {
  const show = (properties: string) => ({
    argv: ['systemctl', 'show', 'odd.service', '-p', properties] as [string, ...string[]],
    ...booted.sh(`systemctl show odd.service -p ${properties}`),
  });
  const pid = booted.sh('systemctl show odd.service -p MainPID').stdout.trim().split('=')[1]!;
  const environ = Buffer.from(booted.sh(`base64 -w0 /proc/${pid}/environ`).stdout, 'base64');
  const recorded = await recordedMachine({
    commands: isAsked ? [stateProperties, environmentProperties].map(show).map(({ argv, stdout }) => ({ argv, stdout })) : [],
    processes: [{ pid: Number(pid), parentPid: 1, uid: 0, command: 'sleep', argv: ['/bin/sleep', '1000'] }],
    stats: { '/etc/understudy/fleet.key': { mode: '0400' } },
    files: {
      ...Object.fromEntries(Object.keys(files).map((path) => [path, readFileSync(join(root, path))])),
      [`/proc/${pid}/environ`]: environ,
    },
    modified: Object.fromEntries(
      ['/etc/odd.env', '/etc/odd.d/a.env', '/etc/odd.d/b.env', '/etc/systemd/system/odd.service'].map((path) => [path, changedAt(path)]),
    ),
    now: new Date().toISOString(),
  });
  const settings: unknown = { units: ['odd.service'], services: [{ unit: 'odd.service', process: 'sleep' }] };
  fillDefaults(probe.settings, settings);
  const { signal } = new AbortController();
  const outcome = await probe.observe(recorded.forLook(signal), settings as Settings, signal);
  if (outcome.kind !== 'observed') throw new Error(`${outcome.kind}: ${outcome.detail}`);
  return outcome.facts;
}

const changedAt = (path: string): string => new Date(Number(booted.sh(`stat -c %Y ${path}`).stdout) * 1_000).toISOString();

function told(facts: Facts): readonly string[] {
  const context = { now: 0, node: { role: 'standby' } as never, settings: {} as Settings, readings: [] };
  return probe.rules.flatMap((rule) =>
    rule.kind === 'alone' ? rule.judge(facts, context).map(({ subject, actual }) => `${rule.code} | ${subject} | ${actual}`) : [],
  );
}

const names = ({ sources }: Facts, kind: 'unit' | 'environment'): readonly string[] =>
  sources.flatMap(({ kind: own, content }) => (own === kind && content.kind === 'seen' ? content.keys.map(({ name }) => name) : []));

/** Lines that systemd passes over, too. */
const passedOver = 'settings/stray-lines | odd.service /etc/odd.env | passed over: line 7, 8';

test.each([
  ['asked of systemd', true],
  ['read from its files', false],
])('the environment %s is the one that the process has, key by key and value by value', async (_how, isAsked) => {
  const facts = await look(isAsked);
  expect(names(facts, 'unit')).toEqual(['A2', 'C', 'F', 'G', 'H', 'I', 'J', 'K', 'N', 'O', 'P', 'REPLACED', 'V', 'W', 'X', 'Y', 'Z']);
  // The manager's own come besides.
  expect(names(facts, 'environment').filter((name) => !['LANG', 'PATH'].includes(name))).toEqual(names(facts, 'unit'));
  expect(told(facts)).toEqual([passedOver]);
});

test('what is written after the start is known to have no effect yet', async () => {
  booted.sh('sleep 1.1');
  put('/etc/odd.env', odd.replace('X=1', 'X=2'));
  expect(told(await look(true)).filter((line) => line !== passedOver)).toEqual([
    'settings/started-before-change | odd.service | started before /etc/odd.env changed',
    expect.stringMatching(/^settings\/running-differs \| odd\.service X \| another value in the running process/),
  ]);
  put('/etc/systemd/system/odd.service', `${unit}# changed\n`);
  expect(told(await look(true))).toContain('settings/unit-not-reloaded | odd.service | a daemon-reload is due');
});
