// What each package holds, whichever format it is packed in.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { commands } from '../../src/cli/commands.ts';
import { fleetExample } from '../../src/config/fleet/example.ts';
import { allProbes } from '../../src/probes/registry.generated.ts';
import type { DashboardFile } from '../dashboard.ts';
import { bashCompletion } from './completion.ts';
import { type Component, componentsOf } from './components.ts';
import { type Entry, file, written } from './entry.ts';
import { manual } from './manual.ts';
import type { Runtime } from './node-runtime.ts';
import type { Program, ProgramFile } from './program.ts';
import { root } from './release.ts';
import { sbom } from './sbom.ts';

export const packageNames = ['understudy-agent', 'understudy-collector'] as const;
export type PackageName = (typeof packageNames)[number];

export interface Contents {
  readonly name: PackageName;
  readonly entries: readonly Entry[];
  /** What others wrote of it. */
  readonly components: readonly Component[];
}

const home = 'usr/lib/understudy';
const units = 'usr/lib/systemd/system';
const source = (path: string): string => join(root, path);

export async function agentContents(program: Program, runtime: Runtime, sourceDate: number): Promise<Contents> {
  const name = 'understudy-agent';
  const components = componentsOf(program.agent, runtime);
  const captures = readdirSync(source('packaging/systemd'));
  return {
    name,
    components,
    entries: [
      { path: 'etc/understudy', kind: 'folder', mode: 0o750, group: 'understudy' },
      file('etc/understudy/agent.yaml', source('packaging/agent.yaml'), 0o644, 'settings'),
      file('usr/bin/understudy', source('packaging/launcher'), 0o755),
      { path: home, kind: 'folder', mode: 0o755 },
      file(`${home}/node`, join(runtime.folder, 'bin/node'), 0o755),
      ...program.agent.map(ofProgram),
      file(`${home}/agent.env`, source('bin/agent.env')),
      ...captures
        .filter((one) => /^capture[-\w]*$/.test(one))
        .map((one) => file(`${home}/${one}`, source(`packaging/systemd/${one}`), 0o755)),
      ...captures.filter((one) => one.endsWith('.sql')).map((one) => file(`${home}/${one}`, source(`packaging/systemd/${one}`))),
      file(`${home}/understudy-precheck`, source('packaging/fsdr/understudy-precheck'), 0o755),
      file(`${home}/understudy-gate.tmpfiles`, source('packaging/fsdr/tmpfiles.conf')),
      ...captures
        .filter((one) => /\.(service|timer)$/.test(one) && one !== 'understudy-collector.service')
        .map((one) => file(`${units}/${one}`, source(`packaging/systemd/${one}`))),
      ...usersAndFolders('understudy'),
      written('usr/share/man/man1/understudy.1.gz', compressed(await manual(commands, sourceDate)), 'document'),
      written('usr/share/bash-completion/completions/understudy', await bashCompletion(commands)),
      ...documents(name, ['operations.md', 'findings.md', 'gate.md', 'json.md']),
      billOfMaterials(name, components, sourceDate),
    ],
  };
}

export async function collectorContents(program: Program, dashboard: readonly DashboardFile[], sourceDate: number): Promise<Contents> {
  const name = 'understudy-collector';
  const components = componentsOf([...program.collector, ...dashboard], null);
  return {
    name,
    components,
    entries: [
      ...program.collector.map(ofProgram),
      // Its own, so that RPM takes them away again.
      ...['web', 'web/assets'].map((name): Entry => ({ path: `${home}/${name}`, kind: 'folder', mode: 0o755 })),
      ...dashboard.map((one) => file(`${home}/web/${one.name}`, one.from)),
      file(`${home}/collector.env`, source('bin/collector.env')),
      file(`${units}/understudy-collector.service`, source('packaging/systemd/understudy-collector.service')),
      ...usersAndFolders('understudy-collector'),
      written(`usr/share/doc/${name}/examples/fleet.yaml`, await fleetExample(allProbes), 'document'),
      ...documents(name, ['fleet.md', 'operations-fleet.md', 'telling.md']),
      billOfMaterials(name, components, sourceDate),
    ],
  };
}

const ofProgram = ({ name, from }: ProgramFile): Entry => file(`${home}/${name}`, from);

const usersAndFolders = (name: string): readonly Entry[] =>
  ['sysusers', 'tmpfiles'].map((kind) => file(`usr/lib/${kind}.d/${name}.conf`, source(`packaging/${kind}/${name}.conf`)));

const documents = (name: PackageName, pages: readonly string[]): readonly Entry[] => [
  { path: `usr/share/doc/${name}`, kind: 'folder', mode: 0o755 },
  ...pages.map((page) => file(`usr/share/doc/${name}/${page}`, source(`docs/${page}`), 0o644, 'document')),
];

const billOfMaterials = (name: PackageName, components: readonly Component[], sourceDate: number): Entry =>
  written(`usr/share/doc/${name}/${name}.cdx.json`, sbom({ name, components, sourceDate }), 'document');

/** With no time and no name inside, as `gzip -n` does. */
export const compressed = (text: string): Uint8Array => gzipSync(text, { level: 9 });
