// npm run demo [-- --port N] [-- --keep]: a fleet of six recorded machines on loopback, each with an agent, and a collector above them.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bringUp, type Fleet } from './demo/bring-up.ts';
import { freePorts, isFree } from './demo/ports.ts';
import { createPrograms, type Programs, understudy } from './demo/programs.ts';
import { told } from './demo/told.ts';

const usualPort = 7808;

const values = optionsOf(process.argv.slice(2));
const ending = new AbortController();
// A terminal that is closed says HUP, which agents take for "read your configuration again".
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());
const ended = once(ending.signal, 'abort');

process.exitCode = await demonstrate(mkdtempSync(join(tmpdir(), 'understudy-demo-')));

function optionsOf(argv: readonly string[]) {
  try {
    const { port, keep } = parseArgs({ args: [...argv], options: { port: { type: 'string' }, keep: { type: 'boolean' } } }).values;
    if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) < 65_536)) throw new Error(`--port takes a TCP port, not ${port}`);
    return { port: port === undefined ? null : Number(port), keep: keep === true };
  } catch (error) {
    console.error(`demo: ${error instanceof Error ? error.message : error}\nnpm run demo [-- --port N (0 for any)] [-- --keep]`);
    process.exit(64);
  }
}

async function demonstrate(folder: string): Promise<number> {
  const programs = createPrograms(join(folder, 'logs'));
  try {
    const running = shownFleet(folder, programs);
    await Promise.race([running, programs.broken, ended]);
    if (!ending.signal.aborted) console.log(told({ folder, ...(await running) }));
    await Promise.race([programs.broken, ended]);
    return 0;
  } catch (error) {
    if (ending.signal.aborted) return 0;
    console.error(`the demonstration failed: ${error instanceof Error ? error.message : error}`);
    return 1;
  } finally {
    // Ends what still waits for a program that will never answer.
    ending.abort();
    await programs.stop();
    if (values.keep) console.log(`kept: ${folder}`);
    else rmSync(folder, { recursive: true });
  }
}

async function shownFleet(folder: string, programs: Programs): Promise<Fleet> {
  console.log('Starting six agents, each on a recorded machine, and a collector …');
  const fleet = await bringUp({ folder, programs, signal: ending.signal, collectorPort });
  await showFleet(fleet.collector);
  return fleet;
}

/** The usual one, so that commands need no address; any other where that is taken. */
async function collectorPort(): Promise<number> {
  if (values.port !== null && values.port !== 0) {
    if (await isFree(values.port)) return values.port;
    throw new Error(`something listens on port ${values.port} already: give another one, or --port 0 for any`);
  }
  if (values.port === null && (await isFree(usualPort))) return usualPort;
  const [port = 0] = await freePorts(1);
  return port;
}

async function showFleet(collector: string): Promise<void> {
  const shown = understudy(['fleet', '--collector', collector], ['ignore', 'inherit', 'inherit']);
  ending.signal.addEventListener('abort', () => shown.kill());
  await once(shown, 'exit');
}
