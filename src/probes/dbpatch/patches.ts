// Learns which patches a home holds: from what its owner left in the spool, or by asking opatch where this process is the owner.
import type { Exited } from '../../contract/machine.ts';
import { askHome, environmentOf, secondOf, unseenFrom } from './ask.ts';
import type { AskedHome } from './asking.ts';
import { captureOf, type OwnedCapture } from './captures.ts';
import { type Home, type HomePatch, type Patches, partUnseen } from './facts.ts';
import { type PatchesTold, parseLsinventory, parseLspatches } from './opatch-parse.ts';
import type { Patch } from './patch.ts';

export interface PatchesLook {
  readonly told: Patches;
  readonly capturedMs: number | null;
}

/** opatch starts a Java machine and loads the inventory: 3 to 15 s, a minute on a busy machine. */
const opatchTimeoutMs = 120_000;
/** One folder for each patch that ever was in the home and has a part for the dictionary. */
const sqlPatchesMax = 2_000;

export async function lookAtPatches(asked: AskedHome, earlier: Home | undefined): Promise<PatchesLook> {
  const capture = captureOf(asked.captures, 'lspatches', { home: asked.path }, asked.uid);
  if (capture !== null) return fromCapture(asked, capture);
  const direct = 'opatch lspatches';
  const isUnchanged = earlier?.inventoryChangedAt !== null && earlier?.inventoryChangedAt === changedAt(asked);
  if (isUnchanged && earlier?.patches.kind === 'seen' && earlier.patches.learntFrom.startsWith('opatch'))
    return { told: earlier.patches, capturedMs: null };
  if (asked.user === null || (asked.user !== 'anybody' && asked.user !== asked.uid)) return { told: notAsked(asked), capturedMs: null };
  return { told: await askOpatch(asked, direct), capturedMs: null };
}

const changedAt = ({ inventory }: AskedHome): string | null => (inventory.changedMs === null ? null : secondOf(inventory.changedMs));

const notAsked = ({ captures }: AskedHome): Patches =>
  partUnseen(
    'denied',
    `Only the owner of the home may ask opatch, and no capture tells what it said${captures.problem === null ? '' : `; ${captures.problem}`}`,
    true,
  );

async function fromCapture(asked: AskedHome, capture: OwnedCapture): Promise<PatchesLook> {
  const { key, changedMs } = asked.inventory;
  if (changedMs !== null && !isTakenFor(capture, key))
    return { told: { kind: 'stale', capturedAt: secondOf(capture.at), changedAt: secondOf(changedMs) }, capturedMs: null };
  const told = await factsOf(asked, parseLspatches(capture, asked), 'capture of opatch lspatches');
  return { told, capturedMs: changedMs === null ? lastRun(asked, capture) : null };
}

/** Whether the inventory is what it was; the part of it that this user may not see is left to the other. */
export const isTakenFor = (capture: OwnedCapture, key: string): boolean => {
  const then = (capture.header.get('inventory') ?? '').split(' ');
  return key.split(' ').every((part, at) => part === '-' || part === then[at]);
};

/** The unit does not ask again while nothing changed: that it still runs is told by what it renews each time. */
function lastRun({ captures }: AskedHome, capture: OwnedCapture): number {
  const runs = captures.all.filter((one) => one.of === 'inventory' && one.uid === capture.uid).map((one) => one.at);
  return Math.max(capture.at, ...runs);
}

async function askOpatch(asked: AskedHome, learntFrom: string): Promise<Patches> {
  const { port, path, paths } = asked;
  const limits = { env: environmentOf(path), timeoutMs: opatchTimeoutMs };
  const ask = (verb: string) =>
    askHome(
      port,
      paths.flatMap((one) => [[`${one}/OPatch/opatch`, verb] as const, [`${one}/OPatch/opatch`, verb, '-oh', one] as const]),
      limits,
    );
  const listed = await ask('lspatches');
  if (listed.kind === 'exited') return factsOf(asked, parseLspatches(listed, asked), learntFrom);
  // Only a recording can hold the one question and not the other.
  const inventory = asked.user === 'anybody' ? await ask('lsinventory') : listed;
  if (inventory.kind === 'exited') return factsOf(asked, parseLsinventory(inventory, asked), 'opatch lsinventory');
  return unaskable(listed);
}

/** On a recording that holds no answer of opatch, as on a machine where it is not this process's to ask, nobody has asked. */
const unaskable = (answer: Exclude<Awaited<ReturnType<typeof askHome>>, Exited>): Patches =>
  answer.reason === 'tool-missing' || answer.reason === 'unreadable' ? { ...unseenFrom(answer), isUnasked: true } : unseenFrom(answer);

async function factsOf(asked: AskedHome, told: PatchesTold, learntFrom: string): Promise<Patches> {
  if (told.kind === 'refused') return partUnseen(told.reason, told.detail);
  const withSql = await asked.port.listDirectory(`${asked.path}/sqlpatch`, { entriesMax: sqlPatchesMax });
  const hasSql = ({ id }: Patch): HomePatch['hasSql'] =>
    withSql.kind === 'directory' && !withSql.isCut ? withSql.names.includes(id) : null;
  return { kind: 'seen', patches: told.patches.map((patch) => ({ ...patch, hasSql: hasSql(patch) })), learntFrom };
}
