// Who accepted a finding, and from when until when it really held: a waiver that was withdrawn accepts nothing any more. Pure.
import type { ReportFinding } from '../../contract/report.ts';
import type { Waiver, WaiverEnd } from '../../contract/waiver.ts';
import { absolute } from '../format/times.ts';

export interface KeyedWaiver {
  /** `W1`: by which the tables of a report name it. */
  readonly key: string;
  readonly waiver: Waiver;
}

/** In the order of the report. */
export const keyedWaivers = (waivers: readonly Waiver[]): readonly KeyedWaiver[] =>
  waivers.map((waiver, at) => ({ key: `W${at + 1}`, waiver }));

/** Those that held a finding; one that the report does not tell of is left out here, and counted by `untold`. */
export function waiversOf({ waivers }: Pick<ReportFinding, 'waivers'>, keyed: readonly KeyedWaiver[]) {
  const held = keyed.filter(({ waiver }) => waivers.includes(waiver.id));
  return { held, untold: waivers.length - held.length };
}

const endWords = {
  expired: 'its time was over',
  withdrawn: 'withdrawn',
  'evidence-changed': 'void: the evidence changed',
} as const satisfies Record<WaiverEnd, string>;

/** `until` is when it really ended or, while it stands, when it is to end. `planned` is null where that is the same. */
export interface WaiverTerm {
  readonly until: number;
  readonly planned: number | null;
  readonly end: string;
}

/** `to` is the end of the report's period: what ended later held until then. */
export function waiverTerm({ until: planned, endedAt, endedBecause }: Waiver, to: number): WaiverTerm {
  if (endedAt === null) return { until: planned, planned: null, end: 'in force' };
  const how = endedBecause === null ? 'ended' : endWords[endedBecause];
  const isEarly = endedBecause !== 'expired' && endedAt < planned;
  return {
    until: endedAt,
    planned: isEarly ? planned : null,
    end: endedAt > to ? `in force at the end of the period; later ${how}` : how,
  };
}

/** `13 Nov 2026, 09:00 UTC to 13 Nov 2026, 21:00 UTC (withdrawn)`. */
export function heldWords(waiver: Waiver, to: number): string {
  const { until, end } = waiverTerm(waiver, to);
  return `${absolute(waiver.createdAt)} to ${absolute(until)} (${end})`;
}
