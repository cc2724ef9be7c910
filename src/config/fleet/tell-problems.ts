// What is wrong with who is told: channels without a way or with two, and words that others could read on theirs.
import type { ConfigError } from '../config-error.ts';
import { didYouMean } from '../nearest.ts';
import { show } from '../schema-messages.ts';
import type { ConfigText } from '../yaml-text.ts';
import { readWebAddress, shownUrl } from './addresses.ts';
import { mayFindMore } from './pairs.ts';
import { type Say, sayIn } from './say.ts';
import type { FleetFile, TellFile } from './schema.ts';
import type { Partly } from './without-wrong.ts';

export function tellProblems(file: Partly<FleetFile>, text: ConfigText): readonly ConfigError[] {
  const say = sayIn(text);
  const channels = (file.tell ?? []).map((channel, index) => ({ channel: channel ?? {}, pointer: `/tell/${index}` }));
  const names = channels.map(({ channel }) => channel.name);
  const groups = mayFindMore(file) ? null : Object.keys(file.groups ?? {});
  return channels.flatMap(({ channel, pointer }, index) => [
    ...(channel.name !== undefined && names.indexOf(channel.name) < index
      ? [say(`${pointer}/name`, `${show(channel.name)} is given twice`)]
      : []),
    ...((file.tell ?? [])[index] === undefined ? [] : kindProblems(channel, pointer, say)),
    ...addressProblems(channel, pointer, say),
    ...(groups === null ? [] : unknownGroups(channel, groups, pointer, say)),
  ]);
}

function kindProblems(channel: Partly<TellFile>, pointer: string, say: Say): readonly ConfigError[] {
  const [isWebhook, isAlertmanager] = ['webhook' in channel, 'alertmanager' in channel];
  if (isWebhook && isAlertmanager) return [say(`${pointer}/alertmanager`, "a channel has 'webhook' or 'alertmanager', not both", 'key')];
  if (!isWebhook && !isAlertmanager) return [say(pointer, "expected 'webhook' or 'alertmanager': where to tell it", 'key')];
  if (isAlertmanager && channel.secretFile !== undefined) return [say(`${pointer}/secretFile`, 'only a webhook is signed', 'key')];
  if (isWebhook && channel.externalUrl !== undefined)
    return [say(`${pointer}/externalUrl`, 'only alerts of an Alertmanager link to the collector', 'key')];
  return [];
}

function addressProblems(channel: Partly<TellFile>, pointer: string, say: Say): readonly ConfigError[] {
  const plain = { isAllowed: channel.plainHttp === true };
  const { webhook, alertmanager = [], externalUrl } = channel;
  return [
    ...(webhook === undefined ? [] : webProblems(webhook, plain, channel, `${pointer}/webhook`, say)),
    ...alertmanager.flatMap((address, index) => {
      const at = `${pointer}/alertmanager/${index}`;
      if (address === undefined) return [];
      const problems = webProblems(address, plain, channel, at, say);
      if (problems.length > 0 || !/[?#]/.test(address)) return problems;
      return [say(at, `${shownUrl(address)} has something after its path; expected https://HOST:PORT, with a path where it has one`)];
    }),
    // A link for people: whoever follows it decides whom to trust.
    ...(externalUrl === undefined ? [] : linkProblems(externalUrl, `${pointer}/externalUrl`, say)),
  ];
}

function webProblems(
  address: string,
  plain: { readonly isAllowed: boolean },
  { tokenFile }: Partly<TellFile>,
  pointer: string,
  say: Say,
): readonly ConfigError[] {
  const read = readWebAddress(address, plain);
  if (read.kind === 'wrong') return [say(pointer, read.message)];
  const isReadable = readWebAddress(address, { isAllowed: false }).kind === 'wrong';
  return isReadable && tokenFile !== undefined
    ? [say(pointer, `${shownUrl(address)} would be sent the token where others can read it; expected https`)]
    : [];
}

function linkProblems(address: string, pointer: string, say: Say): readonly ConfigError[] {
  const read = readWebAddress(address, { isAllowed: true });
  return read.kind === 'wrong' ? [say(pointer, read.message)] : [];
}

function unknownGroups({ groups = [] }: Partly<TellFile>, known: readonly string[], pointer: string, say: Say): readonly ConfigError[] {
  return groups.flatMap((group, index) =>
    group === undefined || known.includes(group)
      ? []
      : [say(`${pointer}/groups/${index}`, `there is no group ${show(group)}${didYouMean(group, known)}`)],
  );
}
