// Looks at one Oracle home: whether it is there, whose it is, its release, its opatch and its patches.
import type { Machine } from '../../contract/machine.ts';
import { askHome, environmentOf, readText, secondOf, unseenFrom } from './ask.ts';
import type { AskedHome, Asking, InventoryState } from './asking.ts';
import { captureOf } from './captures.ts';
import { type Home, type HomeRole, partUnseen, type Release } from './facts.ts';
import { parseOpatchVersion } from './opatch-parse.ts';
import { isDatabaseLevel } from './patch.ts';
import { isTakenFor, lookAtPatches } from './patches.ts';
import { parseSqlplusVersion } from './release.ts';
import type { FoundHome } from './sources.ts';

/** Under a second where nothing is wrong; a home on a file system that hangs must not take the look with it. */
const sqlplusTimeoutMs = 20_000;

export interface HomeLook {
  readonly home: Home;
  readonly uid: number | null;
  /** When what its patches rest on was last confirmed, where the inventory itself cannot confirm it. */
  readonly capturedMs: number | null;
}

export async function lookAtHome(
  asking: Asking,
  found: FoundHome,
  databases: readonly string[],
  earlier: Home | undefined,
): Promise<HomeLook> {
  const { port, captures, users } = asking;
  const { path } = found;
  const [folder, server, inventory] = await Promise.all([
    port.stat(path),
    port.stat(`${path}/bin/oracle`),
    lookAtInventoryState(port, path),
  ]);
  const uid = ownerUid(server, inventory.uid, folder);
  const role = await roleOf(port, found, databases);
  if (role === 'other') return { home: listedOnly(found, nameOf(users, uid) ?? null), uid, capturedMs: null };
  const opatch = await lookAtOpatch(port, path);
  const opatchVersion = opatch.kind === 'seen' ? opatch.version : null;
  const asked: AskedHome = { ...asking, path, paths: [path, ...found.aliases], uid, inventory, opatchVersion };
  const release = await lookAtRelease(asked);
  const patches = await lookAtPatches(asked, earlier);
  // A recording may hold what a home’s programs said and not the home.
  const isTold = release.kind === 'seen' || patches.told.kind === 'seen';
  const home: Home = {
    path,
    name: found.name,
    role,
    owner: nameOf(users, uid) ?? captureOf(captures, 'lspatches', { home: path }, uid)?.user ?? null,
    presence: folder.kind === 'failed' && !isTold ? unseenFrom(folder) : { kind: folder.kind === 'missing' && !isTold ? 'gone' : 'there' },
    databases: [...databases].sort(),
    release,
    opatch,
    inventoryChangedAt: inventory.changedMs === null ? null : secondOf(inventory.changedMs),
    levelSince: await levelSince(port, path, patches.told, inventory),
    patches: patches.told,
  };
  return { home, uid, capturedMs: patches.capturedMs };
}

const notLookedAt = { kind: 'not-looked-at' } as const;

/** An agent of Enterprise Manager, a client, middleware. */
const listedOnly = ({ path, name }: FoundHome, owner: string | null): Home => ({
  path,
  name,
  role: 'other',
  owner,
  presence: { kind: 'there' },
  databases: [],
  release: notLookedAt,
  opatch: notLookedAt,
  inventoryChangedAt: null,
  levelSince: null,
  patches: notLookedAt,
});

/**
 * Whoever owns the server's program, the inventory, or the folder, and is not root: a grid home's folder is root's, and so is what
 * somebody once did as root in a home. opatch and the database are never root's to ask.
 */
function ownerUid(server: Stat, inventoryUid: number | null, folder: Stat): number | null {
  const uids = [uidOf(server), inventoryUid, uidOf(folder)].filter((uid) => uid !== null);
  return knownUid(uids.find((uid) => uid !== rootUid) ?? uids[0] ?? null);
}

type Stat = Awaited<ReturnType<Machine['stat']>>;

const rootUid = 0;
const uidOf = (stat: Stat): number | null => (stat.kind === 'stat' ? stat.uid : null);
const nameOf = (users: ReadonlyMap<number, string>, uid: number | null): string | undefined =>
  uid === null || uid === rootUid ? undefined : users.get(uid);

