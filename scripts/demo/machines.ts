// Writes the recorded machines of the demonstration, as of now, each into a folder of its own.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { parseDurationMs } from '../../src/contract/duration.ts';
import { type Authority, createAuthority, type Issued } from './certificates.ts';
import { layer } from './layers.ts';
import { type PlannedCertificate, type PlannedMachine, readPlan } from './plan.ts';
import { type Filling, fill } from './template.ts';

export interface DemoMachine {
  readonly name: string;
  readonly site: string;
  /** What `--machine` takes. */
  readonly folder: string;
  /** Where its agent is going to answer. */
  readonly address: string;
}

interface Places {
  /** What the machines are made of. */
  readonly from: string;
  /** Where everything of this run is kept. */
  readonly into: string;
  /** A free one for each machine. */
  readonly ports: readonly number[];
  readonly now: number;
}

export const plannedMachines = (from: string): readonly PlannedMachine[] => readPlan(join(from, 'machines.yaml'));

export function writeMachines({ from, into, ports, now }: Places): readonly DemoMachine[] {
  const own = createAuthority('Example AG', 'Example AG Root CA', now);
  const vendors = issuedOnce(createAuthority('Example Trust Services', 'Example Trust Services Root R2', now), now);
  return plannedMachines(from).map((planned, at) => {
    const port = String(ports[at]);
    const folder = join(into, 'machines', planned.name);
    const filling = { words: { ...planned.words, port, folder: into }, now };
    const layered = layer(
      planned.layers.map((name) => join(from, 'layers', name)),
      filling,
    );
    write(folder, 'packages.txt', layered.packages);
    write(folder, 'machine.yaml', stringify(withPackages(layered.machine)));
    write(folder, 'files/etc/understudy/agent.yaml', stringify(layered.agent));
    for (const [path, text] of layered.files) write(folder, join('files', path), text);
    for (const wanted of planned.certificates) writeCertificate(folder, own, wanted, filling);
    write(folder, 'files/etc/pki/ca-trust/source/anchors/example-root.pem', own.certificatePem);
    for (const file of chainFiles(layered.machine)) write(folder, file, vendors(file.replace(/\.pem$/, '')).certificatePem);
    return { name: planned.name, site: planned.site, folder, address: `http://127.0.0.1:${port}` };
  });
}

function write(folder: string, path: string, text: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const rpmQuestion = ['rpm', '-qa', '--qf', '%{NAME}\\t%{EPOCHNUM}\\t%{VERSION}\\t%{RELEASE}\\t%{ARCH}\\t%{INSTALLTIME}\\n'];

function withPackages(machine: { readonly commands?: unknown }) {
  const others: readonly unknown[] = Array.isArray(machine.commands) ? machine.commands : [];
  return { ...machine, commands: [{ argv: rpmQuestion, stdoutFile: 'packages.txt' }, ...others] };
}

function writeCertificate(
  folder: string,
  authority: Authority,
  { at, key, names, begun, left }: PlannedCertificate,
  filling: Filling,
): void {
  const [first = '', ...others] = names.map((name) => fill(name, filling));
  const { now } = filling;
  const { certificatePem, keyPem } = authority.issue({
    names: [first, ...others],
    ...wholeDays(now - parseDurationMs(begun)!, now + parseDurationMs(left)!),
  });
  write(folder, join('files', at), certificatePem);
  write(folder, join('files', key), keyPem);
}

const dayMs = 24 * 3_600_000;

const wholeDays = (from: number, to: number) => ({
  notBefore: new Date(Math.floor(from / dayMs) * dayMs),
  notAfter: new Date(Math.ceil(to / dayMs) * dayMs - 1_000),
});

/** A third party shows both sides the same certificate. */
function issuedOnce(authority: Authority, now: number): (host: string) => Issued {
  const issued = new Map<string, Issued>();
  return (host) => {
    const before = issued.get(host);
    if (before !== undefined) return before;
    const made = authority.issue({ names: [host], ...wholeDays(now - 20 * dayMs, now + 70 * dayMs) });
    issued.set(host, made);
    return made;
  };
}

/** Files that answers of third parties name, each after the host whose certificate it holds. */
function chainFiles({ dials }: { readonly dials?: unknown }): readonly string[] {
  return [...JSON.stringify(dials ?? []).matchAll(/"chainFiles":\["([^"]+)"\]/g)].map(([, file]) => file!);
}
