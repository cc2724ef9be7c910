// Judges this node by itself and beside its primary's snapshot, by what the fleet agreed on for the pair, so that a standby that is left
// alone comes to what the collector would.
import type { BlindSpot, Finding, Judgement } from '../contract/finding.ts';
import type { AppliedLawful } from '../contract/lawful.ts';
import type { NodeIdentity } from '../contract/node.ts';
import type { CheckState, Snapshot } from '../contract/observation.ts';
import type { AnyProbe } from '../contract/probe.ts';
import type { StandingFinding, WaivedFinding } from '../contract/standing.ts';
import type { Waiver } from '../contract/waiver.ts';
import { notWatched } from '../judge/expected.ts';
import type { GateCheck } from '../judge/gate.ts';
import { judgeFully } from '../judge/judge.ts';
import { oldestLook } from '../judge/receipt-body.ts';
import { verdictOf } from '../judge/verdict.ts';
import { waive } from '../judge/waivers.ts';
import type { Twin } from '../store/twin.ts';

export interface TermsCase {
  readonly now: number;
  readonly subject: Snapshot;
  readonly twin: Twin | null;
  readonly earlier: readonly Finding[];
  readonly probes: ReadonlyMap<string, AnyProbe>;
}

/** `findings` are those that nobody accepted: what the verdict rests on. */
export interface Reviewed extends Judgement {
  readonly waived: readonly WaivedFinding[];
  readonly lawful: readonly AppliedLawful[];
  /** Those in force, whether what they accept is found now or not. */
  readonly waivers: readonly Waiver[];
  /** When each check of this node was last looked at. */
  readonly checks: readonly GateCheck[];
  /** Who was compared with; null where nobody was. */
  readonly primary: { readonly node: NodeIdentity; readonly asOf: number | null; readonly receivedAt: number } | null;
}

export function judgeByTerms({ now, subject, twin, earlier, probes }: TermsCase): Reviewed {
  const terms = twin?.terms ?? null;
  const judged = judgeFully({
    now,
    subject: atSite(subject, terms?.site ?? null),
    twin: twin?.snapshot ?? null,
    earlier,
    probes,
    lawful: terms?.lawful ?? [],
    ...(terms?.primaryMaxAgeMs === undefined ? {} : { primaryMaxAgeMs: terms.primaryMaxAgeMs }),
  });
  const standing = (terms?.waivers ?? []).filter(({ endedAt }) => endedAt === null);
  const { findings, ended } = waive(
    judged.findings.map((finding) => ({ ...finding, waiver: null as StandingFinding['waiver'] })),
    standing,
    now,
  );
  const counted = findings.filter(({ waiver }) => waiver === null).map(({ waiver: _, ...finding }) => finding);
  const blindSpots: readonly BlindSpot[] = [
    ...judged.blindSpots,
    ...notWatched(terms?.expectedChecks ?? [], subject.checks, twin?.snapshot.checks ?? null),
  ];
  return {
    verdict: verdictOf(counted, blindSpots),
    findings: counted,
    blindSpots: [...blindSpots],
    waived: findings.filter((finding): finding is WaivedFinding => finding.waiver !== null),
    lawful: judged.lawful,
    waivers: standing.filter((waiver) => !ended.some((one) => one.waiver === waiver)),
    checks: lookedAt(subject.checks),
    primary: twin === null ? null : { node: twin.snapshot.node, asOf: oldestLook(twin.snapshot.checks), receivedAt: twin.receivedAt },
  };
}

/** The fleet says more of a site than an agent needs to know of its own. */
const atSite = (subject: Snapshot, site: NodeIdentity['site'] | null): Snapshot =>
  site === null ? subject : { ...subject, node: { ...subject.node, site: { ...subject.node.site, ...site } } };

/** A judgement outlives its snapshot, which is large. */
export const lookedAt = (checks: readonly CheckState[]): readonly GateCheck[] =>
  checks.map(({ check, isRequired, current }) => ({ check, isRequired, current: current === null ? null : { lastAt: current.lastAt } }));
