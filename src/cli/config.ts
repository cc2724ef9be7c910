// The configuration: whether a file is right, what one may hold, and one to begin with.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { AgentConfig } from '../config/agent-config.ts';
import type { FleetConfig } from '../config/fleet-config.ts';
import { defaultConfigFile, defaultFleetFile } from '../config/places.ts';
import type { Check } from '../contract/check.ts';
import { formatDuration } from '../contract/duration.ts';
import { agentAddresses } from './addresses.ts';
import { meant } from './arguments.ts';
import { type Command, type Given, UsageError } from './command.ts';
import { exits } from './exits.ts';
import { loadedOrThrow, settingsFrom } from './settings.ts';
import type { Terminal } from './terminal.ts';
import { shownText } from './text/escape.ts';
import { table } from './text/table.ts';
import { hang } from './text/wrap.ts';

const actions = ['check', 'schema', 'example'] as const;
/** Whose configuration it is; an agent's unless said. */
const kinds = ['agent', 'fleet'] as const;

export const config: Command = {
  usage: 'config check|schema|example [agent|fleet]',
  describes: `check [FILE]: everything that is wrong with a configuration, each with file, line and column; or what will run.\nschema: its JSON Schema (draft 2020-12), for editors.\nexample: a commented configuration to begin with.\nOf an agent, unless it is said to be that of a fleet. Without FILE, ${defaultConfigFile} if there is one, else what is discovered without any; for a fleet ${defaultFleetFile}.`,
  options: {},
  words: { min: 1, max: 3 },
  examples: [
    ['understudy config example > agent.yaml', 'a file to begin with'],
    ['understudy config check agent.yaml', 'is it right, and what will run?'],
    ['understudy config check fleet fleet.yaml', 'is it right, and who will be asked?'],
    ['understudy config schema > agent.schema.json', 'then begin agent.yaml with: # yaml-language-server: $schema=agent.schema.json'],
  ],
  exitCodes: '0 right, 3 wrong.',
  run: runConfig,
};

async function runConfig({ words: [action = '', ...rest], terminal }: Given) {
  if (!isOneOf(actions, action)) throw new UsageError(`unknown action '${action}'${meant(action, actions)}`);
  const [first] = rest;
  const kind = first !== undefined && isOneOf(kinds, first) ? first : 'agent';
  const [file, ...more] = first === kind ? rest.slice(1) : rest;
  const tooMany = action === 'check' ? more[0] : file;
  if (tooMany !== undefined) throw new UsageError(`'${tooMany}' is more than \`config ${action}\` takes${meant(tooMany, kinds)}`);
  terminal.print(kind === 'agent' ? await ofAgent(action, file ?? null, terminal) : await ofFleet(action, file ?? null, terminal));
  return exits.ready;
}

const isOneOf = <T extends string>(names: readonly T[], name: string): name is T => names.some((one) => one === name);

async function ofAgent(action: (typeof actions)[number], file: string | null, terminal: Terminal): Promise<string> {
  const { probes } = await import('../probes/registry.generated.ts');
  switch (action) {
    case 'check':
      return whatRuns(await settingsFrom(file, probes), terminal);
    case 'schema': {
      const { configJsonSchema } = await import('../config/json-schema.ts');
      return JSON.stringify(configJsonSchema(probes), null, 2);
    }
    case 'example': {
      const { configExample } = await import('../config/example.ts');
      return configExample(probes, defaultConfigFile);
    }
  }
}

async function ofFleet(action: (typeof actions)[number], file: string | null, terminal: Terminal): Promise<string> {
  const { allProbes } = await import('../probes/registry.generated.ts');
  switch (action) {
    case 'check': {
      const { loadFleetConfig } = await import('../config/fleet/load.ts');
      const { fleetFileText } = await import('./render/fleet-file-text.ts');
      const fleet = loadedOrThrow(await loadFleetConfig(file, allProbes));
      return [fleetFileText(fleet, Date.now(), terminal), ...missingFiles(fleet, terminal)].join('\n');
    }
    case 'schema': {
      const { fleetJsonSchema } = await import('../config/fleet/json-schema.ts');
      return JSON.stringify(fleetJsonSchema(allProbes), null, 2);
    }
    case 'example': {
      const { fleetExample } = await import('../config/fleet/example.ts');
      return fleetExample(allProbes);
    }
  }
}

/** The file itself may be right, and be meant for another machine. */
function missingFiles({ groups, oci }: FleetConfig, { paint, columns }: Terminal): readonly string[] {
  if (oci.auth === 'instance-principal' || !groups.some(({ regions }) => regions.length > 0)) return [];
  const path = oci.configFile ?? join(homedir(), '.oci/config');
  if (existsSync(path)) return [];
  const said = `${shownText(path)} (oci.configFile) is not there: on this machine OCI cannot be asked`;
  return ['', ...hang(`${paint('!', 'bold', 'yellow')} `, said, columns)];
}

function whatRuns(settings: AgentConfig, { paint, columns }: Terminal): string {
  const rows = settings.checks.map((check) => [
    check.id,
    check.probe,
    whenWords(check),
    formatDuration(check.timeoutMs),
    formatDuration(check.staleAfterMs),
    check.isRequired ? 'required' : 'optional',
  ]);
  return [
    `${paint('✔', 'green')} ${settings.file === null ? `no ${defaultConfigFile}: this is what can be discovered` : `${settings.file} is right`}`,
    '',
    ...hang('serves  ', agentAddresses(settings.listen).join(' and '), columns),
    ...hang(
      'keeps   ',
      `${settings.store.file}, ${formatDuration(settings.store.keepMs)} or ${Math.round(settings.store.bytesMax / 1024 ** 2)} MiB`,
      columns,
    ),
    '',
    ...table(['CHECK', 'PROBE', 'LOOKS', 'LIMIT', 'STALE AFTER', ''], rows, paint),
    ...settings.notTold.flatMap(({ probe, detail }) => hang(`${paint('–', 'dim')} not told  `, `${probe}: ${shownText(detail)}`, columns)),
  ].join('\n');
}

const whenWords = ({ schedule }: Check): string =>
  schedule.kind === 'cron' ? `at ${schedule.expression}` : `every ${formatDuration(schedule.everyMs)}`;
