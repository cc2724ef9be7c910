// kill -9 at any moment, again and again, while agents go on: the collector has every observation once, and its findings keep their since.
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../support/agent.ts';
import { type AgentProcess, startAgentProcess, writeConfig } from '../support/agent-process.ts';

const kills = process.env.UNDERSTUDY_SLOW === '1' ? 100 : 10;
const program = resolve(import.meta.dirname, '../support/collector-program.ts');
const recorded = resolve(import.meta.dirname, '../../src/probes/kernel/fixtures/machines/debian12-plain');

const sides = ['primary', 'standby'] as const;

function startAgent(folder: string, role: (typeof sides)[number]): AgentProcess {
  const own = join(folder, role);
  const machine = join(own, 'machine');
  cpSync(recorded, machine, { recursive: true });
  mkdirSync(join(machine, 'files/etc'), { recursive: true });
  writeFileSync(join(machine, 'files/etc/machine-id'), `${(role === 'primary' ? '1' : '2').repeat(32)}\n`);
  const config = writeConfig(own, `node: { name: ${role}, role: ${role}, group: g, twin: t }\n`);
  return startAgentProcess(own, config, machine);
}

const fleetText = (folder: string): string => `
sites: { a: {}, b: {} }
poll: { every: 1s, timeout: 1s }
listen: { socket: ${join(folder, 'collector.sock')}, address: null }
store: { file: ${join(folder, 'collector.db')} }
receipts: { key: ${join(folder, 'receipts.key')} }
groups:
  g: { primary: a, pairs: { t: { a: 'unix:${join(folder, 'primary/agent.sock')}', b: 'unix:${join(folder, 'standby/agent.sock')}' } } }
`;

interface Row {
  readonly seq: number;
  readonly first_at: number;
  readonly count: number;
}

const read = <T>(file: string, question: (db: Database.Database) => T): T => {
  const db = new Database(file, { readonly: true });
  try {
    return question(db);
  } finally {
    db.close();
  }
};

const ofAgent = (folder: string, role: string): readonly Row[] =>
  read(join(folder, role, 'agent.db'), (db) => db.prepare<[], Row>('SELECT seq, first_at, count FROM observations ORDER BY seq').all());

const ofCollector = (folder: string, role: string): readonly Row[] =>
  read(join(folder, 'collector.db'), (db) =>
    db
      .prepare<[string], Row>(
        'SELECT o.seq, o.first_at, o.count FROM observations o JOIN streams s ON s.id = o.stream WHERE s.target LIKE ? ORDER BY o.seq',
      )
      .all(`%/${role}/%`),
  );

interface Life {
  readonly since: number;
  readonly openedAt: number;
  readonly reopenedCount: number;
}

const lives = (folder: string): readonly Life[] =>
  read(join(folder, 'collector.db'), (db) =>
    hasFindings(db)
      ? db
          .prepare<[], { body: string }>('SELECT body FROM findings')
          .all()
          .map(({ body }) => JSON.parse(body) as Life)
          .map(({ since, openedAt, reopenedCount }) => ({ since, openedAt, reopenedCount }))
      : [],
  );

test(`${kills} kills at random moments lose and double no observation, and findings keep their since`, {
  timeout: kills * 20_000 + 120_000,
}, async () => {
  const folder = temporaryFolder();
  for (const role of sides) mkdirSync(join(folder, role));
  const agents = sides.map((role) => startAgent(folder, role));
  onTestFinished(() => agents.forEach(({ child }) => void child.kill('SIGKILL')));
  await Promise.all(agents.map((agent) => agent.served()));
  const file = join(folder, 'fleet.yaml');
  writeFileSync(file, fleetText(folder));
  let before: readonly Life[] = [];
  for (let kill = 0; kill < kills; kill++) {
    const collector = start(file);
    // One in five dies while it starts, at the latest when it has opened its history.
    if (kill % 5 !== 4) await served(folder);
    await new Promise((done) => setTimeout(done, Math.random() * (kill % 5 === 4 ? 1_000 : 2_500)));
    await killed(collector);
    if (!existsSync(join(folder, 'collector.db'))) continue;
    expect(read(join(folder, 'collector.db'), (db) => db.pragma('integrity_check', { simple: true }))).toBe('ok');
    const now = lives(folder);
    if (before.length > 0) expect(now).toEqual(before);
    before = now;
  }

  // One that lives until it has caught up.
  const collector = start(file);
  for (let turn = 0; turn < 120 && !sides.every((role) => hasCaughtUp(folder, role)); turn++)
    await new Promise((done) => setTimeout(done, 500));
  await killed(collector);
  for (const { child } of agents) child.kill('SIGKILL');
  await Promise.all(agents.map(({ ended }) => ended));
  expect(lives(folder)).toHaveLength(1);
  if (before.length > 0) expect(lives(folder)).toEqual(before);

  for (const role of sides) {
    const [there, here] = [ofAgent(folder, role), ofCollector(folder, role)];
    const upTo = here.at(-1)!.seq;
    // A loop that saw nothing would prove nothing.
    expect(here.length).toBeGreaterThan(kills);
    expect(here.map(({ seq, first_at }) => [seq, first_at])).toEqual(
      there.filter(({ seq }) => seq <= upTo).map(({ seq, first_at }) => [seq, first_at]),
    );
    // The last row may have moved since it was polled; those before it came to rest.
    expect(here.slice(0, -1).map(({ count }) => count)).toEqual(there.slice(0, here.length - 1).map(({ count }) => count));
  }
});

/** But for what is produced while both are read. */
const hasCaughtUp = (folder: string, role: string): boolean => {
  const [there, here] = [ofAgent(folder, role), ofCollector(folder, role)];
  return lives(folder).length > 0 && (here.at(-1)?.seq ?? 0) >= (there.at(-1)?.seq ?? 0) - 1;
};

const hasFindings = (db: Database.Database): boolean =>
  db.prepare(`SELECT 1 FROM sqlite_master WHERE name = 'findings'`).get() !== undefined;

function start(file: string): ChildProcess {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, file], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function served(folder: string): Promise<void> {
  for (let turn = 0; turn < 300; turn++) {
    const { promise, resolve: done } = Promise.withResolvers<boolean>();
    const socket = connect(join(folder, 'collector.sock'));
    socket.on('connect', () => done(true));
    socket.on('error', () => done(false));
    const isThere = await promise;
    socket.destroy();
    if (isThere) return;
    await new Promise((again) => setTimeout(again, 100));
  }
  throw new Error('the collector does not serve');
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) throw new Error(`the collector ended by itself with ${child.exitCode}`);
  const { promise, resolve: done } = Promise.withResolvers<void>();
  child.once('exit', () => done());
  child.kill('SIGKILL');
  await promise;
}
