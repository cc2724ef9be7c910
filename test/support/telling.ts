// A part of the collector that tells, with a real history, real sockets and a clock that stands still.
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createHttpClient } from '../../src/collector/http/client.ts';
import { createTell, type News, type Tell } from '../../src/collector/tell/tell.ts';
import type { ChannelConfig } from '../../src/config/fleet-config.ts';
import { openFleetStore } from '../../src/store/fleet/open.ts';
import type { FleetStore } from '../../src/store/fleet/store.ts';
import { type FakeClock, fakeClock, listeningLog, settled, temporaryFolder } from './agent.ts';
import { write } from './fleet-news.ts';

export interface Telling {
  readonly clock: FakeClock;
  readonly log: ReturnType<typeof listeningLog>;
  readonly folder: string;
  tell(): Tell;
  store(): FleetStore;
  /** From now on the fleet file says these. */
  configure(channels: readonly ChannelConfig[]): void;
  /** Groups and pairs that are judged. */
  judge(groups: Readonly<Record<string, readonly string[]>>): void;
  /** It became so: written and told in one transaction, as the review does. */
  happens(...news: readonly News[]): void;
  /** Lets time go on in steps, after each of which everything that is under way ends. */
  pass(ms: number, stepMs?: number): Promise<void>;
  /** The collector ends and begins again with the same history. */
  restart(): Promise<void>;
}

export function telling(channels: readonly ChannelConfig[], wish: { readonly isStarted?: boolean } = {}): Telling {
  const folder = temporaryFolder();
  const [clock, log] = [fakeClock(), listeningLog()];
  let config = { tell: channels };
  let groups: readonly { readonly group: string; readonly pairs: readonly { readonly pair: string }[] }[] = [];
  const client = createHttpClient();
  let underWay = 0;
  // The real client; counted, so that a test knows when nothing is under way.
  const http = {
    send: (...asked: Parameters<typeof client.send>) => {
      underWay++;
      return client.send(...asked).finally(() => underWay--);
    },
  };

  const begin = (): { readonly store: FleetStore; readonly tell: Tell } => {
    const store = openStore(folder, clock.now());
    const tell = createTell({
      ...{ config: () => config, store, http, clock, log },
      ...{ collector: 'collector-fra', groups: () => groups, random: () => 1 },
    });
    if (wish.isStarted !== false) tell.start();
    return { store, tell };
  };
  let running = begin();
  const end = async (): Promise<void> => {
    await running.tell.stop();
    running.store.close();
  };
  onTestFinished(async () => {
    await end();
    client.close();
  });

  return {
    clock,
    log,
    folder,
    tell: () => running.tell,
    store: () => running.store,
    configure: (next) => {
      config = { tell: next };
    },
    judge: (names) => {
      groups = Object.entries(names).map(([group, pairs]) => ({ group, pairs: pairs.map((pair) => ({ pair })) }));
    },
    happens: (...news) =>
      running.store.together(() => {
        for (const one of news) write(running.store, one);
        running.tell.news(news);
      }),
    pass: async (ms, stepMs = 1_000) => {
      for (let passed = 0; passed < ms; passed += stepMs) {
        await clock.advance(Math.min(stepMs, ms - passed));
        await quiet(() => underWay);
      }
    },
    restart: async () => {
      await end();
      running = begin();
    },
  };
}

function openStore(folder: string, now: number): FleetStore {
  const opened = openFleetStore({ file: join(folder, 'collector.db'), now });
  if (opened.kind !== 'opened') throw new Error(`the history could not be opened: ${opened.kind}`);
  return opened.store;
}

/** Answers come in real time, whatever the clock says. */
async function quiet(underWay: () => number): Promise<void> {
  await settled();
  while (underWay() > 0) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    await settled();
  }
}
