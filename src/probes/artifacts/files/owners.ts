// Names users and groups: numbers of one name may differ between machines.
import type { Machine } from '../../../contract/machine.ts';

/** What the kernel shows in a user namespace for everybody who has no number in it, as under systemd’s PrivateUsers=. */
const overflowId = 65_534;
export const untold = '?';

const fileBytesMax = 1_048_576;

export type NameOwner = (uid: number, gid: number) => string;

export async function ownerNames(port: Machine): Promise<NameOwner> {
  const [users, groups] = await Promise.all([namesIn(port, '/etc/passwd'), namesIn(port, '/etc/group')]);
  const named = (names: ReadonlyMap<number, string>, id: number): string => (id === overflowId ? untold : (names.get(id) ?? String(id)));
  return (uid, gid) => `${named(users, uid)}:${named(groups, gid)}`;
}

async function namesIn(port: Machine, path: string): Promise<ReadonlyMap<number, string>> {
  const file = await port.readFile(path, { bytesMax: fileBytesMax });
  const names = new Map<number, string>();
  for (const line of file.kind === 'file' ? file.text.split('\n') : []) {
    const [name, , id] = line.split(':');
    if (name && id !== undefined && /^\d+$/.test(id) && !names.has(Number(id))) names.set(Number(id), name);
  }
  return names;
}
