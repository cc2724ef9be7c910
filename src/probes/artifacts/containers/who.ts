// Tells as whom this machine is looked at: what a command of another user's would show is not what it shows here.
import type { Machine } from '../../../contract/machine.ts';

export interface Who {
  readonly uid: number;
  readonly name: string;
  readonly home: string;
}

const accountBytesMax = 1_048_576;

/** Null where nothing tells it, as on most recorded machines: what commands answer there is root's view. */
export async function whoLooks(port: Machine): Promise<Who | null> {
  const status = await port.readFile('/proc/self/status', { bytesMax: 16_384 });
  const uid = status.kind === 'file' ? /^Uid:\t\d+\t(\d+)\t/m.exec(status.text)?.[1] : undefined;
  if (uid === undefined) return null;
  const accounts = await readAccounts(port);
  return accounts.find((account) => account.uid === Number(uid)) ?? { uid: Number(uid), name: `uid ${uid}`, home: '/nonexistent' };
}

/** `/etc/passwd` only: accounts of a directory server are named by their numbers. */
export async function readAccounts(port: Machine): Promise<readonly Who[]> {
  const file = await port.readFile('/etc/passwd', { bytesMax: accountBytesMax });
  if (file.kind !== 'file') return [];
  return file.text.split('\n').flatMap((line) => {
    const [name, , uid, , , home] = line.split(':');
    return name && uid !== undefined && /^\d+$/.test(uid) && home?.startsWith('/') ? [{ uid: Number(uid), name, home }] : [];
  });
}
