// The configuration: whether a file is right, what one may hold, and one to begin with.
import type { AgentConfig } from '../config/agent-config.ts';
import { defaultConfigFile } from '../config/places.ts';
import type { Check } from '../contract/check.ts';
import { formatDuration } from '../contract/duration.ts';
import { agentAddresses } from './addresses.ts';
import { meant } from './arguments.ts';
import { type Command, type Given, UsageError } from './command.ts';
import { exits } from './exits.ts';
import { settingsFrom } from './settings.ts';
import type { Terminal } from './terminal.ts';
import { shownText } from './text/escape.ts';
import { table } from './text/table.ts';
import { hang } from './text/wrap.ts';

export const config: Command = {
  usage: 'config check|schema|example',
  describes: `check [FILE]: everything that is wrong with a configuration, each with file, line and column; or what will run.\nschema: its JSON Schema (draft 2020-12), for editors.\nexample: a commented configuration to begin with.\nWithout FILE, ${defaultConfigFile} if there is one, else what is discovered without any.`,
  options: {},
  words: { min: 1, max: 2 },
  examples: [
    ['understudy config example > agent.yaml', 'a file to begin with'],
    ['understudy config check agent.yaml', 'is it right, and what will run?'],
    ['understudy config schema > agent.schema.json', 'then begin agent.yaml with: # yaml-language-server: $schema=agent.schema.json'],
  ],
  exitCodes: '0 right, 3 wrong.',
  run: runConfig,
};

async function runConfig({ words: [action = '', file], terminal }: Given) {
  const { probes } = await import('../probes/registry.generated.ts');
  if (file !== undefined && action !== 'check') throw new UsageError(`'${file}' is more than \`config ${action}\` takes`);
  switch (action) {
    case 'check':
      terminal.print(whatRuns(await settingsFrom(file ?? null, probes), terminal));
      return exits.ready;
    case 'schema': {
      const { configJsonSchema } = await import('../config/json-schema.ts');
      terminal.print(JSON.stringify(configJsonSchema(probes), null, 2));
      return exits.ready;
    }
    case 'example': {
      const { configExample } = await import('../config/example.ts');
      terminal.print(await configExample(probes, defaultConfigFile));
      return exits.ready;
    }
    default:
      throw new UsageError(`unknown action '${action}'${meant(action, ['check', 'schema', 'example'])}`);
  }
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
