// kill -9 at any moment, again and again: what a poller was served stays, once, and the history is sound.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import type { Observation } from '../../src/contract/observation.ts';
import { temporaryFolder } from '../support/agent.ts';
import { type AgentProcess, startAgentProcess, writeConfig } from '../support/agent-process.ts';

const kills = process.env.UNDERSTUDY_SLOW === '1' ? 200 : 15;

interface Page {
  readonly instanceId: string;
  readonly observations: readonly Observation[];
  readonly current: readonly { readonly seq: number; readonly count: number; readonly lastAt: number }[];
  readonly ended: readonly { readonly seq: number; readonly count: number; readonly lastAt: number }[];
  readonly newestSeq: number;
}

/** What a collector would have kept. */
class Poller {
  readonly seen = new Map<number, Observation>();
  readonly moved = new Map<number, { count: number; lastAt: number }>();
  instanceId: string | null = null;
  after = 0;

  take(page: Page): void {
    this.instanceId ??= page.instanceId;
    expect(page.instanceId).toBe(this.instanceId);
    for (const observation of page.observations) {
      expect(observation.seq).toBeGreaterThan(this.after);
      expect(this.seen.has(observation.seq)).toBe(false);
      this.after = observation.seq;
      this.seen.set(observation.seq, observation);
    }
    for (const { seq, count, lastAt } of [...page.current, ...page.ended]) {
      const before = this.moved.get(seq);
      expect(count).toBeGreaterThanOrEqual(before?.count ?? 1);
      expect(lastAt).toBeGreaterThanOrEqual(before?.lastAt ?? 0);
      this.moved.set(seq, { count, lastAt });
    }
  }
}

async function pollUntil(agent: AgentProcess, poller: Poller, stopAt: number): Promise<void> {
  while (Date.now() < stopAt) {
    const answer = await agent.get(`/v1/changes?after=${poller.after}&limit=500`);
    if (answer?.status === 200) poller.take(answer.json as Page);
  }
}

function inspect(file: string, poller: Poller): void {
  const db = new Database(file);
  try {
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    const rows = db
      .prepare<[], { seq: number; first_at: number; last_at: number; count: number; value: number }>(
        'SELECT seq, first_at, last_at, count FROM observations ORDER BY seq',
      )
      .all();
    const bySeq = new Map(rows.map((row) => [row.seq, row]));
    expect(bySeq.size).toBe(rows.length);
    for (const [seq, { firstAt }] of poller.seen) expect([seq, bySeq.get(seq)?.first_at]).toEqual([seq, firstAt]);
    for (const [seq, { count, lastAt }] of poller.moved) {
      expect(bySeq.get(seq)!.count).toBeGreaterThanOrEqual(count);
      expect(bySeq.get(seq)!.last_at).toBeGreaterThanOrEqual(lastAt);
    }
  } finally {
    db.close();
  }
}

test(`${kills} kills at random moments lose and double nothing that was served`, { timeout: kills * 10_000 }, async () => {
  const folder = temporaryFolder();
  const config = writeConfig(folder);
  const poller = new Poller();
  let newest = 0;
  for (let kill = 0; kill < kills; kill++) {
    const agent = startAgentProcess(folder, config);
    onTestFinished(() => void agent.child.kill('SIGKILL'));
    // One in five dies while it starts.
    const livesMs = kill % 5 === 4 ? Math.random() * 600 : 0;
    if (livesMs > 0) await new Promise((done) => setTimeout(done, livesMs));
    else {
      await agent.served();
      const looking = runRepeatedly(agent);
      await pollUntil(agent, poller, Date.now() + 100 + Math.random() * 900);
      looking.stop();
    }
    agent.child.kill('SIGKILL');
    expect((await agent.ended).signal).toBe('SIGKILL');
    inspect(join(folder, 'agent.db'), poller);
    expect(poller.after).toBeGreaterThanOrEqual(newest);
    newest = poller.after;
  }
  // A loop that saw nothing would prove nothing.
  expect(poller.seen.size).toBeGreaterThan(kills * 2);
});

/** Looks one after the other, so that nearly every kill hits a transaction or its neighbourhood. */
function runRepeatedly(agent: AgentProcess): { readonly stop: () => void } {
  let isStopped = false;
  const again = async (): Promise<void> => {
    while (!isStopped) await agent.post('/v1/checks/restless/run');
  };
  void again();
  return {
    stop: () => {
      isStopped = true;
    },
  };
}
