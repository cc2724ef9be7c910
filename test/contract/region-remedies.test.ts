// Whoever may name a thing in OCI writes into the remedies. A shell that is given one of their commands runs nothing of the name.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Role } from '../../src/contract/node.ts';
import { judge } from '../../src/judge/judge.ts';
import { regionProbes } from '../../src/probes/registry.generated.ts';
import { asOf, casesOf, regionOf, scopeOf, snapshotOf, topology } from '../support/oci-cases.ts';

/** Ends a word in either kind of quotes or in none, and leaves a trace with nothing but the shell itself. */
const payload = `'";\n: > TRACE; $(: > TRACE)\`: > TRACE\``;

/** What people may write; OCIDs, times and addresses are OCI's, and a name of the DNS has letters of its own. */
const written = /^(displayName|description|secretName|repositoryName|artifactPath|scriptCommand|certificateName|pool|name|statements)$/;
const isWritten = (key: string, value: string): boolean => written.test(key) && !(key === 'name' && value.includes('.'));

function spoilt(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return isWritten(key, value) ? `${value}${payload}` : value;
  if (Array.isArray(value)) return value.map((one) => spoilt(one, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, spoilt(one, name)]));
}

/** Zones and policies of the recorded cases lie in a compartment of their own. */
const settingsOf: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  zones: { compartments: [topology.compartments['shared-services']] },
};

async function commandsOf(probe: Parameters<typeof snapshotOf>[0]['probe'], caseId: string): Promise<readonly string[]> {
  const look = (role: Role) => {
    const region = regionOf(caseId, role, { under: caseId.startsWith('dns-') ? ['dns-failover-ok'] : [] });
    const calls = region.calls.map((call) => ({ ...call, body: spoilt(call.body) }));
    return snapshotOf({ probe, role, scope: scopeOf(role), settings: settingsOf[probe.id] ?? {}, region: { ...region, calls } });
  };
  const [twin, subject] = await Promise.all([look('primary'), look('standby')]);
  const { findings } = judge({ now: asOf, subject, twin, earlier: [], probes: new Map([[probe.id, probe]]) });
  return findings.flatMap(({ remedy }) => remedy.split('\n')).filter((line) => line.startsWith('$ '));
}

it.each([...regionProbes.values()])('no command of $id runs what a name says', async (probe) => {
  const cases = casesOf().filter(({ verdict }) => verdict !== 'n/a');
  const lines = new Set((await Promise.all(cases.map(({ id }) => commandsOf(probe, id)))).flat());
  expect(lines.size).toBeGreaterThan(0);
  const folder = mkdtempSync(join(tmpdir(), 'understudy-remedies-'));
  try {
    const wrong = [...lines].filter((line) => leavesTrace(folder, line.slice(2)));
    expect(wrong).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Placeholders in angle brackets are redirections to a shell: they are filled in, as whoever types the line does. */
function leavesTrace(folder: string, line: string): boolean {
  const work = join(folder, 'work');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work);
  writeFileSync(join(work, 'line.sh'), `${line.replace(/(?<=[\s=/])<[^<>'"]*>/g, 'FILLED')}\n`);
  spawnSync('/bin/sh', ['line.sh'], { cwd: work, env: { PATH: '/nowhere' }, timeout: 10_000 });
  return existsSync(join(work, 'TRACE'));
}
