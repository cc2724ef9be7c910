// Every case of test/fixtures/oci is judged by a probe's own table, read by whoever asks for such a body, or named here with the reason why
// nothing reads it. A case that is added and forgotten fails.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type OciOperationName, ociOperations } from '../../src/contract/oci-operations.ts';
import { regionProbes } from '../../src/probes/registry.generated.ts';
import { callsOf, caseOf, casesOf, type OciCase, regionOf, scopeOf, snapshotOf } from '../support/oci-cases.ts';

const root = resolve(import.meta.dirname, '../..');

/** The tables that hold a gap's cases against their verdicts and subjects. */
const tables: Readonly<Record<string, string>> = {
  '1-database': 'src/probes/databases/databases.test.ts',
  '2-artifacts': 'src/probes/registry/registry.test.ts',
  '3-secrets': 'src/probes/secrets/secrets.test.ts',
  '4-os': 'src/probes/managed-instances/managed-instances.test.ts',
  '5-network': 'src/probes/network/cases.test.ts',
  '6-iam': 'src/probes/iam/cases.test.ts',
  '7-tls': 'src/probes/balancers/cases.test.ts',
  '10-dns': 'src/probes/zones/cases.test.ts',
  fsdr: 'src/probes/protection-groups/cases.test.ts',
};

/** Judged, or read, where no table of a gap says so. */
const elsewhere: Readonly<Record<string, string>> = {
  'agent-plugins-run-command-stopped': 'src/probes/managed-instances/managed-instances.test.ts',
  'auth-signing-vectors': 'test/e2e/oci-double.test.ts',
  'auth-instance-principal': 'test/support/oci/federation.ts',
  errors: 'test/e2e/tenancy-cases.test.ts',
  'real-fragment-steeringAnswers-published': 'src/probes/zones/cases.test.ts',
  'real-fragment-steeringRules-published': 'src/probes/zones/cases.test.ts',
};

const nothingReads: Readonly<Record<string, string>> = {
  'agent-run-ok': 'no command is ever sent to an instance',
  'agent-run-failed': 'no command is ever sent to an instance',
  'agent-run-timed-out': 'no command is ever sent to an instance',
  'agent-run-not-delivered': 'no command is ever sent to an instance',
  'metrics-post-ok': 'nothing is written to OCI Monitoring',
  'metrics-post-partial': 'nothing is written to OCI Monitoring',
  'ons-publish-ok': 'nothing is published to OCI Notifications',
  'real-monitoring-summarizeMetricsData-published': 'metrics are not read',
  'real-fragment-createCommandContent-published': 'no command is ever sent to an instance',
};

const isAsked = (operation: string): operation is OciOperationName => Object.hasOwn(ociOperations, operation);
const isJudged = ({ verdict, gap }: OciCase): boolean => verdict !== 'n/a' && tables[gap] !== undefined;
const isNamed = ({ id }: OciCase): boolean => elsewhere[id] !== undefined || nothingReads[id] !== undefined;
/** Bodies without a verdict: whoever asks for such a body must bear it. */
const shapes = casesOf().filter((one) => !isJudged(one) && !isNamed(one));

const text = (file: string): string => readFileSync(resolve(root, file), 'utf8');

it('152 cases: each is judged, read, or named with a reason', () => {
  const judged = casesOf().filter(isJudged);
  const named = casesOf().filter((one) => !isJudged(one) && isNamed(one));
  expect({ cases: casesOf().length, judged: judged.length, shapes: shapes.length, named: named.length }).toEqual({
    cases: 152,
    judged: 106,
    shapes: 31,
    named: 15,
  });
});

it.each(Object.entries(tables))('the cases of %s are held against their verdicts in %s', (gap, file) => {
  expect(text(file)).toContain(`casesOf('${gap}')`);
  expect(text(file)).toContain('faultsOf(');
});

it.each(Object.entries(elsewhere))('%s is used in %s', (id, file) => {
  const names = [id, ...caseOf(id).files.map((path) => path.split('/').at(-1)!)];
  const words = text(file);
  expect(names.some((name) => words.includes(name)) || words.includes('casesOf()') || id === 'auth-instance-principal').toBe(true);
});

describe.each(shapes.map(({ id }) => id))('%s', (id) => {
  it('holds only answers to what is asked for', () => {
    expect(callsOf(id, 'primary').length + callsOf(id, 'standby').length).toBeGreaterThan(0);
    expect(callsOf(id, 'standby').every(({ operation }) => isAsked(operation))).toBe(true);
  });

  it.each([...regionProbes.values()])('is borne by $id', async (probe) => {
    const snapshot = await snapshotOf({ probe, region: regionOf(id, 'standby'), scope: scopeOf('standby'), role: 'standby' });
    const outcome = snapshot.checks[0]!.current!.outcome;
    expect(outcome.kind === 'unseen' ? outcome : 'seen').toBe('seen');
  });
});
