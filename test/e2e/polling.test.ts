// Real agents, polled over real sockets: what they told is here once each, and who answered is told apart, whatever happened meanwhile.
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { observed } from '../../src/contract/outcome.ts';
import type { FleetStore } from '../../src/store/fleet/store.ts';
import {
  type AgentWish,
  type FakeClock,
  fakeClock,
  minute,
  type ServedAgent,
  serveAgent,
  settled,
  temporaryFolder,
  testProbe,
} from '../support/agent.ts';
import { forwarder } from '../support/forwarder.ts';
import { type Polling, polling, targetOf } from '../support/polling.ts';
import type { TestProbe } from '../support/test-probe.ts';

const machine = (n: number): string => `b08dfa6083e7567a1921a71500000${100 + n}`;

interface Side {
  readonly served: ServedAgent;
  readonly probe: TestProbe;
  /** Sees something new, so many times. */
  look(times?: number): Promise<void>;
  stop(): Promise<void>;
}

let seen = 0;

async function side(wish: Partial<AgentWish> = {}): Promise<Side> {
  const probe = testProbe('dns');
  const next = (): string => `seen ${++seen}`;
  probe.answer = async () => observed({ value: next() }, [{ name: 'lagMs', subject: 'a', value: seen }]);
  const served = await serveAgent({ probes: [probe], ...wish });
  // A fake clock lets nothing be written by itself.
  const passing = async (waited: Promise<unknown>): Promise<void> => {
    await settled();
    if ('advance' in served.clock) await (served.clock as FakeClock).advance(1);
    await waited;
  };
  const isFresh = served.agent.ledger.ask((store) => store.observations.newestSeq()) === 0;
  if (isFresh) await passing(served.agent.firstJudgement());
  // A look that is asked for while one is under way is that one.
  await settled();
  const look = async (times = 1): Promise<void> => {
    for (let n = 0; n < times; n++) await passing(served.agent.lookNow('dns')!);
  };
  const stop = async (): Promise<void> => {
    await served.doors.close();
    await served.agent.stop();
  };
  return { served, probe, look, stop };
}

const socketOf = (folder: string) => targetOf(`unix:${join(folder, 'agent.sock')}`);

/** With its write-ahead log. */
function copyHistory(from: string, to: string): void {
  for (const suffix of ['', '-wal', '-shm']) {
    rmSync(to + suffix, { force: true });
    if (existsSync(from + suffix)) copyFileSync(from + suffix, to + suffix);
  }
}

const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, n) => n + 1);

