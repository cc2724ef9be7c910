// A probe that compares the names of two regions' virtual cloud networks. Needs no test runner, so that programs of their own can have it.
import * as Type from 'typebox/type';
import { observed, unseen } from '../../src/contract/outcome.ts';
import { type AnyProbe, defineRegionProbe } from '../../src/contract/probe.ts';
import { noRegion, scopeSetting } from '../../src/contract/region.ts';

export const vcns: AnyProbe = defineRegionProbe({
  id: 'vcns',
  title: 'Networks',
  gap: 'network-rules',
  factsVersion: 1,
  settings: Type.Object({ ...scopeSetting }, { additionalProperties: false }),
  facts: Type.Object({ names: Type.Array(Type.String()) }, { additionalProperties: false }),
  readings: {},
  defaults: { everyMs: 3_600_000, timeoutMs: 10_000, staleAfterMs: 14_400_000 },
  withoutConfig: noRegion,
  absentOnStandby: 'blocker',
  summary: ({ names }) => `${names.length} networks`,
  observe: async (tenancy, { scope }) => {
    const lists = await Promise.all(Object.values(scope.compartments).map((compartmentId) => tenancy.list('listVcns', { compartmentId })));
    const failed = lists.find(({ kind }) => kind === 'failed');
    if (failed?.kind === 'failed') return unseen(failed.reason, failed.detail);
    const entries = lists.flatMap((list) => (list.kind === 'list' ? list.items : []));
    return observed({ names: entries.map((entry) => (entry as { readonly displayName: string }).displayName).sort() });
  },
  rules: [
    {
      kind: 'paired',
      code: 'vcns/missing',
      severity: 'blocker',
      title: 'A network of the primary is not there',
      why: 'What lies in it has nowhere to start.',
      remedy: ({ subject }) => `$ oci network vcn create --display-name ${subject}`,
      judge: (standby, primary) =>
        primary.names.filter((name) => !standby.names.includes(name)).map((name) => ({ subject: name, expected: name, actual: 'nothing' })),
    },
  ],
});
