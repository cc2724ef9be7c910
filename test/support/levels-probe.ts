// A probe whose facts are a level and named parts, with a rule of each kind: enough for a pair to be judged by.
import * as Type from 'typebox/type';
import { observed } from '../../src/contract/outcome.ts';
import { type AnyProbe, defineProbe } from '../../src/contract/probe.ts';

export interface Levels {
  readonly level: number;
  readonly parts: readonly { readonly name: string; readonly version: string }[];
}

export const levels: AnyProbe = defineProbe({
  id: 'levels',
  title: 'Levels',
  gap: 'kernel',
  factsVersion: 1,
  settings: Type.Object({}),
  facts: Type.Object({
    level: Type.Integer(),
    parts: Type.Array(Type.Object({ name: Type.String(), version: Type.String() })),
  }),
  readings: {},
  defaults: { everyMs: 1_000, timeoutMs: 1_000, staleAfterMs: 60_000 },
  withoutConfig: { settings: {} },
  absentOnStandby: 'blocker',
  summary: ({ level }) => `level ${level}`,
  observe: async () => observed({ level: 0, parts: [] }),
  rules: [
    {
      kind: 'alone',
      code: 'levels/low',
      severity: 'warning',
      title: 'The level is below zero',
      why: 'Nothing runs below zero.',
      remedy: () => '$ raise',
      judge: ({ level }) => (level < 0 ? [{ subject: 'level', expected: '0', actual: `${level}` }] : []),
    },
    {
      kind: 'paired',
      code: 'levels/behind',
      severity: 'blocker',
      title: 'The standby is behind',
      why: 'It would run an older level.',
      remedy: ({ expected }) => `$ raise --to ${expected}`,
      judge: (standby, primary) =>
        standby.level < primary.level ? [{ subject: 'level', expected: `${primary.level}`, actual: `${standby.level}` }] : [],
    },
    {
      kind: 'paired',
      code: 'levels/part-differs',
      severity: 'warning',
      title: 'A part differs',
      why: 'It may behave differently.',
      remedy: ({ subject }) => `$ mend ${subject}`,
      judge: (standby, primary) =>
        primary.parts.flatMap(({ name, version }) => {
          const actual = standby.parts.find((one) => one.name === name)?.version ?? 'missing';
          return actual === version ? [] : [{ subject: name, expected: version, actual }];
        }),
    },
  ],
});
