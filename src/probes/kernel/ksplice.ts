// Looks at Ksplice: its world-readable files and /sys first, then its tools, most of which only root may run.
import type { Exited, Failed, Machine, Uname } from '../../contract/machine.ts';
import { askRootTool, dayOf, readCapture, readText, runTool, type Told, unseenFrom } from './ask.ts';
import { type ActiveLivePatching, type Effective, type LivePatching, type Patch, partUnseen, type Trouble } from './facts.ts';
import {
  parseEffectiveFile,
  parsePlan,
  parseResults,
  parseShow,
  parseStatusTitles,
  parseUpgradeDryRun,
  parseUptrackConf,
  patchesMax,
  readTrouble,
  type Shown,
} from './ksplice-parse.ts';
import { buildDay, readRelease, withoutArchitecture } from './release.ts';

/** Made daily; older ones are kept for a week, so that their age is told rather than their absence. */
const dryRunAgeMaxMs = 7 * 24 * 3_600_000;

export interface LivePatchingLook {
  readonly state: LivePatching;
  /** Epoch milliseconds of the last contact with the patch server, where known. */
  readonly planAsOfMs: number | null;
}

interface KspliceContext {
  readonly port: Machine;
  readonly uname: Uname;
  readonly captureFolder: string;
  /** The offline client needs no access key. */
  readonly isOffline: boolean;
  readonly commandLine: ActiveLivePatching['commandLine'];
}

export async function lookAtKsplice(context: KspliceContext): Promise<LivePatchingLook> {
  const { port } = context;
  const [home, file, applied, conf, disable, show] = await Promise.all([
    port.stat('/etc/uptrack'),
    readText(port, '/var/lib/uptrack/effective_kernel'),
    appliedPatches(port),
    readText(port, '/etc/uptrack/uptrack.conf'),
    port.stat('/etc/uptrack/disable'),
    askShow(context, []),
  ]);
  const traces = [home, file, conf, disable];
  const isThere =
    traces.some((trace) => trace.kind !== 'missing' && trace.kind !== 'failed') ||
    (applied.seen && applied.ids.length > 0) ||
    !isMissingTool(show);
  if (!isThere) {
    const uname = await runTool(port, ['uptrack-uname', '-r']);
    if (isMissingTool(uname)) return notThere(traces.find((trace) => trace.kind === 'failed'));
  }
  const [available, cached] = await Promise.all([askShow(context, ['--available']), readCached(context)]);
  const shown = show.kind === 'told' && show.code === 0 ? parseShow(show.stdout) : null;
  const installed = installedPatches(show, shown, applied, cached.titles);
  return {
    planAsOfMs: cached.planAsOfMs,
    state: {
      kind: 'ksplice',
      effective: await effectiveLevel(context, file, installed, show, shown),
      installed,
      available: availablePatches(available, cached),
      switchedOff: switchOf(disable),
      registration: context.isOffline ? { seen: true, state: 'not-needed' } : registrationOf(conf),
      lastContact: contactOf(cached, show, available),
      commandLine: context.commandLine,
    } satisfies ActiveLivePatching,
  };
}

const isMissingTool = (answer: Told | Exited | Failed): boolean => answer.kind === 'failed' && answer.reason === 'tool-missing';

const notThere = (failed: Failed | undefined): LivePatchingLook => ({
  planAsOfMs: null,
  state: failed === undefined ? { kind: 'none' } : { kind: 'unseen', reason: failed.reason, detail: failed.detail.slice(0, 300) },
});

const needsRoot = (answer: Exited): boolean => readTrouble(answer.code, answer.stdout, answer.stderr) === 'not-root';

/** `uptrack-show`, or `ksplice kernel show` where only the enhanced client is there. */
async function askShow(context: KspliceContext, options: readonly string[]): Promise<Told | Failed> {
  const capture = { folder: context.captureFolder, name: options.length === 0 ? 'uptrack-show' : 'uptrack-available' };
  const answer = await askRootTool(context.port, ['uptrack-show', ...options], capture, needsRoot);
  if (!isMissingTool(answer)) return answer;
  return askRootTool(context.port, ['ksplice', 'kernel', 'show', ...options], capture, needsRoot);
}

type Applied = { readonly seen: true; readonly ids: readonly string[] } | { readonly seen: false; readonly failed: Failed };

