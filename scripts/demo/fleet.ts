// Asks the collector of the demonstration: until it has judged every pair, and to accept a finding.
import { setTimeout as pause } from 'node:timers/promises';
import type { FleetLines } from '../../src/contract/fleet-lines.ts';

/** Everything starts at once, also on a machine that has better things to do. */
const judgedMsMax = 120_000;
const askAgainMs = 200;

/** Resolves when each check of each machine has been looked at, and what was seen is judged. */
export async function untilJudged(collector: string, signal: AbortSignal): Promise<void> {
  const until = performance.now() + judgedMsMax;
  while (performance.now() < until) {
    const fleet = await fleetOf(collector);
    const pairs = fleet?.groups.flatMap((group) => group.pairs) ?? [];
    if (pairs.length > 0 && pairs.every(({ asOf, primaryAsOf }) => asOf !== null && primaryAsOf !== null)) return;
    await pause(askAgainMs, undefined, { signal });
  }
  throw new Error(`the collector at ${collector} has not judged every pair within ${judgedMsMax / 1_000} s`);
}

/** Null while nobody answers there. */
async function fleetOf(collector: string): Promise<FleetLines | null> {
  const answer = await fetch(`${collector}/v1/fleet`).catch(() => null);
  return answer?.ok === true ? ((await answer.json()) as FleetLines) : null;
}

export interface Acceptance {
  readonly group: string;
  readonly pair: string;
  readonly code: string;
  readonly subject: string;
  readonly author: string;
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly until: number;
}

export async function waive(collector: string, acceptance: Acceptance): Promise<void> {
  const answer = await fetch(`${collector}/v1/waivers`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(acceptance),
  });
  if (!answer.ok)
    throw new Error(`waiving ${acceptance.code} of ${acceptance.pair}: the collector answered ${answer.status}: ${await answer.text()}`);
}