describe('what an agent saw', () => {
  test('is here once each after the collector was away, with where each row came to rest', async () => {
    const { served, probe, look } = await side();
    const target = targetOf(served.url);
    await look(3);
    const first = polling({ targets: [target], probes: [probe] });
    await first.poller.pollNow();
    await first.stop();
    const same = probe.answer;
    probe.answer = async () => observed({ value: 'still' });
    await look(5);
    probe.answer = same;
    await look(250);
    const second = polling({ targets: [target], folder: first.folder, probes: [probe] });
    await second.poller.pollNow();
    const newest = served.agent.ledger.ask((store) => store.observations.newestSeq())!;
    expect(newest).toBeGreaterThan(250);
    expect(second.seqs(target)).toEqual(upTo(newest));
    const { stream } = second.nodes.kept(second.sight(target));
    const [still] = second.store.observations.history(stream!, 'dns', { before: newest - 249, limit: 1 });
    expect(still).toMatchObject({ outcome: { facts: { value: 'still' } }, count: 5 });
    expect(second.view(target)).toMatchObject({ cursor: newest, newestSeq: newest, troubles: [] });
    expect(second.events(target)).toEqual([]);
  });

  test('is not doubled when the collector is killed between fetching and keeping it', async () => {
    const { served, probe, look } = await side();
    const target = targetOf(served.url);
    let kill = false;
    const killing = (store: FleetStore): FleetStore => ({
      ...store,
      together: (act) =>
        store.together(() => {
          const done = act();
          if (kill) throw new Error('killed');
          return done;
        }),
    });
    const first = polling({ targets: [target], probes: [probe], through: killing });
    await first.poller.pollNow();
    const before = first.view(target).cursor;
    await look(20);
    kill = true;
    await first.poller.pollNow();
    // What is not on disk is not known either.
    expect(first.view(target)).toMatchObject({ cursor: before, poll: { failures: 1, error: expect.stringContaining('cannot be stored') } });
    expect(first.heard.length).toBe(1);
    expect([first.seqs(target), first.poller.stats().trouble]).toEqual([upTo(before), 'killed']);
    await first.stop();
    const second = polling({ targets: [target], folder: first.folder, probes: [probe] });
    await second.poller.pollNow();
    expect(second.seqs(target)).toEqual(upTo(before + 20));
  });

  test('moves without being written at each poll, and stands on disk after the end', async () => {
    const { served, probe, look } = await side();
    const target = targetOf(served.url);
    let kept = 0;
    const counting = (store: FleetStore): FleetStore => ({
      ...store,
      nodes: {
        ...store.nodes,
        keep: (node) => {
          kept++;
          store.nodes.keep(node);
        },
      },
    });
    const first = polling({ targets: [target], probes: [probe], through: counting });
    probe.answer = async () => observed({ value: 'same' }, [{ name: 'lagMs', subject: 'a', value: 7 }]);
    await look();
    await first.poller.pollNow();
    const writes = kept;
    for (let n = 0; n < 5; n++) {
      await look();
      await first.poller.pollNow();
    }
    expect(kept).toBe(writes);
    expect(first.heard.at(-1)).toMatchObject({ hasRows: false, hasDescription: false, hasLooks: true });
    expect(first.nodes.snapshot(first.sight(target))?.checks[0]?.current).toMatchObject({ count: 6, readings: [{ value: 7 }] });
    const at = first.nodes.lastLookAt(first.sight(target), 'dns');
    await first.stop();
    const second = polling({ targets: [target], folder: first.folder, probes: [probe] });
    expect(second.nodes.snapshot(second.sight(target))?.checks[0]?.current).toMatchObject({ count: 6, readings: [{ value: 7 }] });
    expect(second.nodes.lastLookAt(second.sight(target), 'dns')).toBe(at);
  });

  test('is asked for without what is known, and with it when that became another', async () => {
    const { served, probe } = await side();
    const target = targetOf(served.url);
    const p = polling({ targets: [target], probes: [probe] });
    await p.poller.pollNow();
    await p.poller.pollNow();
    expect(p.heard.map(({ hasDescription }) => hasDescription)).toEqual([true, false]);
    await served.agent.reload({ ...served.config, node: { ...served.config.node, name: 'renamed' } });
    await p.poller.pollNow();
    expect([p.heard.at(-1)?.hasDescription, p.view(target).name]).toEqual([true, 'renamed']);
  });

  test('and lost by its own retention is said to be lost, once, with the rows that it was', async () => {
    const { served, probe, look } = await side();
    const target = targetOf(served.url);
    const p = polling({ targets: [target], probes: [probe] });
    await p.poller.pollNow();
    const before = p.view(target).cursor;
    await look(10);
    const later = Date.now() + 10 * minute;
    served.agent.ledger.ask((store) => {
      while (store.maintain(later, { keepMs: minute, bytesMax: 1e12 }));
    });
    await p.poller.pollNow();
    await p.poller.pollNow();
    expect(p.troubles(target)).toEqual(['history-cut']);
    expect(p.events(target)).toEqual(['history-cut']);
    expect(p.sight(target).troubles[0]?.detail).toContain(`rows ${before + 1} to ${before + 9} `);
    expect(p.seqs(target)).toEqual([...upTo(before), before + 10]);
    await look();
    await p.poller.pollNow();
    expect([p.seqs(target).at(-1), p.events(target)]).toEqual([before + 11, ['history-cut']]);
  });
});

