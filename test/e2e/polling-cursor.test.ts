// Any order of looks, polls, restarts, lost commits, retention, reinstallations and rollbacks: every row of the present history is here once,
// or is said to be gone.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { observed, unseen } from '../../src/contract/outcome.ts';
import type { FleetStore } from '../../src/store/fleet/store.ts';
import { fakeClock, minute, temporaryFolder } from '../support/agent.ts';
import { type Polling, polling, targetOf } from '../support/polling.ts';
import { type ScriptedAgent, scriptedAgent } from '../support/scripted-agent.ts';

type Step =
  | { readonly kind: 'look'; readonly check: string; readonly value: number }
  | { readonly kind: 'poll' }
  /** A poll of which nothing reaches the disk. */
  | { readonly kind: 'lose' }
  | { readonly kind: 'restart-agent' }
  | { readonly kind: 'restart-collector' }
  /** As by kill -9: what was only in memory is gone. */
  | { readonly kind: 'kill-collector' }
  | { readonly kind: 'retain'; readonly keepMinutes: number }
  | { readonly kind: 'reinstall' }
  | { readonly kind: 'save' }
  | { readonly kind: 'roll-back' };

interface Row {
  readonly check: string;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly count: number;
}

/** One run: the agent's real history as the test knows it, and a collector that comes and goes. */
class Story {
  readonly folder = temporaryFolder();
  now = Date.parse('2026-03-01T00:00:00Z');
  truth = new Map<number, Row>();
  saved: Map<number, Row> | null = null;
  isLosing = false;
  readonly agent: ScriptedAgent;
  polling: Polling;

  constructor(agent: ScriptedAgent) {
    this.agent = agent;
    agent.now = () => this.now;
    this.polling = this.begin();
  }

  begin(): Polling {
    const losing = (store: FleetStore): FleetStore => ({
      ...store,
      together: (act) =>
        store.together(() => {
          const done = act();
          if (this.isLosing) throw new Error('lost');
          return done;
        }),
    });
    return polling({
      targets: [targetOf(this.agent.url)],
      folder: this.folder,
      clock: { ...fakeClock(), now: () => this.now },
      through: losing,
    });
  }

  async poll(): Promise<void> {
    await this.polling.poller.pollNow();
  }

  async play(step: Step): Promise<void> {
    this.now += minute;
    switch (step.kind) {
      case 'look': {
        const outcome = step.value === 2 ? unseen('denied', 'no') : observed({ value: step.value });
        const seq = this.agent.look(step.check, outcome, { at: this.now });
        const before = this.truth.get(seq);
        const { firstAt = this.now, count = 0 } = before ?? {};
        this.truth.set(seq, { check: step.check, firstAt, lastAt: this.now, count: count + 1 });
        break;
      }
      case 'poll':
        await this.poll();
        break;
      case 'lose':
        this.isLosing = true;
        await this.poll();
        this.isLosing = false;
        break;
      case 'restart-agent':
        this.agent.restart();
        break;
      case 'restart-collector':
        await this.polling.stop();
        this.polling = this.begin();
        break;
      case 'kill-collector':
        this.polling.http.close();
        this.polling.store.close();
        this.polling = this.begin();
        break;
      case 'retain':
        while (this.agent.store().maintain(this.now, { keepMs: step.keepMinutes * minute, bytesMax: 1e12 }));
        break;
      case 'reinstall':
        this.agent.reinstall();
        this.truth = new Map();
        break;
      case 'save':
        this.agent.save();
        this.saved = new Map(this.truth);
        break;
      case 'roll-back':
        if (this.saved === null) break;
        this.agent.rollBack();
        this.truth = new Map(this.saved);
        break;
    }
  }

