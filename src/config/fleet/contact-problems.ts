// What is wrong with how agents are reached: addresses that are none or stand twice, and certificates without their key.
import type { ConfigError } from '../config-error.ts';
import { show } from '../schema-messages.ts';
import type { ConfigText } from '../yaml-text.ts';
import { readAgentAddress } from './addresses.ts';
import { type WrittenMember, writtenAddress, writtenGroups } from './pairs.ts';
import { type Say, sayIn } from './say.ts';
import type { ContactFile, FleetFile } from './schema.ts';
import type { Partly } from './without-wrong.ts';

export function contactProblems(file: Partly<FleetFile>, text: ConfigText): readonly ConfigError[] {
  const say = sayIn(text);
  const members = writtenGroups(file).flatMap(({ pairs }) => pairs.flatMap((pair) => pair.members));
  return [
    ...keyProblems(file.agents, '/agents', say),
    ...members.flatMap(({ member, pointer }) => (typeof member === 'object' ? keyProblems(member, pointer, say) : [])),
    ...addressProblems(members, text, say),
  ];
}

/** A certificate is nothing without its key, and the other way round. */
export function keyProblems(contact: Partly<ContactFile> | undefined, pointer: string, say: Say): readonly ConfigError[] {
  const { certificate, key } = contact ?? {};
  if ((certificate === undefined) === (key === undefined)) return [];
  const [given, lacking] = certificate === undefined ? (['key', 'certificate'] as const) : (['certificate', 'key'] as const);
  return [say(`${pointer}/${given}`, `a client certificate needs both: '${lacking}' is not given beside it`, 'key')];
}

function addressProblems(members: readonly WrittenMember[], text: ConfigText, say: Say): readonly ConfigError[] {
  const first = new Map<string, number>();
  return members.map(writtenAddress).flatMap(({ address, pointer }) => {
    if (address === undefined) return [];
    const read = readAgentAddress(address);
    if (read.kind === 'wrong') return [say(pointer, read.message)];
    const before = first.get(read.address);
    first.set(read.address, before ?? text.at(pointer, 'value').line);
    return before === undefined ? [] : [say(pointer, `${show(address)} is given twice; the first is on line ${before}`)];
  });
}