describe('another history', () => {
  const restarted = async (before: Side, folder: string, change: (file: string) => void): Promise<Side> => {
    await before.stop();
    change(join(folder, 'agent.db'));
    return side({ folder });
  };

  test('that was begun anew is told apart, said once, and read from its beginning', async () => {
    const folder = temporaryFolder();
    const first = await side({ folder });
    await first.look(5);
    const target = socketOf(folder);
    const p = polling({ targets: [target] });
    await p.poller.pollNow();
    const before = p.nodes.kept(p.sight(target));
    const again = await restarted(first, folder, (file) => copyHistory('/nowhere', file));
    await again.look(2);
    await p.poller.pollNow();
    await p.poller.pollNow();
    expect([p.troubles(target), p.events(target)]).toEqual([['reinstalled'], ['reinstalled']]);
    expect(p.log.said.filter(({ fields }) => fields.kind === 'reinstalled')).toMatchObject([{ level: 'warn' }]);
    const after = p.nodes.kept(p.sight(target));
    expect(after.stream).not.toBe(before.stream);
    expect(p.seqs(target)).toEqual(upTo(3));
    expect(p.store.observations.count(before.stream!).rows).toBe(6);
  });

  test('that went back to an earlier state is told apart, though it went on beyond where it was', async () => {
    const folder = temporaryFolder();
    const first = await side({ folder });
    await first.look(2);
    const target = socketOf(folder);
    const p = polling({ targets: [target] });
    const saved = join(folder, 'saved.db');
    const second = await restarted(first, folder, (file) => copyHistory(file, saved));
    await second.look(3);
    await p.poller.pollNow();
    expect(p.view(target).cursor).toBe(6);
    const third = await restarted(second, folder, (file) => copyHistory(saved, file));
    await third.look(9);
    await p.poller.pollNow();
    expect([p.troubles(target), p.events(target)]).toEqual([['rolled-back'], ['rolled-back']]);
    expect(p.seqs(target)).toEqual(upTo(12));
    expect(p.view(target)).toMatchObject({ cursor: 12, newestSeq: 12 });
  });

  test('that went back and stayed there is told apart', async () => {
    const folder = temporaryFolder();
    const first = await side({ folder });
    const target = socketOf(folder);
    const p = polling({ targets: [target] });
    const saved = join(folder, 'saved.db');
    const second = await restarted(first, folder, (file) => copyHistory(file, saved));
    await second.look(3);
    await p.poller.pollNow();
    await restarted(second, folder, (file) => copyHistory(saved, file));
    await p.poller.pollNow();
    expect([p.events(target), p.seqs(target)]).toEqual([['rolled-back'], [1]]);
  });

  test('of another machine at the same address is told apart', async () => {
    const folder = temporaryFolder();
    const first = await side({ folder, machineId: machine(1) });
    const target = socketOf(folder);
    const p = polling({ targets: [target] });
    await p.poller.pollNow();
    await first.stop();
    copyHistory('/nowhere', join(folder, 'agent.db'));
    await side({ folder, machineId: machine(2) });
    await p.poller.pollNow();
    expect([p.troubles(target), p.events(target), p.seqs(target)]).toEqual([['stranger'], ['stranger'], [1]]);
  });

  test('is still said after a restart of the collector, and not once more', async () => {
    const folder = temporaryFolder();
    const first = await side({ folder });
    const target = socketOf(folder);
    const p = polling({ targets: [target] });
    await p.poller.pollNow();
    await restarted(first, folder, (file) => copyHistory('/nowhere', file));
    await p.poller.pollNow();
    const before = p.sight(target).troubles;
    await p.stop();
    const again = polling({ targets: [target], folder: p.folder });
    expect(again.sight(target).troubles).toEqual(before);
    await again.poller.pollNow();
    expect([again.sight(target).troubles, again.events(target)]).toEqual([before, ['reinstalled']]);
  });

  test('is none after a plain restart of the agent', async () => {
    const folder = temporaryFolder();
    const first = await side({ folder });
    const target = socketOf(folder);
    const p = polling({ targets: [target] });
    await p.poller.pollNow();
    const again = await restarted(first, folder, () => {});
    await again.look();
    await p.poller.pollNow();
    expect([p.troubles(target), p.events(target), p.seqs(target)]).toEqual([[], [], [1, 2]]);
  });
});

