// What of a pair is watched and seen, gap by gap: worked out with each judgement, and kept as text so that a past moment can be shown.
import { type Gap, gapIds } from '../../contract/gap.ts';
import type { AnyProbe } from '../../contract/probe.ts';
import { type GapSight, type PairSights, sightsOf, type Watched } from '../../judge/cells.ts';
import type { PairJudged } from './judge-pair.ts';

type Probes = ReadonlyMap<string, AnyProbe>;
type Checks = readonly { readonly check: string; readonly probe: string }[];

export interface SidesWatched {
  /** Null for one that stands there and was never heard; nobody there watches nothing. */
  readonly standby: Checks | null;
  readonly primary: Checks | null;
}

export function pairSights(
  probes: Probes,
  { standby, primary }: SidesWatched,
  judged: Pick<PairJudged, 'findings' | 'blindSpots' | 'doubts'>,
): PairSights {
  const watched = (checks: Checks | null): readonly Watched[] | null =>
    checks?.map(({ check, probe }) => ({ check, gap: gapOf(probes, probe) })) ?? null;
  return sightsOf({
    standby: watched(standby),
    primary: watched(primary),
    findings: judged.findings,
    blindSpots: judged.blindSpots,
    doubts: judged.doubts,
    // Unless it is told, a check is called as its probe is.
    gapOfName: (check) => gapOf(probes, check),
  });
}

/** Null for a probe of a newer agent. */
const gapOf = (probes: Probes, probe: string): Gap | null => probes.get(probe)?.gap ?? null;

/** Shown in one line of a page. */
const lineMax = 300;

interface Kept {
  readonly gaps: Partial<Record<Gap, GapSight>>;
  readonly whole: readonly string[];
  readonly unshown: string | null;
}

export function sightText({ sights, blindAsAWhole, unshown }: PairSights): string {
  const said = [...sights].filter(([, { watch, blind, doubts }]) => watch !== 'nobody' || blind.length > 0 || doubts.length > 0);
  const gaps = said.map(([gap, { watch, blind, doubts }]) => [gap, { watch, blind: blind.map(cut), doubts: doubts.map(cut) }]);
  const kept: Kept = {
    gaps: Object.fromEntries(gaps) as Kept['gaps'],
    whole: blindAsAWhole.map(cut),
    unshown: unshown === null ? null : cut(unshown),
  };
  return JSON.stringify(kept);
}

export function sightIn(text: string): PairSights {
  const { gaps, whole, unshown } = JSON.parse(text) as Kept;
  const nobody: GapSight = { watch: 'nobody', blind: [], doubts: [] };
  return { sights: new Map(gapIds.map((gap) => [gap, gaps[gap] ?? nobody])), blindAsAWhole: whole, unshown };
}

const cut = (line: string): string => (line.length > lineMax ? `${line.slice(0, lineMax - 1)}…` : line);
