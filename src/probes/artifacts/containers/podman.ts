// Looks at podman's stores: root's, and those of users who run containers of their own.
import type { Machine } from '../../../contract/machine.ts';
import { partUnseen, type Store } from '../facts.ts';
import { type Argv, type Asking, askCapture, askDirectly, askOrCapture, failed, noteAge, type Question } from './ask.ts';
import { type Looked, storeOf, understandContainers, understandImages } from './understand.ts';
import { readAccounts, type Who } from './who.ts';

const images: readonly [Argv, ...Argv[]] = [['podman', 'images', '--format', 'json']];

/** Ids and names only: podman’s own JSON also tells the commands, which may hold passwords. */
const line = '{"Id":"{{.ID}}","ImageID":"{{.ImageID}}","Image":"{{.Image}}","Status":"{{.Status}}","Names":"{{.Names}}"}';
const containers: readonly [Argv, ...Argv[]] = [
  ['podman', 'ps', '--all', '--no-trunc', '--format', line],
  ['podman', 'ps', '--all', '--format', 'json'],
  ['podman', 'ps', '--format', 'json'],
];

/** Podman as another user than the store’s shows that user’s own store, and makes one where there is none. */
export async function lookAtPodman(asking: Asking, who: Who | null): Promise<Looked> {
  const ages = new Map<string, number>();
  const users = await otherOwners(asking, who);
  const root = await rootStore(asking, who, ages);
  if (root === null && users.captured.length === 0 && users.told.length === 0 && users.running.length === 0) return { stores: [], ages };
  const stores: Store[] = root === null ? [] : [root];
  for (const user of [...new Set([...users.captured, ...users.told, ...users.running])].sort())
    stores.push(user === who?.name ? await ownStore(asking, who, ages) : await capturedStore(asking, user, ages));
  return { stores, ages };
}

/** Null where podman is not installed. */
async function rootStore(asking: Asking, who: Who | null, ages: Map<string, number>): Promise<Store | null> {
  if (who !== null && who.uid !== 0) {
    if (await hasCapture(asking, 'podman-images')) return capturedStore(asking, 'root', ages);
    const version = await asking.port.run(['podman', '--version'], { timeoutMs: 10_000, bytesMax: 4_096 });
    if (version.kind === 'failed' && version.reason === 'tool-missing') return null;
    return (await isUnused(asking.port)) ? null : unseenStore('root');
  }
  const answer = await askOrCapture(asking, { spellings: images, capture: 'podman-images' });
  if (answer.kind === 'failed' && answer.reason === 'tool-missing') return null;
  return store('root', answer, await askOrCapture(asking, { spellings: containers, capture: 'podman-containers' }), ages);
}

/** Podman makes root’s store when root first uses it. Behind a closed folder nothing says that it is not there. */
async function isUnused(port: Machine): Promise<boolean> {
  for (const path of ['/etc/containers/storage.conf', '/usr/share/containers/storage.conf']) {
    const file = await port.readFile(path, { bytesMax: 65_536 });
    if (file.kind === 'failed') return false;
    const place = file.kind === 'file' ? /^[ \t]*graphroot[ \t]*=[ \t]*"([^"]+)"/m.exec(file.text)?.[1] : undefined;
    if (place !== undefined) return (await port.stat(place)).kind === 'missing';
  }
  return (await port.stat('/var/lib/containers/storage')).kind === 'missing';
}

/** Whoever looks has a store of their own, and may look at it. */
async function ownStore({ port }: Asking, { name, home }: Who, ages: Map<string, number>): Promise<Store> {
  const env = { HOME: home };
  const question = (spellings: Question['spellings']): Question => ({ spellings, capture: '', env });
  return store(name, await askDirectly(port, question(images)), await askDirectly(port, question(containers)), ages);
}

