// Asks systemd about every candidate unit at once, falling back to one question a unit.

import type { Machine } from '../../contract/machine.ts';
import type { UnseenReason } from '../../contract/outcome.ts';
import { parseSystemctlShow, type ShownUnit, saysNoSystemd, shownCount, shownProperties } from '../../formats/systemctl-show.ts';
import type { UnitFacts, UnitState } from './facts.ts';
import { failureWords } from './stages.ts';

export interface Unseen {
  readonly kind: 'unseen';
  readonly reason: UnseenReason;
  readonly detail: string;
}

export type UnitSight = { readonly kind: 'shown'; readonly unit: ShownUnit } | Unseen;

export interface ReadonlyUnits {
  /** A unit that was not asked for is unseen too. */
  readonly of: (name: string) => UnitSight;
  /** Whether systemd answered about any unit. */
  readonly systemd: { readonly kind: 'seen' } | Unseen;
}

/** systemctl needs about 10 ms; a minute-long bus time-out of a broken systemd must not take the whole look. */
const askLimits = { timeoutMs: 5_000, bytesMax: 256 * 1_024, env: { SYSTEMD_PAGER: '', SYSTEMD_COLORS: '0' } } as const;

export async function lookAtUnits(machine: Machine, names: readonly string[]): Promise<ReadonlyUnits> {
  const asked = [...new Set(names)].sort();
  if (asked.length === 0) return unitsFrom(new Map(), { kind: 'seen' });
  const together = await show(machine, asked);
  if (together.kind === 'shown') return unitsFrom(byName(asked, together.units), { kind: 'seen' });
  // One bad name spoils the common answer, and a recorded machine may hold single answers only. Other failures would only repeat.
  if (together.reason !== 'unreadable' && together.reason !== 'unparsable') return unitsFrom(new Map(), together);
  if (together.detail === noSystemd) return unitsFrom(new Map(), together);
  return showOneByOne(machine, asked, together);
}

async function showOneByOne(machine: Machine, asked: readonly string[], together: Unseen): Promise<ReadonlyUnits> {
  const sights = new Map<string, UnitSight>();
  for (const name of asked) {
    const alone = await show(machine, [name]);
    sights.set(name, alone.kind === 'shown' ? { kind: 'shown', unit: alone.units[0]! } : alone);
    if (alone.kind === 'unseen' && alone.reason === 'timeout') break;
  }
  const isSeen = [...sights.values()].some((sight) => sight.kind === 'shown');
  return isSeen ? unitsFrom(sights, { kind: 'seen' }) : unitsFrom(new Map(), together);
}

const unitsFrom = (sights: ReadonlyMap<string, UnitSight>, systemd: ReadonlyUnits['systemd']): ReadonlyUnits => ({
  of: (name) => sights.get(name) ?? (systemd.kind === 'unseen' ? systemd : unseenUnit('unreadable', 'systemd was not asked about it')),
  systemd,
});

const noSystemd = 'systemd is not running here';

async function show(machine: Machine, names: readonly string[]): Promise<{ kind: 'shown'; units: readonly ShownUnit[] } | Unseen> {
  const answer = await machine.run(['systemctl', 'show', ...names, '-p', shownProperties], askLimits);
  if (answer.kind === 'failed') return unseenUnit(answer.reason, `systemctl show: ${failureWords[answer.reason]}`);
  if (answer.code !== 0)
    return unseenUnit('unreadable', saysNoSystemd(answer.stderr) ? noSystemd : `systemctl show ended with ${answer.code}`);
  const units = parseSystemctlShow(answer.stdout);
  // Blocks come in the order asked, one a name; another number of them cannot be told apart.
  return units === null || units.length !== names.length
    ? unseenUnit('unparsable', 'systemctl show printed something else than units')
    : { kind: 'shown', units };
}

const unseenUnit = (reason: UnseenReason, detail: string): Unseen => ({ kind: 'unseen', reason, detail });

const byName = (names: readonly string[], units: readonly ShownUnit[]): ReadonlyMap<string, UnitSight> =>
  new Map(names.map((name, at) => [name, { kind: 'shown', unit: units[at]! }]));

export function unitFacts(name: string, unit: ShownUnit): UnitFacts {
  return { name, state: unitState(unit), unitFile: unit.unitFileState, result: unit.result };
}

/** systemd's words as the few that call for something different; see UnitState. */
export function unitState(unit: ShownUnit): UnitState {
  if (unit.loadState === 'not-found') return 'not-found';
  if (unit.loadState === 'masked') return 'masked';
  if (unit.loadState !== 'loaded' && unit.loadState !== 'merged') return 'bad';
  const isOneshot = unit.properties.Type === 'oneshot';
  switch (unit.activeState) {
    case 'active':
    case 'reloading':
    case 'refreshing':
      return unit.subState === 'exited' && !isOneshot ? 'exited' : 'running';
    case 'activating':
      if (unit.subState.startsWith('auto-restart')) return 'crash-looping';
      return isOneshot ? 'resting' : 'starting';
    case 'failed':
      return 'failed';
    case 'deactivating':
      return 'stopping';
    case 'inactive':
      return isOneshot && unit.result === 'success' ? 'resting' : 'stopped';
    default:
      return 'bad';
  }
}

/** How often systemd restarted it by itself; null where an old systemd (OL7's 219) does not say. */
export const restartsCount = (unit: ShownUnit): number | null => shownCount(unit, 'NRestarts');
