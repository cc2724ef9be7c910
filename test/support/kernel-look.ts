// Looks at recorded machines with the kernel probe and judges what was seen, for its tests.
import { expect } from 'vitest';
import type { NodeIdentity } from '../../src/contract/node.ts';
import type { Outcome, Reading } from '../../src/contract/outcome.ts';
import type { EarlierLook } from '../../src/contract/probe.ts';
import { schemaProblems } from '../../src/contract/schema.ts';
import { openRecorded, type RecordedMachine } from '../../src/machine/recorded.ts';
import type { KernelFacts } from '../../src/probes/kernel/facts.ts';
import { probe } from '../../src/probes/kernel/index.ts';
import { defaultSettings, type KernelSettings } from '../../src/probes/kernel/settings.ts';

const node = { id: '', name: '', role: null, group: null, twin: null, site: {}, version: '' } satisfies NodeIdentity;

export const named = (name: string): Promise<RecordedMachine> =>
  openRecorded(new URL(`../../src/probes/kernel/fixtures/machines/${name}`, import.meta.url).pathname);

export interface Look {
  readonly now: number;
  readonly facts: KernelFacts;
  readonly readings: readonly Reading[];
}

export async function look(
  machine: RecordedMachine | string,
  settings: KernelSettings = defaultSettings,
  earlier?: EarlierLook<KernelFacts>,
): Promise<Look> {
  const opened = typeof machine === 'string' ? await named(machine) : machine;
  const { signal } = new AbortController();
  const outcome: Outcome<KernelFacts> = await probe.observe(opened.forLook(signal), settings, signal, earlier);
  if (outcome.kind !== 'observed') throw new Error(`not observed: ${outcome.detail}`);
  expect(schemaProblems(probe.facts, outcome.facts)).toEqual([]);
  return { now: opened.now(), facts: outcome.facts, readings: outcome.readings ?? [] };
}

export interface Said {
  readonly code: string;
  readonly subject: string;
  readonly expected: string;
  readonly actual: string;
  readonly remedy: string;
}

export function alone({ facts, readings, now }: Look, settings = defaultSettings): readonly Said[] {
  return probe.rules.flatMap((rule) =>
    rule.kind === 'alone'
      ? rule.judge(facts, { now, node, settings, readings }).map((draft) => ({ ...draft, code: rule.code, remedy: rule.remedy(draft) }))
      : [],
  );
}

export function beside(standby: Look, primary: Look, settings = defaultSettings): readonly Said[] {
  const side = { node, settings, readings: [], seenAt: standby.now };
  const context = { now: standby.now, standby: side, primary: side };
  return probe.rules.flatMap((rule) =>
    rule.kind === 'paired'
      ? rule.judge(standby.facts, primary.facts, context).map((draft) => ({ ...draft, code: rule.code, remedy: rule.remedy(draft) }))
      : [],
  );
}

export const codes = (said: readonly Said[]): readonly string[] =>
  said.map((one) => `${one.code.replace('kernel/', '')}: ${one.subject}`).sort();
