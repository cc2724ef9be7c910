// Asks systemd about a unit, and the unit's own files where there is no systemd to ask.
import type { Machine } from '../../../contract/machine.ts';
import { saysNoSystemd } from '../../../formats/systemctl-show.ts';
import type { Unseen } from '../facts.ts';
import { unseen } from '../observe-file.ts';
import type { Declared } from './declared.ts';
import { declaredInFiles } from './files.ts';
import { environmentProperties, parseDeclared, parseState, stateProperties } from './shown.ts';

export interface UnitSeen {
  readonly kind: 'unit';
  readonly isRunning: boolean;
  /** systemd started it, and it ended with an error. */
  readonly isFailed: boolean;
  readonly pid: number | null;
  /** Epoch milliseconds; null where it does not run or nobody says since when. */
  readonly startedMs: number | null;
  /** Its unit file and drop-ins. */
  readonly files: readonly string[];
  readonly isReloadDue: boolean;
}

export const masked = 'the unit is masked';

export type UnitSight = UnitSeen | { readonly kind: 'not-found'; readonly detail: string } | Unseen;

/** systemctl needs about 10 ms; a broken bus would take a minute. Secret as a whole: what it says of an error is nobody's to foresee. */
const limits = { timeoutMs: 5_000, bytesMax: 512 * 1024, env: { SYSTEMD_PAGER: '', SYSTEMD_COLORS: '0' }, isSecret: true } as const;

export async function lookAtUnit(machine: Machine, unit: string): Promise<UnitSight> {
  const answer = await machine.run(['systemctl', 'show', unit, '-p', stateProperties], limits);
  if (answer.kind === 'failed') return unseen(answer.reason, `systemctl ${words[answer.reason]}`);
  if (answer.code !== 0)
    return unseen('unreadable', saysNoSystemd(answer.stderr) ? 'systemd is not running here' : 'systemctl show failed');
  const state = parseState(answer.stdout);
  if (state === null) return unseen('unparsable', 'systemctl show printed something else than a unit');
  if (state.loadState === 'not-found') return { kind: 'not-found', detail: 'systemd knows no such unit' };
  if (state.loadState === 'masked') return { kind: 'not-found', detail: masked };
  if (state.loadState !== 'loaded' && state.loadState !== 'merged') return { kind: 'not-found', detail: 'systemd cannot load the unit' };
  const { pid, startedMs, files, isReloadDue, activeState } = state;
  const isRunning = pid !== null;
  return { kind: 'unit', isRunning, isFailed: activeState === 'failed', pid, startedMs: isRunning ? startedMs : null, files, isReloadDue };
}

const words = {
  timeout: 'did not answer in time',
  denied: 'may not be run by this user',
  'too-much-output': 'printed more than is read of it',
  'tool-missing': 'is not installed',
  unreadable: 'could not be run',
} as const;

export type DeclaredSight =
  | { readonly kind: 'declared'; readonly declared: Declared }
  | { readonly kind: 'not-found'; readonly detail: string }
  | Unseen;

/** What systemd answers, which goes by the last daemon-reload; else what the unit's files say now. */
export async function declaredBySystemd(machine: Machine, unit: string, sight: UnitSight): Promise<DeclaredSight> {
  if (sight.kind === 'not-found') return sight;
  if (sight.kind === 'unit') {
    const answer = await machine.run(['systemctl', 'show', unit, '-p', environmentProperties], limits);
    const declared = answer.kind === 'exited' && answer.code === 0 ? parseDeclared(answer.stdout) : null;
    if (declared !== null) return { kind: 'declared', declared };
  }
  const found = await declaredInFiles(machine, unit);
  if (found.kind !== 'not-found') return found;
  if (sight.kind === 'unit') return unseen('unparsable', 'systemctl show does not tell its environment');
  // Without any systemd there is no other place for it to be.
  return sight.reason === 'tool-missing' ? { kind: 'not-found', detail: 'no unit file of that name' } : sight;
}
