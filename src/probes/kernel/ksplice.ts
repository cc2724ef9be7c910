// Looks at Ksplice: its world-readable files and /sys first, then its tools, most of which only root may run.
import type { Exited, Failed, Machine, Uname } from '../../contract/machine.ts';
import { askRootTool, dayOf, firstAnswer, readText, runTool, type Told, unseenFrom } from './ask.ts';
import { type ActiveLivePatching, type Effective, type LivePatching, type Patch, partUnseen, type Trouble } from './facts.ts';
import { type Applied, appliedPatches, type Cached, effectiveFromFile, readCached } from './ksplice-files.ts';
import { parseShow, parseUptrackConf, readTrouble, type Shown } from './ksplice-parse.ts';
import { buildDay, readRelease, withoutArchitecture } from './release.ts';

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
    askShow(context, 'installed'),
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
  const [available, cached] = await Promise.all([askShow(context, 'available'), readCached(port, context.uname, context.captureFolder)]);
  const asked: Asked = { show, shown: sectionsOf(show), available, offered: sectionsOf(available) };
  const installed = installedPatches(asked, applied, cached.titles);
  const troubles = [show, available].map(troubleOf);
  return {
    planAsOfMs: cached.planAsOfMs,
    state: {
      kind: 'ksplice',
      effective: await effectiveLevel(context, file, installed, asked),
      installed,
      available: availablePatches(asked, cached),
      switchedOff: switchOf(disable, troubles),
      registration: context.isOffline ? { seen: true, state: 'not-needed' } : registrationOf(conf, troubles, cached.trouble),
      lastContact: contactOf(cached, troubles),
      commandLine: context.commandLine,
      ...optionsOf(conf),
    } satisfies ActiveLivePatching,
  };
}

/** What the tools answered, and the lists in it. */
interface Asked {
  readonly show: Told | Failed;
  readonly shown: Shown | null;
  readonly available: Told | Failed;
  readonly offered: Shown | null;
}

const troubleOf = (answer: Told | Failed): Trouble =>
  answer.kind === 'told' ? readTrouble(answer.code, answer.stdout, answer.stderr) : 'none';

const isMissingTool = (answer: Told | Exited | Failed): boolean => answer.kind === 'failed' && answer.reason === 'tool-missing';

const notThere = (failed: Failed | undefined): LivePatchingLook => ({
  planAsOfMs: null,
  state: failed === undefined ? { kind: 'none' } : { kind: 'unseen', reason: failed.reason, detail: failed.detail.slice(0, 300) },
});

const needsRoot = (answer: Exited): boolean => readTrouble(answer.code, answer.stdout, answer.stderr) === 'not-root';

/** The last one of each has both lists; where only the enhanced client is there, it tells through `ksplice`. */
const showSpellings = {
  installed: [['uptrack-show'], ['uptrack-show', '--all'], ['ksplice', 'kernel', 'show'], ['ksplice', 'all', 'show']],
  available: [
    ['uptrack-show', '--available'],
    ['uptrack-show', '--all'],
    ['ksplice', 'kernel', 'show', '--available'],
  ],
} as const;

const captureNames = { installed: 'uptrack-show', available: 'uptrack-available' } as const;

const askShow = ({ port, captureFolder: folder }: KspliceContext, what: keyof typeof showSpellings): Promise<Told | Failed> =>
  firstAnswer((argv) => askRootTool(port, argv, { folder, name: captureNames[what] }, needsRoot), showSpellings[what]);

const sectionsOf = (answer: Told | Failed): Shown | null => (answer.kind === 'told' && answer.code === 0 ? parseShow(answer.stdout) : null);

