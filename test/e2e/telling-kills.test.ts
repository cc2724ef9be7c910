// kill -9 at any moment while findings open and resolve: each opened and each resolved is told exactly once, in order.
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { WebhookItem } from '../../src/collector/tell/webhook-body.ts';
import type { FindingEvent } from '../../src/contract/standing.ts';
import { openFleetStore } from '../../src/store/fleet/open.ts';
import { temporaryFolder } from '../support/agent.ts';
import { testAlertmanager } from '../support/alertmanager.ts';
import { fastClock } from '../support/fast-clock.ts';
import { webhookReceiver } from '../support/webhook-receiver.ts';

const program = resolve(import.meta.dirname, '../support/telling-program.ts');
const kills = process.env.UNDERSTUDY_SLOW === '1' ? 100 : 12;
/** Ten seconds in which a group's items are gathered are 50 ms. */
const times = 200;
const secret = 'of the receiver';

interface Ended {
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
  readonly output: string;
}

/** Killed at some moment after so much happened; never for null. */
async function run(args: readonly string[], killAfter: number | null): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  if (killAfter !== null) {
    while (output.split('.').length <= killAfter && child.exitCode === null) await delay(1);
    await delay(Math.random() * 40);
    child.kill('SIGKILL');
  }
  const [code, signal] = await closed;
  return { code, signal, output };
}

const toldAs = ({ kind, at, group, pair, finding }: FindingEvent): string => `${group}/${pair} ${finding.id} ${kind} ${at}`;

const receivedAs = (group: string | null, item: WebhookItem): readonly string[] =>
  item.kind === 'finding' ? [`${group}/${item.pair} ${item.finding.id} ${item.event} ${item.at}`] : [];

it(`each opened and each resolved is told exactly once over ${kills} kills`, { timeout: 300_000 }, async () => {
  const folder = temporaryFolder();
  const [file, secretFile] = [join(folder, 'collector.db'), join(folder, 'secret')];
  writeFileSync(secretFile, secret);
  const from = Date.now();
  const clock = fastClock(from, times);
  const receiver = await webhookReceiver(clock.now);
  const alertmanager = await testAlertmanager(clock.now);
  const args = [file, receiver.url, alertmanager.url, secretFile, String(from), String(times)];

  let waitedAfterKills = 0;
  for (let kill = 0; kill < kills; kill++) {
    const ended = await run(args, 5 + Math.random() * 40);
    expect(ended, ended.output).toMatchObject({ signal: 'SIGKILL' });
    waitedAfterKills += Number(/waiting (\d+)/.exec(ended.output)?.[1]);
  }
  expect(await run([...args, 'drain'], null)).toMatchObject({ code: 0 });
  // Kills that leave nothing behind prove nothing.
  expect(waitedAfterKills).toBeGreaterThan(kills);

  const opened = openFleetStore({ file, now: clock.now() });
  if (opened.kind !== 'opened') throw new Error(JSON.stringify(opened));
  const { store } = opened;
  const events = store.findings.events({ limit: 1_000_000 });
  const standing = store.findings
    .pairs()
    .flatMap(({ group, pair }) => store.findings.ofPair(group, pair, 0).map((finding) => ({ group, pair, finding })));
  store.close();

  // What was sent again has the id that it had.
  const taken = receiver.received.flatMap(({ message }) => message.items.map((item) => ({ group: message.group, item })));
  const byId = Map.groupBy(taken, ({ item }) => item.id);
  for (const same of byId.values()) expect(new Set(same.map(({ item }) => JSON.stringify(item))).size).toBe(1);

  // In each group in the order in which it became so, and nothing twice.
  for (const group of ['billing', 'payroll']) {
    const told = [...byId.values()].flatMap(([first]) => (first!.group === group ? receivedAs(group, first!.item) : []));
    expect(told).toEqual(events.filter((event) => event.group === group).map(toldAs));
    expect(told.length).toBeGreaterThan(50);
  }

  for (const { headers, body } of receiver.received) {
    const [, seconds, signature] = /^t=(\d+),v1=(.+)$/.exec(String(headers['understudy-signature'])) ?? [];
    expect(signature).toBe(createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex'));
  }

  // An Alertmanager holds what stands, and was told no end but those that there were.
  const nameOf = (group: string, pair: string, subject: string): string => `${group}/${pair} ${subject}`;
  const firing = alertmanager.firing().filter(({ labels }) => labels.alertname === 'UnderstudyFinding');
  expect(firing.map(({ labels }) => nameOf(labels.group!, labels.pair!, labels.subject!)).sort()).toEqual(
    standing
      .filter(({ finding }) => finding.state === 'open')
      .map(({ group, pair, finding }) => nameOf(group, pair, finding.id))
      .sort(),
  );
  const ends = new Set(
    events.filter(({ kind }) => kind === 'resolved').map(({ group, pair, finding, at }) => `${nameOf(group, pair, finding.id)} ${at}`),
  );
  const saidEnds = alertmanager
    .notified()
    .filter(({ kind, labels }) => kind === 'resolved' && labels.alertname === 'UnderstudyFinding')
    .map(({ labels, at }) => `${nameOf(labels.group!, labels.pair!, labels.subject!)} ${at}`);
  expect(saidEnds.length).toBeGreaterThan(10);
  expect(saidEnds.filter((end) => !ends.has(end))).toEqual([]);
  expect(new Set(saidEnds).size).toBe(saidEnds.length);
});
