// kill -9 at any moment, again and again, while a collector looks at its regions: every row of a region is with the fleet's once.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../support/agent.ts';

const kills = process.env.UNDERSTUDY_SLOW === '1' ? 100 : 8;
const program = resolve(import.meta.dirname, '../support/regions-program.ts');
const regions = { fra: 'eu-frankfurt-1', zrh: 'eu-zurich-1' } as const;
const sites = ['fra', 'zrh'] as const;

const fleetText = (folder: string): string => `
sites: { fra: {}, zrh: {} }
poll: { every: 1s, timeout: 1s }
listen: { socket: ${join(folder, 'collector.sock')}, address: null }
store: { file: ${join(folder, 'collector.db')} }
receipts: { key: ${join(folder, 'receipts.key')} }
groups:
  g:
    primary: fra
    regions:
      fra: { region: eu-frankfurt-1, compartments: { shared: ocid1.compartment.oc1..fra } }
      zrh: { region: eu-zurich-1, compartments: { shared: ocid1.compartment.oc1..zrh } }
`;

interface Row {
  readonly seq: number;
  readonly first_at: number;
}

const read = <T>(file: string, question: (db: Database.Database) => T): T => {
  const db = new Database(file, { readonly: true });
  try {
    return question(db);
  } finally {
    db.close();
  }
};

const ofRegion = (folder: string, site: (typeof sites)[number]): readonly Row[] => {
  const file = join(folder, 'regions/g', `${site}.${regions[site]}.db`);
  return existsSync(file) ? read(file, (db) => db.prepare<[], Row>('SELECT seq, first_at FROM observations ORDER BY seq').all()) : [];
};

const ofCollector = (folder: string, site: (typeof sites)[number]): readonly Row[] =>
  read(join(folder, 'collector.db'), (db) =>
    db
      .prepare<[string], Row>(
        'SELECT o.seq, o.first_at FROM observations o JOIN streams s ON s.id = o.stream WHERE s.target = ? ORDER BY o.seq',
      )
      .all(`region:g/${site}`),
  );

test(`${kills} kills at random moments lose and double no row of a region`, { timeout: kills * 20_000 + 120_000 }, async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'fleet.yaml');
  writeFileSync(file, fleetText(folder));
  for (let kill = 0; kill < kills; kill++) {
    const collector = start(file);
    // One in four dies while it starts.
    if (kill % 4 !== 3) await served(folder);
    await new Promise((done) => setTimeout(done, Math.random() * 2_500));
    await killed(collector);
  }
  const collector = start(file);
  await served(folder);
  // One more than was there before it began, so that it has caught up with what was killed.
  const before = sites.map((site) => ofRegion(folder, site).length);
  const hasCaughtUp = () => sites.every((site, index) => (ofCollector(folder, site).at(-1)?.seq ?? 0) > before[index]!);
  for (let turn = 0; turn < 120 && !hasCaughtUp(); turn++) await new Promise((done) => setTimeout(done, 500));
  await killed(collector);
  for (const site of sites) {
    const here = ofCollector(folder, site);
    const there = ofRegion(folder, site).filter(({ seq }) => seq <= here.at(-1)!.seq);
    // A loop that saw nothing would prove nothing.
    expect(here.length).toBeGreaterThan(kills);
    expect(here).toEqual(there);
    for (const kept of ['collector.db', `regions/g/${site}.${regions[site]}.db`])
      expect(read(join(folder, kept), (db) => db.pragma('integrity_check', { simple: true }))).toBe('ok');
  }
});

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