/** opatch renews both whenever it applies or takes back. */
async function lookAtInventoryState(port: Machine, home: string): Promise<InventoryState> {
  const [components, patches] = await Promise.all([
    port.stat(`${home}/inventory/ContentsXML/comps.xml`),
    port.stat(`${home}/inventory/oneoffs`),
  ]);
  const changed = (stat: typeof components): number | null => (stat.kind === 'stat' ? Math.floor(stat.modifiedMs / 1_000) * 1_000 : null);
  const times = [changed(components), changed(patches)] as const;
  const known = times.filter((time) => time !== null);
  return {
    key: times.map((time) => (time === null ? '-' : time / 1_000)).join(' '),
    changedMs: known.length === 0 ? null : Math.max(...known),
    uid: [components, patches].map(uidOf).find((uid) => uid !== null && uid !== rootUid) ?? uidOf(components) ?? uidOf(patches),
  };
}

/** In a user namespace of its own, as systemd's PrivateUsers makes one, the agent sees every other user as this one. */
const overflowUid = 65_534;

const knownUid = (uid: number | null): number | null => (uid === overflowUid ? null : uid);

async function lookAtRelease({ port, settings, captures, path, paths, uid, inventory }: AskedHome): Promise<Release> {
  const capture = captureOf(captures, 'release', { home: path }, uid);
  const captured = capture?.code === 0 ? parseSqlplusVersion(capture.stdout) : null;
  if (captured !== null && capture !== null && isTakenFor(capture, inventory.key))
    return { kind: 'seen', version: captured, learntFrom: 'capture of sqlplus -v' };
  if (!settings.runsFromHomes) return partUnseen('denied', 'Nothing is run from this home, and no capture tells its release', true);
  const spellings = paths.map((one) => [`${one}/bin/sqlplus`, '-v'] as const);
  const answer = await askHome(port, spellings, { env: environmentOf(path), timeoutMs: sqlplusTimeoutMs });
  if (answer.kind === 'failed') return unseenFrom(answer);
  const version = parseSqlplusVersion(answer.stdout);
  if (version !== null) return { kind: 'seen', version, learntFrom: 'sqlplus -v' };
  return answer.code === 0
    ? partUnseen('unparsable', 'sqlplus -v printed no release')
    : partUnseen('unreadable', `sqlplus -v ended with exit code ${answer.code} and told no release`);
}

async function lookAtOpatch(port: Machine, path: string): Promise<Home['opatch']> {
  const file = await readText(port, `${path}/OPatch/version.txt`);
  if (file.kind === 'failed') return unseenFrom(file);
  const version = file.kind === 'text' ? parseOpatchVersion(file.text) : null;
  if (version !== null) return { kind: 'seen', version };
  return file.kind === 'text'
    ? partUnseen('unparsable', 'OPatch/version.txt of this home names no version')
    : partUnseen('unreadable', 'This home has no OPatch/version.txt');
}

/** By the inventory's own folder of that patch, which no later patch renews; a copied home may have renewed it. */
async function levelSince(port: Machine, home: string, patches: Home['patches'], inventory: InventoryState): Promise<string | null> {
  const level = patches.kind === 'seen' ? patches.patches.find(isDatabaseLevel) : undefined;
  const applied = level === undefined ? null : await port.stat(`${home}/inventory/oneoffs/${level.id}`);
  const times = [inventory.changedMs, ...(applied?.kind === 'stat' ? [applied.modifiedMs] : [])].filter((time) => time !== null);
  return times.length === 0 ? null : secondOf(Math.min(...times));
}

/** A home counts as a database's unless something says otherwise: what is compared in vain is said, what is left out is not. */
async function roleOf(port: Machine, found: FoundHome, databases: readonly string[]): Promise<HomeRole> {
  if (found.isGrid) return 'grid';
  if (databases.length > 0 || found.isInOratab) return 'database';
  const [folder, server] = await Promise.all([port.stat(found.path), port.stat(`${found.path}/bin/oracle`)]);
  if (folder.kind !== 'stat' || server.kind !== 'missing') return 'database';
  const name = found.name ?? '';
  return /agent|client|oms|middleware|weblogic|webtier|goldengate/i.test(name) || !/db|database/i.test(name) ? 'other' : 'database';
}
