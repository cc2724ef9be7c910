// The day that all of this is for: primary, collector and network are gone, and the standby still knows whether it could go on.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PairReview } from '../../src/contract/fleet.ts';
import type { Receipt } from '../../src/contract/receipt.ts';
import { type FleetProcesses, startFleet } from '../support/fleet-process.ts';
import { understudy } from '../support/understudy.ts';

const pairAt = ({ at }: FleetProcesses): readonly string[] => ['fleet', 'billing', 'app1', '--collector', at.collector, '--format', 'json'];
const isLeft = (stdout: string): boolean => stdout.startsWith('{') && (JSON.parse(stdout) as PairReview).twin.leftAt !== null;

async function killAllThree(fleet: FleetProcesses): Promise<void> {
  await fleet.kill(fleet.collector);
  await fleet.kill(fleet.primary);
  expect((await understudy(pairAt(fleet))).code).toBe(3);
}

test('a standby that is behind says so at its own gate, with its primary and the collector killed', { timeout: 180_000 }, async () => {
  const fleet = await startFleet({ primary: 'ol9-uek7-good', standby: 'ol9-uek7-updates-waiting' });
  await fleet.until(pairAt(fleet), ({ code, stdout }) => code === 1 && isLeft(stdout));
  await killAllThree(fleet);

  const file = join(fleet.folder, 'receipt.json');
  const gate = await understudy(['gate', '--local', '--agent', fleet.at.standby, '--max-age', '10m', '--receipt', file]);
  expect(gate.code).toBe(1);
  expect(gate.stdout.trimEnd().split('\n').at(-1)).toContain('DEGRADED');
  const receipt = JSON.parse(readFileSync(file, 'utf8')) as Receipt;
  const [pair] = receipt.pairs;
  expect(receipt.issuer.kind).toBe('agent');
  expect(pair?.findings.map(({ code }) => code)).toContain('kernel/behind-primary');
  expect(pair?.primary?.name).toBe('app1-primary');

  const closed = await understudy(['gate', '--local', '--agent', fleet.at.standby, '--fail-on', 'degraded']);
  const open = await understudy(['gate', '--local', '--agent', fleet.at.standby, '--fail-on', 'not-ready']);
  expect([closed.code, open.code]).toEqual([1, 0]);
});

test('a finding that was waived in the fleet is waived on the standby that is left alone', { timeout: 180_000 }, async () => {
  const fleet = await startFleet({ primary: 'ol9-uek7-good', standby: 'ol9-uek7-updates-waiting' });
  const seen = await fleet.until(pairAt(fleet), ({ code, stdout }) => code === 1 && isLeft(stdout));
  for (const { code, subject, severity } of (JSON.parse(seen.stdout) as PairReview).findings) {
    if (severity === 'note') continue;
    const words = ['waive', 'billing', 'app1', code, subject, '--collector', fleet.at.collector];
    const waived = await understudy([...words, '--reason', 'patched with the next window', '--until', '7d', '--author', 'Ada']);
    expect([waived.code, waived.stderr]).toEqual([0, '']);
  }
  const { leftAt } = (JSON.parse(seen.stdout) as PairReview).twin;
  await fleet.until(pairAt(fleet), ({ code, stdout }) => code === 0 && (JSON.parse(stdout) as PairReview).twin.leftAt! > leftAt!);
  await killAllThree(fleet);

  const gate = await understudy(['gate', '--local', '--agent', fleet.at.standby, '--format', 'json']);
  expect(gate.code).toBe(0);
  const receipt = JSON.parse(gate.stdout) as Receipt;
  expect(receipt.waivers.map(({ author }) => author)).toContain('Ada');
  expect(receipt.counts.waived).toBeGreaterThan(0);
});