async function capturedStore(asking: Asking, owner: string, ages: Map<string, number>): Promise<Store> {
  // A folder a user, who may write there what concerns them and nobody else.
  const folder = owner === 'root' ? '' : `podman-${owner}/`;
  const told = await askCapture(asking, { capture: `${folder}podman-images` });
  if (told === null) return unseenStore(owner);
  const ran = (await askCapture(asking, { capture: `${folder}podman-containers` })) ?? failed('denied', notCaptured(owner));
  return store(owner, told, ran, ages);
}

type Answer = Parameters<typeof understandImages>[0];

function store(owner: string, told: Answer, ran: Answer, ages: Map<string, number>): Store {
  noteAge(ages, told);
  noteAge(ages, ran);
  const containersFrom = ran.kind === 'told' ? ran.learntFrom : '';
  return storeOf({ runtime: 'podman', owner, images: understandImages(told), containers: understandContainers(ran), containersFrom });
}

function unseenStore(owner: string): Store {
  const part = partUnseen('denied', notCaptured(owner));
  return { runtime: 'podman', owner, images: part, containers: part };
}

const notCaptured = (owner: string): string => `only ${owner} may ask podman about it, and no capture tells`;

const hasCapture = async ({ port, settings }: Asking, name: string): Promise<boolean> =>
  (await port.stat(`${settings.captureFolder}/${name}.capture`)).kind === 'stat';

interface Owners {
  readonly told: readonly string[];
  readonly captured: readonly string[];
  readonly running: readonly string[];
}

async function otherOwners(asking: Asking, who: Who | null): Promise<Owners> {
  const spool = await asking.port.listDirectory(asking.settings.captureFolder, { entriesMax: 1_000 });
  const names = spool.kind === 'directory' ? spool.names : [];
  const captured = names.flatMap((name) => /^podman-([^.].*?)(?<!\.capture)$/.exec(name)?.[1] ?? []);
  const own = who !== null && who.uid !== 0 && (await hasOwnStore(asking.port, who)) ? [who.name] : [];
  const told = asking.settings.users;
  // Whoever is not told may be one of these.
  const running = (await whoRuns(asking.port)).filter((name) => name !== nobodyTold || captured.length + told.length === 0);
  return { told, captured, running: [...running, ...own] };
}

const hasOwnStore = async (port: Machine, { home }: Who): Promise<boolean> =>
  (await port.stat(`${home}/.local/share/containers/storage`)).kind === 'stat';

/** Each container of podman’s has a conmon beside it, which belongs to the store’s owner and is seen by everybody. */
async function whoRuns(port: Machine): Promise<readonly string[]> {
  const answer = await port.processes({ entriesMax: 10_000 });
  if (answer.kind === 'failed') return [];
  const rootless = answer.processes.filter(({ command, uid }) => command === 'conmon' && uid !== 0);
  if (rootless.length === 0) return [];
  const accounts = await readAccounts(port);
  const uids = new Set(await Promise.all(rootless.slice(0, conmonsMax).map(({ pid, uid }) => ownerOf(port, pid, uid))));
  return [...uids].map((uid) =>
    uid === overflowId ? nobodyTold : (accounts.find((account) => account.uid === uid)?.name ?? `uid ${uid}`),
  );
}

/** What the kernel shows in a user namespace for everybody who has no number in it. */
const overflowId = 65_534;
const nobodyTold = 'a user who is not told';

/** Of one user there may be many; the file of each is read. */
const conmonsMax = 200;

/** Under systemd’s PrivateUsers= all others are this number; the slice that their session runs in still tells who they are. */
async function ownerOf(port: Machine, pid: number, uid: number): Promise<number> {
  if (uid !== overflowId) return uid;
  const cgroup = await port.readFile(`/proc/${pid}/cgroup`, { bytesMax: 16_384 });
  const told = cgroup.kind === 'file' ? /\/user-(\d+)\.slice\//.exec(cgroup.text)?.[1] : undefined;
  return told === undefined ? uid : Number(told);
}