describe('one identity twice', () => {
  const clones = async (): Promise<{ a: Side; b: Side; targets: [ReturnType<typeof targetOf>, ReturnType<typeof targetOf>] }> => {
    const a = await side();
    await a.stop();
    const folder = temporaryFolder();
    // A cloned boot volume brings the history along.
    copyHistory(join(a.served.folder, 'agent.db'), join(folder, 'agent.db'));
    const original = await side({ folder: a.served.folder });
    const clone = await side({ folder });
    return { a: original, b: clone, targets: [socketOf(original.served.folder), socketOf(clone.served.folder)] };
  };

  const pollTwice = async (p: Polling): Promise<void> => {
    await p.poller.pollNow();
    await p.poller.pollNow();
  };

  test('by two machines is said loudly of both, once, and both histories are kept apart', async () => {
    const { a, b, targets } = await clones();
    const p = polling({ targets });
    await pollTwice(p);
    await a.look(2);
    await b.look(3);
    await pollTwice(p);
    expect(targets.map((target) => p.troubles(target))).toEqual([['cloned'], ['cloned']]);
    expect(targets.map((target) => p.events(target))).toEqual([['cloned'], ['cloned']]);
    const loud = p.log.said.filter(({ level }) => level === 'error').map(({ fields }) => fields.target);
    expect(loud.sort()).toEqual(targets.map(({ key }) => key).sort());
    expect(p.sight(targets[0]).troubles[0]?.detail).toContain(targets[1].key);
    expect(targets.map((target) => p.seqs(target))).toEqual([upTo(3), upTo(4)]);
    expect(p.heard.filter(({ hasRows }) => hasRows).map(({ key }) => key)).toContain(targets[0].key);
  });

  test('is still said after a restart of the collector, before anybody was asked', async () => {
    const { targets } = await clones();
    const p = polling({ targets });
    await pollTwice(p);
    const before = targets.map((target) => p.sight(target).troubles);
    await p.stop();
    const again = polling({ targets, folder: p.folder });
    expect(targets.map((target) => again.sight(target).troubles)).toEqual(before);
    await pollTwice(again);
    expect(targets.map((target) => again.events(target))).toEqual([['cloned'], ['cloned']]);
  });

  test('is over when one leaves the roster, or has not been heard for an hour, and not sooner', async () => {
    const { b, targets } = await clones();
    const clock = fakeClock(Date.now());
    const p = polling({ targets, clock });
    p.poller.start();
    const round = async (): Promise<void> => {
      const polls = p.poller.pollNow();
      await clock.advance(200);
      await polls;
    };
    await round();
    await clock.advance(1_000);
    await round();
    expect(targets.map((target) => p.troubles(target))).toEqual([['cloned'], ['cloned']]);
    await b.stop();
    await clock.advance(50 * minute);
    await p.poller.pollNow(targets[0].key);
    await clock.advance(5_000);
    expect(p.troubles(targets[0])).toContain('cloned');
    await clock.advance(15 * minute);
    expect(p.troubles(targets[0])).not.toContain('cloned');
    expect(p.log.said.map(({ message }) => message)).toContain('a node is one machine again');
  });

  test('by one agent at two addresses is no clone: it counts at the first, and is read there alone', async () => {
    const { served, look } = await side();
    const targets = [targetOf(served.url), socketOf(served.folder)] as const;
    const p = polling({ targets });
    for (let n = 0; n < 3; n++) {
      await look();
      await pollTwice(p);
    }
    expect(targets.map((target) => p.troubles(target))).toEqual([[], ['alias']]);
    expect(targets.map((target) => p.sight(target).aliasOf)).toEqual([null, targets[0].key]);
    expect(p.events(targets[1])).toEqual(['alias']);
    expect(p.seqs(targets[0])).toEqual(upTo(4));
    // What came before it was known to be the same agent.
    expect(p.seqs(targets[1])).toEqual(upTo(2));
  });

  test('by one agent that is restarted under two addresses is no clone either', async () => {
    const first = await side();
    const folder = first.served.folder;
    const port = await forwarder(() => join(folder, 'agent.sock'));
    const targets = [socketOf(folder), targetOf(port.url)] as const;
    const p = polling({ targets });
    await pollTwice(p);
    await first.stop();
    await side({ folder });
    // The second address is still thought to be the earlier start.
    await p.poller.pollNow(targets[0].key);
    await p.poller.pollNow(targets[1].key);
    await pollTwice(p);
    expect(targets.map((target) => p.events(target))).toEqual([[], ['alias']]);
  });
});