  /** What the collector has of the present history. */
  rows(): ReadonlyMap<number, Row> {
    const { nodes, store } = this.polling;
    const { stream, standing } = nodes.kept(nodes.all()[0]!);
    const rows = ['a', 'b', 'c'].flatMap((check) => store.observations.history(stream!, check, { limit: 1_000 }));
    const stands = new Map(standing.map((row) => [row.seq, row]));
    return new Map(
      rows.map(({ seq, check, firstAt, lastAt, count }) => {
        const now = stands.get(seq) ?? { lastAt, count };
        return [seq, { check, firstAt, lastAt: now.lastAt, count: now.count }];
      }),
    );
  }

  events(): readonly string[] {
    return this.polling.events(targetOf(this.agent.url));
  }

  async end(): Promise<void> {
    await this.polling.stop();
    await this.agent.close();
  }
}

async function tell(steps: readonly Step[]): Promise<Story> {
  const story = new Story(await scriptedAgent({ rowsMax: 3 }));
  for (const step of steps) await story.play(step);
  await story.poll();
  await story.poll();
  return story;
}

const look = fc.record({
  kind: fc.constant('look' as const),
  check: fc.constantFrom('a', 'b', 'c'),
  value: fc.integer({ min: 0, max: 2 }),
});
const plain = (kind: Exclude<Step['kind'], 'look' | 'retain'>): fc.Arbitrary<Step> => fc.constant({ kind });
const common = [
  { weight: 12, arbitrary: look },
  { weight: 4, arbitrary: plain('poll') },
  { weight: 2, arbitrary: plain('lose') },
  { weight: 1, arbitrary: plain('restart-agent') },
  { weight: 1, arbitrary: plain('restart-collector') },
  { weight: 1, arbitrary: plain('kill-collector') },
];
const sorted = (rows: ReadonlyMap<number, Row>): readonly (readonly [number, Row])[] => [...rows].sort(([a], [b]) => a - b);

test('every row is here once, with its first look, its end and its count', async () => {
  const steps = fc.array(fc.oneof(...common), { maxLength: 40 });
  const property = fc.asyncProperty(steps, async (played) => {
    const story = await tell(played);
    expect(sorted(story.rows())).toEqual(sorted(story.truth));
    expect(story.events()).toEqual([]);
    await story.end();
  });
  await fc.assert(property, { numRuns: 20 });
});

test('with histories that begin anew or go back, the present one is here and no row of another', async () => {
  const changes = [
    { weight: 1, arbitrary: plain('reinstall') },
    { weight: 1, arbitrary: plain('save') },
    { weight: 1, arbitrary: plain('roll-back') },
  ];
  const property = fc.asyncProperty(fc.array(fc.oneof(...common, ...changes), { maxLength: 40 }), async (played) => {
    const story = await tell(played);
    const part = (rows: ReadonlyMap<number, Row>) => sorted(rows).map(([seq, { check, firstAt }]) => [seq, check, firstAt]);
    expect(part(story.rows())).toEqual(part(story.truth));
    expect(story.events().filter((kind) => kind !== 'reinstalled' && kind !== 'rolled-back')).toEqual([]);
    await story.end();
  });
  await fc.assert(property, { numRuns: 20 });
});

test('with retention on the agent, what is not here was said to be gone', async () => {
  const retain = fc.record({ kind: fc.constant('retain' as const), keepMinutes: fc.integer({ min: 1, max: 20 }) });
  // The first poll of a history finds it as it is: what went before is nothing that was lost here.
  const begun: readonly Step[] = [{ kind: 'look', check: 'a', value: 0 }, { kind: 'poll' }];
  const property = fc.asyncProperty(fc.array(fc.oneof(...common, { weight: 2, arbitrary: retain }), { maxLength: 50 }), async (played) => {
    const story = await tell([...begun, ...played]);
    const rows = story.rows();
    const missing = [...story.truth.keys()].filter((seq) => !rows.has(seq));
    expect(missing.length === 0 || story.events().includes('history-cut')).toBe(true);
    for (const [seq, row] of rows) expect(story.truth.get(seq)).toEqual(row);
    await story.end();
  });
  await fc.assert(property, { numRuns: 20 });
});
