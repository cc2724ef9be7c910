// An agent whose history a test writes: a real store, served over a real port, without schedule, machine or limits.
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Changes, NodeDescription } from '../../src/contract/changes.ts';
import type { Outcome } from '../../src/contract/outcome.ts';
import { packStanding } from '../../src/formats/standing-rows.ts';
import { openStore } from '../../src/store/open.ts';
import type { RecordedLook } from '../../src/store/record.ts';
import type { Store } from '../../src/store/store.ts';
import { temporaryFolder } from './agent.ts';

export interface ScriptedAgent {
  readonly url: string;
  readonly store: () => Store;
  nodeId: string;
  runId: string;
  /** Its clock; the real one unless the test says otherwise. */
  now: () => number;
  /** How it answers instead, where a test wants that. */
  answer: ((request: IncomingMessage, response: ServerResponse) => void) | null;
  /** Changes a page on its way out. */
  edit: (page: Changes) => unknown;
  /** Paths that were asked for. */
  readonly asked: string[];
  look(check: string, outcome: Outcome, more?: Partial<RecordedLook>): number;
  /** Another start of the agent. */
  restart(): void;
  /** A new history. */
  reinstall(): void;
  /** Copies the history aside, and puts the copy in its place again. */
  save(): void;
  rollBack(): void;
  close(): Promise<void>;
}

export const descriptionOf = (checks: readonly string[], more: Partial<NodeDescription['identity']> = {}): NodeDescription => ({
  identity: { id: 'n', name: 'app1', role: null, group: null, twin: null, site: {}, version: '0.0.0-test', ...more },
  checks: checks.map((check) => ({ check, probe: 'dns', settings: {}, staleAfterMs: 300_000, isRequired: true })),
  notTold: [],
});

let agents = 0;

export async function scriptedAgent(
  wish: {
    readonly description?: NodeDescription;
    readonly folder?: string;
    readonly port?: number /** Of a page. */;
    readonly rowsMax?: number;
  } = {},
): Promise<ScriptedAgent> {
  const file = join(wish.folder ?? temporaryFolder(), 'agent.db');
  const description = wish.description ?? descriptionOf(['a', 'b', 'c']);
  const number = ++agents;
  let runs = 0;
  let store = opened(file);
  const page = (path: string): Changes => {
    const { searchParams } = new URL(path, 'http://agent');
    const after = Number(searchParams.get('after') ?? 0);
    const { current, ...rows } = store.observations.changes(after, Math.min(Number(searchParams.get('limit') ?? 100), wish.rowsMax ?? 500));
    return {
      ...rows,
      ...packStanding(current, searchParams.get('named')),
      instanceId: store.instanceId,
      runId: agent.runId,
      nodeId: agent.nodeId,
      now: agent.now(),
      revision: 'r1',
      description: searchParams.get('known') === 'r1' ? null : { ...description, identity: { ...description.identity, id: agent.nodeId } },
    };
  };
  const server = createServer((request, response) => {
    agent.asked.push(request.url!);
    if (agent.answer !== null) agent.answer(request, response);
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(agent.edit(page(request.url!))));
  });
  await new Promise<void>((resolve) => server.listen(wish.port ?? 0, '127.0.0.1', resolve));
  const shut = (): void => store.close();
  const put = (from: string, to: string): void => {
    for (const suffix of ['', '-wal', '-shm']) {
      rmSync(to + suffix, { force: true });
      if (existsSync(from + suffix)) copyFileSync(from + suffix, to + suffix);
    }
  };
  const agent: ScriptedAgent = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    store: () => store,
    nodeId: `node-${number}`,
    runId: `run-${number}-0`,
    now: Date.now,
    answer: null,
    edit: (one) => one,
    asked: [],
    look: (check, outcome, more = {}) => {
      const look = { check, probe: 'dns', factsVersion: 1, outcome, readings: [], trail: [], at: agent.now(), tookMs: 1, ...more };
      return store.record([look])[0]!.seq;
    },
    restart: () => {
      agent.runId = `run-${number}-${++runs}`;
    },
    reinstall: () => {
      shut();
      put('/nowhere', file);
      store = opened(file);
      agent.restart();
    },
    save: () => {
      shut();
      put(file, `${file}.saved`);
      store = opened(file);
    },
    rollBack: () => {
      shut();
      put(`${file}.saved`, file);
      store = opened(file);
      agent.restart();
    },
    close: () => closed(server),
  };
  onTestFinished(async () => {
    await closed(server);
    shut();
  });
  return agent;
}

function opened(file: string): Store {
  const answer = openStore({ file, now: 0 });
  if (answer.kind !== 'opened') throw new Error(answer.kind);
  return answer.store;
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