/** The applied set without any tool: loaded modules and integrated updates, by their stage. */
async function appliedPatches(port: Machine): Promise<Applied> {
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

function installedPatches(
  show: Told | Failed,
  shown: Shown | null,
  applied: Applied,
  titles: ReadonlyMap<string, string>,
): ActiveLivePatching['installed'] {
  if (show.kind === 'told' && shown?.installed !== undefined)
    return { seen: true, patches: byId(shown.installed), learntFrom: show.learntFrom };
  if (applied.seen) {
    const patches = applied.ids.map((id) => (titles.has(id) ? { id, title: titles.get(id)! } : { id }));
    return { seen: true, patches, learntFrom: '/sys' };
  }
  if (show.kind === 'failed') return unseenFrom(show.reason === 'tool-missing' ? applied.failed : show);
  return refusalOf(show);
}

const byId = (patches: readonly Patch[]): Patch[] => [...patches].sort((a, b) => (a.id < b.id ? -1 : 1));

function refusalOf(answer: Told) {
  return answer.code === 0
    ? partUnseen('unparsable', `${answer.learntFrom} printed no list of updates`)
    : partUnseen(
        'unreadable',
        `${answer.learntFrom} refused with exit code ${answer.code} (${readTrouble(answer.code, answer.stdout, answer.stderr)})`,
      );
}

async function effectiveLevel(
  context: KspliceContext,
  file: Awaited<ReturnType<typeof readText>>,
  installed: ActiveLivePatching['installed'],
  show: Told | Failed,
  shown: Shown | null,
): Promise<Effective> {
  const fromFile = file.kind === 'text' ? effectiveFromFile(file.text, context.uname, installed) : null;
  if (fromFile !== null) return fromFile;
  const { port, uname } = context;
  const tool = await toolRelease(port, ['uptrack-uname', '-r']);
  const isShown = show.kind === 'told' && shown?.effective !== undefined;
  // uptrack-uname repeats the running release where it does not know better; the list may still name the level.
  const isEcho = tool === uname.release && isShown && installed.seen && installed.patches.length > 0;
  if (tool !== null && !isEcho) {
    const version = await runTool(port, ['uptrack-uname', '-v']);
    return told(context, tool, 'uptrack-uname -r', version.kind === 'exited' && version.code === 0 ? version.stdout : '');
  }
  if (isShown) {
    const naming = readRelease(uname.release).packaging === 'rpm' ? ('release' as const) : ('package-version' as const);
    return { ...told(context, shown.effective!, show.learntFrom, ''), naming };
  }
  const enhanced = await toolRelease(port, ['ksplice', 'kernel', 'uname', '-r']);
  if (enhanced !== null) return told(context, enhanced, 'ksplice kernel uname -r', '');
  return partUnseen(
    file.kind === 'text' ? 'unparsable' : 'unreadable',
    file.kind === 'text'
      ? 'Uptrack’s effective_kernel file does not belong to what runs now, and no tool told the effective kernel'
      : 'No file and no tool of Ksplice told the effective kernel',
  );
}

function told({ uname }: KspliceContext, effective: string, learntFrom: string, version: string): Extract<Effective, { seen: true }> {
  const release = withoutArchitecture(effective);
  const isRunning = release === withoutArchitecture(uname.release);
  return { seen: true, release, naming: 'release', learntFrom, builtOn: buildDay(version) ?? (isRunning ? buildDay(uname.version) : null) };
}

/** The file outlives reboots and rollbacks: it holds only for the kernel and the set of patches that it names. */
function effectiveFromFile(text: string, uname: Uname, installed: ActiveLivePatching['installed']): Effective | null {
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

async function toolRelease(port: Machine, argv: readonly [string, ...string[]]): Promise<string | null> {
  const answer = await runTool(port, argv);
  return answer.kind === 'exited' && answer.code === 0 ? (/^([0-9]+\.[0-9]\S*)\n?$/.exec(answer.stdout)?.[1] ?? null) : null;
}

interface Cached {
  readonly plan: readonly Patch[] | null;
  readonly planAsOfMs: number | null;
  readonly planFailed: Failed | null;
  readonly trouble: Trouble | null;
  readonly titles: ReadonlyMap<string, string>;
}

async function readCached({ port, uname, captureFolder }: KspliceContext): Promise<Cached> {
  const architecture = /^i[3-6]86$/.test(uname.machine) ? 'i386' : uname.machine;
  const folder = `/var/cache/uptrack/${uname.sysname}/${architecture}/${uname.release}/${uname.version}`;
  const [plan, results, status] = await Promise.all(
    ['upgrade_plan', 'results', 'status'].map((name) => readText(port, `${folder}/${name}`)),
  );
  const dryRun = await readDryRun(port, captureFolder);
  const parsed = plan!.kind === 'text' ? parsePlan(plan!.text) : dryRun;
  return {
    plan: parsed?.pending ?? null,
    planAsOfMs: parsed === null ? null : (parsed.madeAtMs ?? (plan!.kind === 'text' ? plan!.modifiedMs : null)),
    planFailed: plan!.kind === 'failed' ? plan! : null,
    trouble: results!.kind === 'text' ? (parseResults(results!.text)?.trouble ?? null) : null,
    titles: status!.kind === 'text' ? parseStatusTitles(status!.text) : new Map(),
  };
}

/** A daily `uptrack-upgrade -n` is not ours to run, since it writes; where an operator captures one, it stands in for the plan. */
async function readDryRun(port: Machine, folder: string): Promise<{ pending: readonly Patch[]; madeAtMs: number } | null> {
  const captured = await readCapture(port, { folder, name: 'uptrack-dry-run' }, 'uptrack-upgrade -n', dryRunAgeMaxMs);
  const parsed = captured?.code === 0 ? parseUpgradeDryRun(captured.stdout) : null;
  return captured === null || parsed === null ? null : { pending: parsed.pending, madeAtMs: captured.atMs };
}

/** "None" without a plan behind it is no knowledge; updates that are listed are there whatever their age. */
function availablePatches(answer: Told | Failed, cached: Cached): ActiveLivePatching['available'] {
  const shown = answer.kind === 'told' && answer.code === 0 ? parseShow(answer.stdout)?.available : undefined;
  const asOfDay = dayOf(cached.planAsOfMs);
  if (shown !== undefined && answer.kind === 'told' && (shown.length > 0 || asOfDay !== null)) {
    return { seen: true, patches: byId(shown), learntFrom: answer.learntFrom, asOfDay };
  }
  if (cached.plan !== null) return { seen: true, patches: byId(cached.plan), learntFrom: 'cached plan', asOfDay };
  if (cached.planFailed !== null) return unseenFrom(cached.planFailed);
  if (answer.kind === 'told' && shown === undefined) return refusalOf(answer);
  if (answer.kind === 'failed' && answer.reason !== 'tool-missing') return unseenFrom(answer);
  return partUnseen(
    'unreadable',
    'No plan of updates is cached for the running kernel: the patch server was not reached since it was booted',
  );
}

function switchOf(disable: Awaited<ReturnType<Machine['stat']>>): ActiveLivePatching['switchedOff'] {
  if (disable.kind === 'failed') return unseenFrom(disable);
  return disable.kind === 'missing'
    ? { seen: true, isDisabled: false, by: '' }
    : { seen: true, isDisabled: true, by: '/etc/uptrack/disable' };
}

function registrationOf(conf: Awaited<ReturnType<typeof readText>>): ActiveLivePatching['registration'] {
  if (conf.kind === 'failed') return unseenFrom(conf);
  if (conf.kind === 'missing') return partUnseen('unreadable', '/etc/uptrack/uptrack.conf is not there');
  const parsed = parseUptrackConf(conf.text);
  if (parsed === null) return partUnseen('unparsable', '/etc/uptrack/uptrack.conf is no Uptrack configuration');
  const states = { present: 'registered', empty: 'no-key', placeholder: 'placeholder-key' } as const;
  return { seen: true, state: states[parsed.key] };
}

function contactOf(cached: Cached, show: Told | Failed, available: Told | Failed): ActiveLivePatching['lastContact'] {
  if (cached.trouble !== null) return { seen: true, trouble: cached.trouble };
  const troubles = [show, available].map((answer) =>
    answer.kind === 'told' ? readTrouble(answer.code, answer.stdout, answer.stderr) : 'none',
  );
  const trouble = troubles.find((one) => one !== 'none' && one !== 'not-root' && one !== 'locked');
  if (trouble !== undefined) return { seen: true, trouble };
  return partUnseen('unreadable', 'No result of the last contact with the patch server could be read');
}