function installedPatches({ show, shown }: Asked, applied: Applied, titles: ReadonlyMap<string, string>): ActiveLivePatching['installed'] {
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
  asked: Asked,
): Promise<Effective> {
  const fromFile = file.kind === 'text' ? effectiveFromFile(file.text, context.uname, installed) : null;
  if (fromFile !== null) return fromFile;
  const { port, uname } = context;
  const tool = await toolRelease(port, ['uptrack-uname', '-r']);
  const shown = levelShown(asked);
  // uptrack-uname repeats the running release where it does not know better; the list may still name the level.
  const isEcho = tool === uname.release && shown !== null && installed.seen && installed.patches.length > 0;
  if (tool !== null && !isEcho) {
    const version = await runTool(port, ['uptrack-uname', '-v']);
    return told(context, tool, 'uptrack-uname -r', version.kind === 'exited' && version.code === 0 ? version.stdout : '');
  }
  if (shown !== null) {
    const naming = readRelease(uname.release).packaging === 'rpm' ? ('release' as const) : ('package-version' as const);
    return { ...told(context, shown.level, shown.learntFrom, ''), naming };
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

/** Both lists end with the level, where it is known. */
function levelShown({ show, shown, available, offered }: Asked): { readonly level: string; readonly learntFrom: string } | null {
  if (show.kind === 'told' && shown?.effective !== undefined) return { level: shown.effective, learntFrom: show.learntFrom };
  if (available.kind === 'told' && offered?.effective !== undefined) return { level: offered.effective, learntFrom: available.learntFrom };
  return null;
}

function told({ uname }: KspliceContext, effective: string, learntFrom: string, version: string): Extract<Effective, { seen: true }> {
  const release = withoutArchitecture(effective);
  const isRunning = release === withoutArchitecture(uname.release);
  return { seen: true, release, naming: 'release', learntFrom, builtOn: buildDay(version) ?? (isRunning ? buildDay(uname.version) : null) };
}

async function toolRelease(port: Machine, argv: readonly [string, ...string[]]): Promise<string | null> {
  const answer = await runTool(port, argv);
  return answer.kind === 'exited' && answer.code === 0 ? (/^([0-9]+\.[0-9]\S*)\n?$/.exec(answer.stdout)?.[1] ?? null) : null;
}

/** "None" without a plan behind it is no knowledge; updates that are listed are there whatever their age. */
function availablePatches({ available: answer, offered }: Asked, cached: Cached): ActiveLivePatching['available'] {
  const shown = offered?.available;
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

/** What the tool says now outweighs a folder that may not be looked into. */
function switchOf(disable: Awaited<ReturnType<Machine['stat']>>, troubles: readonly Trouble[]): ActiveLivePatching['switchedOff'] {
  if (disable.kind === 'stat' || troubles.includes('disabled')) return { seen: true, isDisabled: true, by: '/etc/uptrack/disable' };
  return disable.kind === 'failed' ? unseenFrom(disable) : { seen: true, isDisabled: false, by: '' };
}

/** The last contact tells of a missing key only where the configuration, which may be younger, does not. */
function registrationOf(
  conf: Awaited<ReturnType<typeof readText>>,
  troubles: readonly Trouble[],
  lastTrouble: Trouble | null,
): ActiveLivePatching['registration'] {
  const noKey = { seen: true, state: 'no-key' } as const;
  if (troubles.includes('no-key')) return noKey;
  if (conf.kind !== 'text' && lastTrouble === 'no-key') return noKey;
  if (conf.kind === 'failed') return unseenFrom(conf);
  if (conf.kind === 'missing') return partUnseen('unreadable', '/etc/uptrack/uptrack.conf is not there');
  const parsed = parseUptrackConf(conf.text);
  if (parsed === null) return partUnseen('unparsable', '/etc/uptrack/uptrack.conf is no Uptrack configuration');
  const states = { present: 'registered', empty: 'no-key', placeholder: 'placeholder-key' } as const;
  return { seen: true, state: states[parsed.key] };
}

const optionsOf = (conf: Awaited<ReturnType<typeof readText>>): Pick<ActiveLivePatching, 'options'> => {
  const parsed = conf.kind === 'text' ? parseUptrackConf(conf.text) : null;
  return parsed === null ? {} : { options: parsed.options };
};

function contactOf(cached: Cached, troubles: readonly Trouble[]): ActiveLivePatching['lastContact'] {
  if (cached.trouble !== null) return { seen: true, trouble: cached.trouble };
  const trouble = troubles.find((one) => one !== 'none' && one !== 'not-root' && one !== 'locked');
  if (trouble !== undefined) return { seen: true, trouble };
  return partUnseen('unreadable', 'No result of the last contact with the patch server could be read');
}
