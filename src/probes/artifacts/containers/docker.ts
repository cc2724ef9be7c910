// Looks at the store of the docker daemon.
import { partUnseen, type Store } from '../facts.ts';
import { type Asking, askCapture, askOrCapture, noteAge, type Question, type Told } from './ask.ts';
import { type Inspected, type Listed, parseInspected } from './containers-parse.ts';
import { fullName, isSameId, parseReference } from './reference.ts';
import { type Looked, storeOf, understandContainers, understandImages } from './understand.ts';

const images: Question = {
  spellings: [
    ['docker', 'images', '--digests', '--no-trunc', '--format', '{{json .}}'],
    ['docker', 'images', '--format', 'json'],
  ],
  capture: 'docker-images',
};

/** `{{json .}}` would also tell the commands, which may hold passwords. docker 19 has no State yet. */
const line = '{"ID":"{{.ID}}","Image":"{{.Image}}","Status":"{{.Status}}","Names":"{{.Names}}"}';
const containers: Question = {
  spellings: [
    ['docker', 'ps', '--all', '--no-trunc', '--format', line],
    ['docker', 'ps', '--all', '--format', 'json'],
    ['docker', 'ps', '--format', 'json'],
  ],
  capture: 'docker-containers',
};

const inspection = ['docker', 'inspect', '--type', 'container', '--format', '{{.Id}} {{.Image}} {{.Config.Image}}'] as const;

/** At once; a command line of ids of 64 digits stays far below what the kernel takes. */
const inspectedMax = 200;

export async function lookAtDocker(asking: Asking): Promise<Looked> {
  const ages = new Map<string, number>();
  const nothing: Looked = { stores: [], ages };
  if (await isPodmanInDisguise(asking)) return nothing;
  const told = await askOrCapture(asking, images);
  if (told.kind === 'failed' && told.reason === 'tool-missing') return nothing;
  if (told.kind === 'told' && /^\s*\[/.test(told.stdout)) return nothing;
  const seen = await imagesOf(asking, told);
  const ran = await askOrCapture(asking, containers);
  const listed = understandContainers(ran);
  const known = 'seen' in listed ? listed : await withReferences(asking, listed, ran.kind === 'told' ? ran : null);
  noteAge(ages, told);
  noteAge(ages, ran);
  const containersFrom = ran.kind === 'told' ? ran.learntFrom : '';
  return { stores: [store(seen, known, containersFrom)], ages };
}

/** docker prints nothing where it has nothing; so does a command that was cut short. */
async function imagesOf({ port }: Asking, told: Parameters<typeof understandImages>[0]): Promise<ReturnType<typeof understandImages>> {
  if (told.kind === 'failed' || told.stdout.trim() !== '') return understandImages(told);
  const isAlive = told.ageMinutes !== null || (await tellsVersion(port));
  if (!isAlive) return partUnseen('unparsable', 'docker images told nothing, and the daemon told no version');
  return { seen: true, learntFrom: told.learntFrom, list: [] };
}

async function tellsVersion(port: Asking['port']): Promise<boolean> {
  const answer = await port.run(['docker', 'version', '--format', '{{.Server.Version}}'], { timeoutMs: 10_000, bytesMax: 4_096 });
  return answer.kind === 'exited' && answer.code === 0 && /^[0-9]+\./.test(answer.stdout.trim());
}

function store(
  images: ReturnType<typeof understandImages>,
  containers: ReturnType<typeof understandContainers>,
  containersFrom: string,
): Store {
  if ('seen' in containers || !images.seen) return storeOf({ runtime: 'docker', owner: 'root', images, containers, containersFrom });
  // A name stands in docker’s list as long as it means the container’s image.
  const found = containers.map((one) => {
    const named = images.list.find(({ names }) => one.reference !== null && names.includes(one.reference));
    return one.imageId === null && named !== undefined ? { ...one, imageId: named.id } : one;
  });
  return storeOf({ runtime: 'docker', owner: 'root', images, containers: found, containersFrom });
}

/** podman-docker: a script of podman’s under docker’s name, which shows what podman shows. */
async function isPodmanInDisguise({ port }: Asking): Promise<boolean> {
  const program = await port.readFile('/usr/bin/docker', { bytesMax: 4_096 });
  return program.kind === 'file' && program.text.startsWith('#!') && program.text.includes('podman');
}

/** `docker ps` drops the name of a container whose tag has moved on; inspecting tells both. Without its answer the list stands as it is. */
async function withReferences(asking: Asking, listed: readonly Listed[], ran: Told | null): Promise<readonly Listed[]> {
  if (listed.length === 0 || ran === null) return listed;
  const inspected = ran.ageMinutes === null ? await inspect(asking, listed) : await inspectedByCapture(asking);
  return listed.map((one) => {
    const found = inspected.find(({ id }) => isSameId(id, one.id));
    if (found === undefined) return one;
    const reference = parseReference(found.asked);
    return { ...one, imageId: found.imageId, reference: reference === null ? null : fullName(reference) };
  });
}

async function inspectedByCapture(asking: Asking): Promise<readonly Inspected[]> {
  const told = await askCapture(asking, { capture: 'docker-references' });
  return told === null || told.kind === 'failed' ? [] : (parseInspected(told.stdout) ?? []);
}

/** One that ended between list and question is complained about; the others are told all the same. */
async function inspect({ port }: Asking, listed: readonly Listed[]): Promise<readonly Inspected[]> {
  const ids = listed.slice(0, inspectedMax).map(({ id }) => id);
  const answer = await port.run([...inspection, ...ids], { timeoutMs: 20_000, bytesMax: 262_144 });
  if (answer.kind === 'exited') return parseInspected(answer.stdout) ?? [];
  return answer.reason === 'unreadable' ? inspectAsTyped(port, listed) : [];
}

/** A recording holds what somebody typed: one container by its name, and all of it, which no real machine is asked for. */
async function inspectAsTyped(port: Asking['port'], listed: readonly Listed[]): Promise<readonly Inspected[]> {
  const words = listed.slice(0, 20).flatMap(({ id, name }) => [name, id, id.slice(0, 12)]);
  const asked = [listed.map(({ id }) => id), listed.map(({ name }) => name), ...words.map((word) => [word])];
  const answers = await Promise.all(
    asked.map((some) => port.run(['docker', 'inspect', ...some], { timeoutMs: 10_000, bytesMax: 4_194_304, isSecret: true })),
  );
  return answers.flatMap((answer) => (answer.kind === 'exited' ? (parseInspected(answer.stdout) ?? []) : []));
}
