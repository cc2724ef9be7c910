// Listening TCP sockets from /proc/net, and the process behind each where this user may look.
import { readlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import os from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import ipaddr from 'ipaddr.js';
import type { Failed, ListeningSocket, Machine } from '../contract/machine.ts';
import { failed, failedOf, failureOf } from './failure.ts';
import { readPids, readSmall } from './processes.ts';
import type { Tree } from './tree.ts';

/** A table with a million connections; the listening ones come first in it. */
const tableBytesMax = 32 * 1024 * 1024;

/** Descriptors looked at in one search for owners. A connection pool of tens of thousands is passed, a leak is not. */
const descriptorsMax = 200_000;

/** Links are read synchronously, being ten times cheaper so; this many take some 2 ms. */
const linksAtOnce = 512;

interface Socket {
  readonly address: string;
  readonly port: number;
  readonly inode: string;
}

export async function readListeners(tree: Tree, signal: AbortSignal): ReturnType<Machine['listeners']> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readTable(tree, path)));
  const failure = tables.find((table) => 'reason' in table);
  if (failure !== undefined) return failure as Failed;
  // Without IPv6 in the kernel there is no second table; without either nothing was seen.
  const sockets = (tables as readonly { readonly sockets: readonly Socket[] | null }[]).map((table) => table.sockets);
  if (sockets.every((table) => table === null)) return failed('unreadable', 'reading /proc/net/tcp: does not exist');
  const listening = sockets.flatMap((table) => table ?? []);
  const owners = await findOwners(tree, new Set(listening.map(({ inode }) => inode)), signal);
  const named = listening.map(({ address, port, inode }) => ({ address, port, pid: null, command: null, ...owners.get(inode) }));
  return { kind: 'listeners', sockets: distinct(named) };
}

async function readTable(tree: Tree, path: string): Promise<{ readonly sockets: readonly Socket[] | null } | Failed> {
  const place = await tree.locate(path, 'open');
  if (place.kind === 'missing') return { sockets: null };
  if (place.kind === 'failed') return place;
  try {
    return { sockets: parseSocketTable(await readSmall(place.hostPath, tableBytesMax)) };
  } catch (error) {
    return failureOf(error, '').kind === 'missing' ? { sockets: null } : failedOf(error, `reading ${path}`);
  }
}

/** State 0A is TCP_LISTEN. Address and port are hexadecimal, the address in words of the machine's own byte order. */
export function parseSocketTable(text: string, byteOrder: 'LE' | 'BE' = os.endianness()): readonly Socket[] {
  return text.split('\n').flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    const match = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/i.exec(local ?? '');
    if (state !== '0A' || match === null || inode === undefined) return [];
    return [{ address: addressText(match[1]!, byteOrder), port: Number.parseInt(match[2]!, 16), inode }];
  });
}

function addressText(hex: string, byteOrder: 'LE' | 'BE'): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => {
    const inOrder = (word.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
    return byteOrder === 'LE' ? inOrder.reverse() : inOrder;
  });
  const address = ipaddr.fromByteArray(bytes);
  if (!(address instanceof ipaddr.IPv6)) return address.toString();
  // A socket bound to a mapped address is reached over IPv4 only.
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toRFC5952String();
}

interface Owner {
  readonly pid: number;
  readonly command: string;
}

async function findOwners(tree: Tree, inodes: ReadonlySet<string>, signal: AbortSignal): Promise<ReadonlyMap<string, Owner>> {
  const owners = new Map<string, Owner>();
  const proc = await tree.locate('/proc', 'open');
  if (inodes.size === 0 || proc.kind !== 'located') return owners;
  const search = { inodes, owners, left: descriptorsMax };
  // In order of pid: the parent that opened a socket comes before the workers that inherited it.
  for (const pid of await readPids(proc.hostPath).catch(() => [])) {
    if (owners.size === inodes.size || search.left <= 0 || signal.aborted) break;
    await searchProcess(search, proc.hostPath, pid);
  }
  return owners;
}

interface Search {
  readonly inodes: ReadonlySet<string>;
  readonly owners: Map<string, Owner>;
  left: number;
}

async function searchProcess(search: Search, proc: string, pid: number): Promise<void> {
  // Another user's descriptors are none of ours to see, and a process may end at any time: its sockets then have no known owner.
  const descriptors = await readdir(`${proc}/${pid}/fd`).catch(() => []);
  let command: string | undefined;
  for (const [at, descriptor] of descriptors.entries()) {
    if (at % linksAtOnce === linksAtOnce - 1) await nextTurn();
    search.left -= 1;
    if (search.left <= 0) return;
    const inode = /^socket:\[([0-9]+)\]$/.exec(linkTarget(`${proc}/${pid}/fd/${descriptor}`))?.[1];
    if (inode === undefined || !search.inodes.has(inode) || search.owners.has(inode)) continue;
    command ??= (await readSmall(`${proc}/${pid}/comm`).catch(() => '')).trimEnd();
    search.owners.set(inode, { pid, command });
  }
}

function linkTarget(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** Sockets that share a port (SO_REUSEPORT) are one listener to whoever connects. */
function distinct(sockets: readonly ListeningSocket[]): readonly ListeningSocket[] {
  const byPlace = new Map<string, ListeningSocket>();
  for (const socket of sockets) {
    const place = `${socket.address} ${socket.port}`;
    if ((byPlace.get(place)?.pid ?? null) === null) byPlace.set(place, socket);
  }
  return [...byPlace.values()].sort((a, b) => a.port - b.port || (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
}
