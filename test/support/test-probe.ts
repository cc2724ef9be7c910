// A probe that answers what a test says. Needs no test runner, so that programs of their own can have it too.
import * as Type from 'typebox/type';
import type { Machine } from '../../src/contract/machine.ts';
import { observed } from '../../src/contract/outcome.ts';
import type { AnyProbe } from '../../src/contract/probe.ts';

/** A probe that answers what the test says, and counts how often it was asked. */
export interface TestProbe extends AnyProbe {
  answer: (machine: Machine, settings: unknown, signal: AbortSignal, earlier: unknown) => ReturnType<AnyProbe['observe']>;
  looks: number;
}

export function testProbe(id: string, more: Partial<AnyProbe> = {}): TestProbe {
  const probe: TestProbe = {
    looksAt: 'machine',
    id,
    title: id,
    gap: 'kernel',
    factsVersion: 1,
    settings: Type.Object({}),
    facts: Type.Object({ value: Type.String() }, { additionalProperties: false }),
    readings: { lagMs: 'for tests' },
    defaults: { everyMs: 60_000, timeoutMs: 10_000, staleAfterMs: 300_000 },
    withoutConfig: { settings: {} },
    absentOnStandby: 'blocker',
    rules: [],
    summary: (facts) => String(facts.value),
    answer: async () => observed({ value: 'same' }),
    looks: 0,
    observe: (machine, settings, signal, earlier) => {
      probe.looks++;
      return probe.answer(machine, settings, signal, earlier);
    },
    ...more,
  };
  return probe;
}
