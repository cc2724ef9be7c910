// What the running kernel says of itself.
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import type { Failed, Uname } from '../contract/machine.ts';
import { failedOf } from './failure.ts';
import type { Tree } from './tree.ts';

/** From /proc/sys/kernel, since no program needs to be started for it. The hardware name is the host's own. */
export async function readUname(tree: Tree): Promise<Uname | Failed> {
  const place = await tree.locate('/proc/sys/kernel', 'open');
  try {
    if (place.kind === 'failed') return place;
    const folder = place.kind === 'located' ? place.hostPath : '/proc/sys/kernel';
    const read = async (name: string): Promise<string> => (await readFile(`${folder}/${name}`, 'utf8')).trim();
    const [sysname, nodename, release, version] = await Promise.all([read('ostype'), read('hostname'), read('osrelease'), read('version')]);
    return { kind: 'uname', sysname, nodename, release, version, machine: os.machine() };
  } catch (error) {
    return failedOf(error, 'reading /proc/sys/kernel');
  }
}
