// Reads what Ksplice's clients leave in files and in /sys: no tool, no lock, and mostly no rights needed.
import type { Failed, Machine, Uname } from '../../contract/machine.ts';
import { readCapture, readText } from './ask.ts';
import type { ActiveLivePatching, Effective, Patch, Trouble } from './facts.ts';
import {
  parseEffectiveFile,
  parsePlan,
  parseResults,
  parseStatusTitles,
  parseUpgradeDryRun,
  patchesMax,
  readTrouble,
} from './ksplice-parse.ts';
import { withoutArchitecture } from './release.ts';

export type Applied = { readonly seen: true; readonly ids: readonly string[] } | { readonly seen: false; readonly failed: Failed };

/** The applied set without any tool: loaded modules and integrated updates, by their stage. */
export async function appliedPatches(port: Machine): Promise<Applied> {
  const modules = await port.listDirectory('/sys/module', { entriesMax: 8_192 });
  const integrated = await port.listDirectory('/sys/kernel/ksplice', { entriesMax: patchesMax });
  if (modules.kind === 'failed' || integrated.kind === 'failed') {
    return { seen: false, failed: modules.kind === 'failed' ? modules : (integrated as Failed) };
  }
  if (modules.kind === 'missing' && integrated.kind === 'missing') {
    return {
      seen: false,
      failed: { kind: 'failed', reason: 'unreadable', detail: 'There is no /sys/module to see the applied patches in' },
    };
  }
  const loaded = modules.kind === 'directory' ? modules.names.map((name) => /^ksplice_([0-9a-z]{8})$/.exec(name)?.[1]) : [];
  const ids = [...new Set([...loaded, ...(integrated.kind === 'directory' ? integrated.names : [])])]
    .filter((id) => id !== undefined && /^[0-9a-z]{8}$/.test(id))
    .slice(0, patchesMax) as string[];
  const stages = await Promise.all(ids.map((id) => isApplied(port, id)));
  const failed = stages.find((stage) => typeof stage === 'object');
  if (failed !== undefined) return { seen: false, failed };
  return { seen: true, ids: ids.filter((_id, at) => stages[at] === true).sort() };
}

async function isApplied(port: Machine, id: string): Promise<boolean | Failed> {
  for (const path of [`/sys/module/ksplice_${id}/ksplice/stage`, `/sys/kernel/ksplice/${id}/stage`]) {
    const stage = await readText(port, path);
    if (stage.kind === 'failed') return stage;
    if (stage.kind === 'text') return stage.text.trim() === 'applied';
  }
  // A loaded module without a stage of its own: what lsmod shows, and all that some versions leave.
  return true;
}

/** The file outlives reboots and rollbacks: it holds only for the kernel and the set of patches that it names. */
export function effectiveFromFile(text: string, uname: Uname, installed: ActiveLivePatching['installed']): Effective | null {
  const file = parseEffectiveFile(text);
  if (file === null || !installed.seen) return null;
  if (file.original.release !== uname.release || file.original.version !== uname.version) return null;
  const same = [...file.installed].sort().join() === installed.patches.map((patch) => patch.id).join();
  if (!same) return null;
  return {
    seen: true,
    release: withoutArchitecture(file.release),
    naming: 'release',
    learntFrom: '/var/lib/uptrack/effective_kernel',
    builtOn: file.builtOn,
  };
}

export interface Cached {
  readonly plan: readonly Patch[] | null;
  /** Epoch milliseconds of the last contact with the patch server that succeeded, where known. */
  readonly planAsOfMs: number | null;
  readonly planFailed: Failed | null;
  /** Of the last contact; null where nothing tells of one. */
  readonly trouble: Trouble | null;
  readonly titles: ReadonlyMap<string, string>;
}

export async function readCached(port: Machine, uname: Uname, captureFolder: string): Promise<Cached> {
  const architecture = /^i[3-6]86$/.test(uname.machine) ? 'i386' : uname.machine;
  const folder = `/var/cache/uptrack/${uname.sysname}/${architecture}/${uname.release}/${uname.version}`;
  const [plan, results, status] = (await Promise.all(
    ['upgrade_plan', 'results', 'status'].map((name) => readText(port, `${folder}/${name}`)),
  )) as [Read, Read, Read];
  const dryRun = await readDryRun(port, captureFolder);
  const parsed = plan.kind === 'text' ? parsePlan(plan.text) : null;
  const contacts = [results, status].map((file) => (file.kind === 'text' ? parseResults(file.text) : null));
  const reached = contacts.flatMap((contact) => (contact?.trouble === 'none' && contact.atMs !== null ? [contact.atMs] : []));
  // A plan that bears no time was made at the contact beside it; the time of the file is what is left.
  const planAsOfMs =
    parsed?.madeAtMs ?? (reached.length > 0 ? Math.max(...reached) : parsed !== null && plan.kind === 'text' ? plan.modifiedMs : null);
  return {
    plan: parsed?.pending ?? dryRun?.pending ?? null,
    planAsOfMs: planAsOfMs ?? (dryRun?.pending === undefined ? null : dryRun.atMs),
    planFailed: plan.kind === 'failed' ? plan : null,
    trouble: contacts[0]?.trouble ?? dryRun?.trouble ?? null,
    titles: status.kind === 'text' ? parseStatusTitles(status.text) : new Map(),
  };
}

type Read = Awaited<ReturnType<typeof readText>>;

/** Made daily; older ones are kept for a week, so that their age is told rather than their absence. */
const dryRunAgeMaxMs = 7 * 24 * 3_600_000;

interface DryRunCapture {
  /** Undefined where the server was not reached or refused. */
  readonly pending?: readonly Patch[];
  readonly trouble: Trouble;
  readonly atMs: number;
}

/** A daily `uptrack-upgrade -n` is not ours to run, since it writes; where an operator captures one, it stands in for the plan. */
async function readDryRun(port: Machine, folder: string): Promise<DryRunCapture | null> {
  const captured = await readCapture(port, { folder, name: 'uptrack-dry-run' }, 'uptrack-upgrade -n', dryRunAgeMaxMs);
  if (captured === null) return null;
  const { code, stdout, stderr, atMs } = captured;
  if (code !== 0) return { trouble: readTrouble(code, stdout, stderr), atMs };
  const parsed = parseUpgradeDryRun(stdout);
  return parsed === null ? null : { pending: parsed.pending, trouble: 'none', atMs };
}