describe('two agents at one address', () => {
  test('are noticed when one comes back, and nothing that they say is taken until one was alone for an hour', async () => {
    const sides = [await side({ machineId: machine(1) }), await side({ machineId: machine(2) })] as const;
    let answering = 0;
    const door = await forwarder(() => join(sides[answering]!.served.folder, 'agent.sock'));
    const target = targetOf(door.url);
    const clock = fakeClock(Date.now());
    const p = polling({ targets: [target], clock });
    const turn = async (who: number): Promise<void> => {
      answering = who;
      door.cut();
      await sides[who]!.look();
      await p.poller.pollNow();
    };
    await turn(0);
    await turn(1);
    expect(p.events(target)).toEqual(['stranger']);
    await turn(0);
    await turn(1);
    await turn(0);
    expect([p.troubles(target), p.events(target)]).toEqual([
      ['two-agents', 'stranger'],
      ['stranger', 'two-agents'],
    ]);
    const { cursor, stream } = p.nodes.kept(p.sight(target));
    expect(p.store.observations.count(stream!).rows).toBe(cursor);
    await clock.advance(59 * minute);
    await turn(0);
    expect(p.troubles(target)).toContain('two-agents');
    await clock.advance(2 * minute);
    await turn(0);
    await p.poller.pollNow();
    expect(p.troubles(target)).not.toContain('two-agents');
    expect(p.seqs(target)).toEqual(upTo(6));
    await turn(1);
    expect(p.events(target).filter((kind) => kind === 'two-agents').length).toBe(2);
  });

  test('are still two after a restart of the collector', async () => {
    const sides = [await side({ machineId: machine(1) }), await side({ machineId: machine(2) })] as const;
    let answering = 0;
    const door = await forwarder(() => join(sides[answering]!.served.folder, 'agent.sock'));
    const target = targetOf(door.url);
    const p = polling({ targets: [target] });
    for (const who of [0, 1, 0]) {
      answering = who;
      door.cut();
      await p.poller.pollNow();
    }
    await p.stop();
    const again = polling({ targets: [target], folder: p.folder });
    expect(again.troubles(target)).toContain('two-agents');
    await again.poller.pollNow();
    expect([again.troubles(target).includes('two-agents'), again.events(target)]).toEqual([true, ['stranger', 'two-agents']]);
  });
});

describe('the clock of a node', () => {
  test('is measured, said when it is off, and taken out of what is shown', async () => {
    const hourAhead = fakeClock(Date.now() + 60 * minute);
    const { served, probe } = await side({ clock: hourAhead });
    const target = targetOf(served.url);
    const p = polling({ targets: [target], probes: [probe] });
    await p.poller.pollNow();
    const { clockOffsetMs, clockErrorMs } = p.view(target);
    expect(Math.abs(clockOffsetMs! - 60 * minute)).toBeLessThan(minute);
    expect(clockErrorMs).toBeLessThan(5_000);
    expect([p.troubles(target), p.events(target)]).toEqual([['clock'], ['clock']]);
    expect(p.sight(target).troubles[0]?.detail).toContain('more than 10 s ahead');
    const snapshot = p.nodes.snapshot(p.sight(target))!;
    expect(Math.abs(snapshot.checks[0]!.current!.lastAt - Date.now())).toBeLessThan(minute);
    expect(Math.abs(p.nodes.lastLookAt(p.sight(target), 'dns')! - Date.now())).toBeLessThan(minute);
    const theirs = p.nodes.asClockOf(p.sight(target), snapshot);
    expect(theirs.checks[0]!.current!.lastAt - snapshot.checks[0]!.current!.lastAt).toBe(clockOffsetMs);
    await p.poller.pollNow();
    expect(p.events(target)).toEqual(['clock']);
    hourAhead.jump(-60 * minute);
    await p.poller.pollNow();
    expect(p.troubles(target)).toEqual([]);
  });
});
