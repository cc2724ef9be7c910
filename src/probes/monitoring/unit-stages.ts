// The stages that units, files and processes prove: installed, enabled, running.
import type { Failed, FileStat, Machine, Missing, RunningProcess } from '../../contract/machine.ts';
import type { ShownUnit } from '../../formats/systemctl-show.ts';
import type { AgentKind, EarlierAgent, ProcessSight } from './agent-kind.ts';
import type { Stage } from './facts.ts';
import { failedStage, no, notApplicable, unseenStage, yes } from './stages.ts';
import { type ReadonlyUnits, restartsCount, unitState } from './units.ts';

export interface Traces {
  readonly installed: Stage;
  readonly enabled: Stage;
  readonly running: Stage;
  /** The unit that runs it, or the usual one where none is loaded. */
  readonly unitName: string;
  readonly unit: ShownUnit | null;
  readonly own: readonly RunningProcess[];
}

export async function lookForTraces(
  machine: Machine,
  kind: AgentKind,
  units: ReadonlyUnits,
  processes: ProcessSight,
  earlier: EarlierAgent | null,
): Promise<Traces> {
  const own = processes.kind === 'seen' ? processes.processes.filter(kind.isProcess) : [];
  const paths = await Promise.all(kind.paths.map((path) => machine.stat(path)));
  const found = mainUnit(kind, units);
  const byUnits = await unlessWithoutUnitFile(machine, kind, unseenMainUnit(kind, units));
  const installed = installedStage(kind, byUnits, processes, found, own, paths);
  const unitName = found?.name ?? kind.mainUnits[0] ?? '';
  const unit = found?.unit ?? null;
  const isOnlyAProcess = unit === null && !paths.some((path) => path.kind === 'stat');
  return {
    installed,
    enabled: enabledStage(kind, units, unit, isOnlyAProcess),
    running: runningStage(kind, units, unit, own, processes, earlier),
    unitName,
    unit,
    own,
  };
}

/** Where two are loaded (an old and a new name), the one that runs counts, then the one that starts at boot. */
function mainUnit(kind: AgentKind, units: ReadonlyUnits): { readonly name: string; readonly unit: ShownUnit } | null {
  const loaded = kind.mainUnits.flatMap((name) => {
    const sight = units.of(name);
    return sight.kind === 'shown' && sight.unit.loadState !== 'not-found' ? [{ name, unit: sight.unit }] : [];
  });
  return (
    loaded.find(({ unit }) => unit.activeState === 'active') ??
    loaded.find(({ unit }) => unit.unitFileState === 'enabled') ??
    loaded[0] ??
    null
  );
}

/** Where packages, administrators and generators put units. */
const unitFolders = ['/etc/systemd/system', '/run/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system'] as const;

/**
 * What systemd does not tell about a packaged agent, the folders of its unit files do: null where they are seen to hold
 * none of its units. A machine that shows no os-release either shows no files at all, so that nothing follows; and where the
 * package has left a log, somebody has to look.
 */
async function unlessWithoutUnitFile(machine: Machine, kind: AgentKind, byUnits: Stage | null): Promise<Stage | null> {
  if (byUnits === null || kind.paths.length === 0) return byUnits;
  const units = unitFolders.flatMap((folder) => kind.mainUnits.map((name) => `${folder}/${name}`));
  const wanted = [...units, ...kind.packages.map((name) => `/var/log/${name}`)];
  const stats = await Promise.all([...wanted, '/etc/os-release'].map((path) => machine.stat(path)));
  const isSeen = stats.pop()?.kind === 'stat';
  return isSeen && stats.every((stat) => stat.kind === 'missing') ? null : byUnits;
}

function installedStage(
  kind: AgentKind,
  byUnits: Stage | null,
  processes: ProcessSight,
  found: object | null,
  own: readonly RunningProcess[],
  paths: readonly (FileStat | Missing | Failed)[],
): Stage {
  if (found !== null || own.length > 0 || paths.some((path) => path.kind === 'stat') || isOnlyAnEffect(kind)) return yes;
  const failed = paths.find((path) => path.kind === 'failed');
  if (failed !== undefined) return failedStage(failed, `${kind.title}’s files`);
  const byProcesses = kind.hasProcess ? blindToProcesses(processes) : null;
  // That the files of a packaged agent are missing is believed where units or processes say so too.
  const blind = kind.paths.length > 0 ? byProcesses && byUnits : (byUnits ?? byProcesses);
  return blind ?? no('missing', 'no unit, file or process of it is here');
}

/** Described by a port, a log or an address only: there is nothing whose absence would mean "not installed". */
const isOnlyAnEffect = (kind: AgentKind): boolean => kind.mainUnits.length === 0 && kind.paths.length === 0 && !kind.hasProcess;

