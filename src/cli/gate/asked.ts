// What somebody asks of a gate, out of what they typed.
import { parseDurationMs } from '../../contract/duration.ts';
import { byLengthMax, reasonLengthMax } from '../../contract/gate.ts';
import type { FailOn, Receipt } from '../../contract/receipt.ts';
import { type Given, UsageError } from '../command.ts';

export interface GateAsked {
  /** Null where the agent of this machine is asked about itself. */
  readonly group: string | null;
  readonly isLocal: boolean;
  readonly failOn: FailOn | null;
  readonly maxAgeMs: number | null;
  /** For everything, from reading settings to writing the receipt. */
  readonly timeoutMs: number;
  readonly override: Receipt['override'];
  readonly overrideFile: string | null;
  readonly receiptFile: string | null;
  readonly isJson: boolean;
}

const timeoutDefault = '20s';

export function gateAsked({ words, values, flags }: Pick<Given, 'words' | 'values' | 'flags'>): GateAsked {
  const group = words[0] ?? null;
  const isLocal = flags.has('local') || values.agent !== undefined;
  if (!isLocal && group === null) throw new UsageError('which group? Name it, or ask the agent of this machine about itself: --local');
  if (isLocal && values.collector !== undefined) throw new UsageError('--local asks the agent, --collector a collector: one of the two');
  return {
    group,
    isLocal,
    failOn: (values['fail-on'] ?? null) as FailOn | null,
    maxAgeMs: values['max-age'] === undefined ? null : duration('--max-age', values['max-age']),
    timeoutMs: duration('--timeout', values.timeout ?? timeoutDefault),
    override: overrideOf(values.override, values.by),
    overrideFile: values['override-file'] ?? null,
    receiptFile: values.receipt ?? null,
    isJson: values.format === 'json',
  };
}

function duration(option: string, text: string): number {
  const ms = parseDurationMs(text);
  if (ms === null || ms < 1) throw new UsageError(`${option}: '${text}' is no duration; expected one like 20s, 10m or 1h`);
  return Math.round(ms);
}

function overrideOf(reason: string | undefined, by: string | undefined): Receipt['override'] {
  if (reason === undefined && by === undefined) return null;
  if (reason === undefined || by === undefined) throw new UsageError('an override takes both: --override REASON and --by NAME');
  if (reason.length > reasonLengthMax) throw new UsageError(`--override: a reason has at most ${reasonLengthMax} characters`);
  if (by.length > byLengthMax) throw new UsageError(`--by: a name has at most ${byLengthMax} characters`);
  return { reason, by };
}

/** Path and query of the request. */
export function gatePath({ group, isLocal, maxAgeMs, failOn }: GateAsked, override: Receipt['override']): string {
  const query = new URLSearchParams({
    ...(maxAgeMs === null ? {} : { maxAge: String(maxAgeMs) }),
    ...(failOn === null ? {} : { failOn }),
    ...(override === null ? {} : { override: override.reason, by: override.by }),
  }).toString();
  const path = isLocal || group === null ? '/v1/gate' : `/v1/gate/${encodeURIComponent(group)}`;
  return query === '' ? path : `${path}?${query}`;
}
