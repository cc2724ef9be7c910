// What the dashboard weighs, how soon it stands there and whether it keeps up, beside the same fleet as one plain table.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { buildDashboard, dashboardFolder } from '../scripts/dashboard.ts';
import type { Matrix } from '../src/contract/matrix.ts';
import { launchChromium } from '../test/support/browser.ts';
import { needsPackages } from '../test/support/packages.ts';
import { collectorPort, writeFleetFile } from './fleet/fleet-file.ts';
import { places } from './fleet/place.ts';
import { startSimulation } from './fleet/simulation.ts';
import { cpuMs, otherCore, pause, startOn, stop } from './processes.ts';
import { type Painting, paintingOf } from './web/paint.ts';
import { servePeer } from './web/peer.ts';
import { type Scrolling, scrollingOf } from './web/scroll.ts';
import { type FileSize, sizesOf } from './web/sizes.ts';

export interface WebFigures {
  readonly sizes: readonly FileSize[];
  readonly fleets: readonly FleetFigures[];
}

export interface FleetFigures {
  readonly pairs: number;
  /** Of `GET /v1/matrix`. */
  readonly matrixBytes: number;
  readonly ours: Seen;
  readonly peer: Seen;
}

export interface Seen {
  readonly painting: Painting;
  readonly scrolling: Scrolling;
}

const fleetSizes = [3, 300, 1_000];
const loads = 9;
/** Where a pair stands on either page. */
const pairOf = { ours: '.matrix-row[data-kind="pair"]', peer: '.pair' };

export async function measureWeb(): Promise<WebFigures> {
  needsPackages('chromium');
  await buildDashboard();
  const browser = await launchChromium();
  try {
    const fleets: FleetFigures[] = [];
    for (const pairs of fleetSizes) fleets.push(await measureFleet(browser, pairs));
    return { sizes: sizesOf(dashboardFolder), fleets };
  } finally {
    await browser.close();
  }
}

async function measureFleet(browser: Browser, pairs: number): Promise<FleetFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-bench-web-'));
  const count = pairs * 2;
  const agents = await startSimulation(count, null);
  const file = writeFleetFile({ folder, count, everyS: 60, isTls: false });
  const collector = startOn(otherCore, ['bin/understudy', 'collector', '--config', file]);
  try {
    const matrix = await untilJudged(count);
    await untilQuiet(collector.pid!);
    const { url, server } = await servePeer(matrix);
    const ours = await seenOf(browser, `http://127.0.0.1:${collectorPort}/`, pairOf.ours);
    const peer = await seenOf(browser, url, pairOf.peer);
    server.close();
    return { pairs, matrixBytes: JSON.stringify(matrix).length, ours, peer };
  } finally {
    await stop(collector);
    await stop(agents.child);
    rmSync(folder, { recursive: true });
  }
}

async function seenOf(browser: Browser, url: string, pair: string): Promise<Seen> {
  return { painting: await paintingOf(browser, { url, pair, loads }), scrolling: await scrollingOf(browser, { url, pair }) };
}

const judgedMsMax = 300_000;

async function untilJudged(count: number): Promise<Matrix> {
  const dead = places(count).filter(({ liveness }) => liveness !== 'alive').length;
  const end = performance.now() + judgedMsMax;
  while (performance.now() < end) {
    await pause(1_000);
    const answer = await fetch(`http://127.0.0.1:${collectorPort}/v1/matrix`).catch(() => null);
    if (answer?.ok !== true) continue;
    const matrix = (await answer.json()) as Matrix;
    const unjudged = matrix.groups.flatMap(({ pairs }) => pairs).filter(({ verdict }) => verdict !== 'ready');
    if (unjudged.length <= dead) return matrix;
  }
  throw new Error('the collector has not judged its fleet within five minutes');
}

const quietMsMax = 180_000;
const lookEveryMs = 10_000;
/** Of a core: a minute's round of a thousand pairs is less. */
const quietShare = 0.2;

/** The first round leaves forecasts behind that are made bit by bit: what is measured then is them. */
async function untilQuiet(pid: number): Promise<void> {
  const end = performance.now() + quietMsMax;
  for (let before = cpuMs(pid); performance.now() < end; before = cpuMs(pid)) {
    await pause(lookEveryMs);
    if (cpuMs(pid) - before < quietShare * lookEveryMs) return;
  }
}