function unseenMainUnit(kind: AgentKind, units: ReadonlyUnits): Stage | null {
  const sight = kind.mainUnits.map((name) => units.of(name)).find((each) => each.kind === 'unseen');
  return sight?.kind === 'unseen' ? unseenStage(sight.reason, sight.detail) : null;
}

function blindToProcesses(processes: ProcessSight): Stage | null {
  if (processes.kind === 'unseen') return unseenStage(processes.reason, processes.detail);
  return processes.isCut ? unseenStage('too-much-output', 'more processes run than are read') : null;
}

function enabledStage(kind: AgentKind, units: ReadonlyUnits, unit: ShownUnit | null, isOnlyAProcess: boolean): Stage {
  if (unit !== null) return enabledByUnit(units, unit);
  if (kind.mainUnits.length === 0) return notApplicable('no unit of it is described');
  const blind = unseenMainUnit(kind, units);
  if (blind !== null) return blind;
  if (isOnlyAProcess)
    return unseenStage('unreadable', 'a process of it runs without unit or files here: in a container, or started by hand');
  return no('no-unit', 'no unit starts it at boot');
}

function enabledByUnit(units: ReadonlyUnits, unit: ShownUnit): Stage {
  if (unit.loadState === 'masked') return no('masked', 'the unit is masked');
  switch (unit.unitFileState) {
    case 'enabled':
    case 'static':
    case 'indirect':
    case 'generated':
    case 'alias':
      return yes;
    case 'masked':
    case 'masked-runtime':
      return no('masked', 'the unit is masked');
    case 'enabled-runtime':
      return no('disabled', 'the unit is enabled for this boot only');
    case 'disabled':
    case 'linked':
    case 'linked-runtime':
      return startsByOther(units, unit) ? yes : no('disabled', 'the unit is not started at boot');
    default:
      return unseenStage('unreadable', 'systemd does not say whether the unit starts at boot');
  }
}

const startsByOther = (units: ReadonlyUnits, unit: ShownUnit): boolean =>
  (unit.properties.TriggeredBy ?? '')
    .split(/\s+/)
    .filter((name) => name !== '')
    .some((name) => {
      const sight = units.of(name);
      return sight.kind === 'shown' && sight.unit.unitFileState === 'enabled' && unitState(sight.unit) === 'running';
    });

function runningStage(
  kind: AgentKind,
  units: ReadonlyUnits,
  unit: ShownUnit | null,
  own: readonly RunningProcess[],
  processes: ProcessSight,
  earlier: EarlierAgent | null,
): Stage {
  if (unit !== null) return runningByUnit(unit, own, processes, earlier);
  if (own.length > 0) return yes;
  if (kind.hasProcess) return blindToProcesses(processes) ?? no('stopped', 'no process of it runs');
  if (kind.mainUnits.length === 0) return notApplicable('neither unit nor process of it is described');
  return unseenMainUnit(kind, units) ?? no('stopped', 'its unit does not exist');
}

function runningByUnit(unit: ShownUnit, own: readonly RunningProcess[], processes: ProcessSight, earlier: EarlierAgent | null): Stage {
  const state = unitState(unit);
  switch (state) {
    case 'running':
      return isRestartedAgain(unit, earlier) ? no('crash-looping', crashLooping) : yes;
    case 'crash-looping':
      return no('crash-looping', crashLooping);
    case 'failed':
      return no('failed', `the unit has failed (${unit.result === '' ? 'systemd gives no reason' : unit.result})`);
    case 'starting':
      return isRestartedAgain(unit, earlier) ? no('crash-looping', crashLooping) : no('starting', 'the unit is still starting');
    case 'exited':
      // A generated SysV unit stays "active (exited)" whatever became of the daemon.
      return own.length > 0 ? yes : byProcessAlone(processes);
    case 'stopping':
    case 'stopped':
    case 'resting':
    case 'masked':
    case 'bad':
    case 'not-found':
      return own.length > 0 ? yes : no('stopped', 'the unit is not active');
  }
}

const crashLooping = 'systemd starts it again and again';

const byProcessAlone = (processes: ProcessSight): Stage =>
  blindToProcesses(processes) ?? no('stopped', 'its start script ended and no process of it runs');

/** One restart is an incident; two between looks, or one more after the last look already called it a loop, are a loop. */
function isRestartedAgain(unit: ShownUnit, earlier: EarlierAgent | null): boolean {
  const now = restartsCount(unit);
  const before = earlier?.readings.restartsCount;
  if (now === null || before === undefined || earlier === null) return false;
  const { running } = earlier.facts.stages;
  const wasLooping = running.state === 'no' && running.why === 'crash-looping';
  return now - before >= (wasLooping ? 1 : 2);
}
