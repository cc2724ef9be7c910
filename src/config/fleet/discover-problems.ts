// What is wrong with sources of discovery: those that say not where to look, or how to ask what is only read.
import type { ConfigError } from '../config-error.ts';
import { show } from '../schema-messages.ts';
import type { ConfigText } from '../yaml-text.ts';
import { readWebAddress } from './addresses.ts';
import { keyProblems } from './contact-problems.ts';
import { type Say, sayIn } from './say.ts';
import type { DiscoverFile, FleetFile } from './schema.ts';
import type { Partly } from './without-wrong.ts';

/** What only a service is asked with. */
const serviceKeys = ['tokenFile', 'authorities', 'certificate', 'key', 'serverName'] as const;

export function discoverProblems(file: Partly<FleetFile>, text: ConfigText): readonly ConfigError[] {
  const say = sayIn(text);
  return (file.discover ?? []).flatMap((source, index) => (source === undefined ? [] : sourceProblems(source, `/discover/${index}`, say)));
}

function sourceProblems(source: Partly<DiscoverFile>, pointer: string, say: Say): readonly ConfigError[] {
  return [
    ...kindProblems(source, pointer, say),
    ...(source.files ?? []).flatMap((pattern, index) => patternProblems(pattern, `${pointer}/files/${index}`, say)),
    ...(source.http === undefined ? [] : serviceProblems(source.http, `${pointer}/http`, say)),
    ...keyProblems(source, pointer, say),
    ...keyProblems(source.agents, `${pointer}/agents`, say),
  ];
}

function kindProblems(source: Partly<DiscoverFile>, pointer: string, say: Say): readonly ConfigError[] {
  const [hasFiles, hasHttp] = ['files' in source, 'http' in source];
  if (hasFiles && hasHttp) return [say(`${pointer}/http`, "a source has 'files' or 'http', not both", 'key')];
  if (!hasFiles && !hasHttp) return [say(pointer, "expected 'files' or 'http': where agents are found", 'key')];
  if (hasHttp) return [];
  return serviceKeys
    .filter((key) => source[key] !== undefined)
    .map((key) => say(`${pointer}/${key}`, "files need none; how agents are reached stands under 'agents' of the source", 'key'));
}

/** As in Prometheus: which kind of file it is, its name says, and folders are not searched. */
function patternProblems(pattern: string | undefined, pointer: string, say: Say): readonly ConfigError[] {
  if (pattern === undefined) return [];
  const folder = pattern.slice(0, pattern.lastIndexOf('/'));
  if (/[*?[\]{}]/.test(folder)) return [say(pointer, `${show(pattern)} has a wildcard in its folder; expected one in the last part only`)];
  if (!/\.(json|ya?ml)$/i.test(pattern)) return [say(pointer, `${show(pattern)} does not end in .json, .yaml or .yml`)];
  return [];
}

function serviceProblems(http: string, pointer: string, say: Say): readonly ConfigError[] {
  // Who can change the list on its way chooses whom the collector believes, and who is sent its token.
  const read = readWebAddress(http, null);
  return read.kind === 'wrong' ? [say(pointer, read.message)] : [];
}
