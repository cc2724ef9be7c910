// Judges what is known whenever it changes, and now and then because time itself changes verdicts.
import type { Finding } from '../contract/finding.ts';
import type { Snapshot } from '../contract/observation.ts';
import type { AnyProbe } from '../contract/probe.ts';
import type { Clock } from '../daemon/clock.ts';
import type { Log } from '../daemon/log.ts';
import type { Ledger } from '../watch/ledger.ts';
import { judgeByTerms, lookedAt, type Reviewed } from './judge-by-terms.ts';

export interface ReviewParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Ledger;
  readonly probes: ReadonlyMap<string, AnyProbe>;
  readonly snapshot: () => Snapshot;
}

export interface Review {
  /** Judges now. */
  judgeNow(): Reviewed;
  /** Judges once for all that changed in this moment. */
  judgeSoon(): void;
  /** The last judgement; made now when there is none yet. */
  latest(): Reviewed;
  stop(): void;
}

/** A certificate ends and a look grows stale without anything being seen. */
const judgeEveryMs = 60_000;

export function createReview(parts: ReviewParts): Review {
  const { clock, log, ledger } = parts;
  let latest: Reviewed | null = null;
  let cancelSoon: (() => void) | null = null;
  let isStopped = false;

  const judgeNow = (): Reviewed => {
    cancelSoon?.();
    cancelSoon = null;
    const earlier = latest === null ? (ledger.ask((store) => store.findings.all()) ?? []) : made(latest);
    const judged = judgeCase(parts, earlier);
    if (latest !== null && latest.verdict !== judged.verdict) {
      log.info(
        { from: latest.verdict, to: judged.verdict, findings: judged.findings.length, blindSpots: judged.blindSpots.length },
        'the verdict changed',
      );
    }
    tellFindings(log, earlier, made(judged));
    latest = judged;
    ledger.ask((store) => store.findings.save(made(judged)));
    return judged;
  };

  const periodically = (): void => {
    cancelTimer = clock.setTimer(judgeEveryMs, () => {
      if (isStopped) return;
      judgeNow();
      periodically();
    });
  };
  let cancelTimer = (): void => {};
  periodically();

  return {
    judgeNow,
    judgeSoon: () => {
      if (!isStopped) cancelSoon ??= clock.setTimer(0, judgeNow);
    },
    latest: () => latest ?? judgeNow(),
    stop: () => {
      isStopped = true;
      cancelTimer();
      cancelSoon?.();
    },
  };
}

/** What somebody accepted is there all the same. */
const made = ({ findings, waived }: Reviewed): readonly Finding[] => [...findings, ...waived.map(({ waiver: _, ...finding }) => finding)];

/** A judge that fails knows nothing: what was good before is not said again. */
function judgeCase(parts: ReviewParts, earlier: readonly Finding[]): Reviewed {
  const subject = parts.snapshot();
  try {
    const twin = parts.ledger.ask((store) => store.twins.get());
    return judgeByTerms({ now: parts.clock.now(), subject, twin, earlier, probes: parts.probes });
  } catch (error) {
    const detail = `judging failed: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`;
    parts.log.error({ detail }, 'the judge failed');
    return {
      verdict: 'unknown',
      findings: [...earlier],
      blindSpots: [{ check: null, kind: 'crashed', detail, seenAt: null }],
      waived: [],
      lawful: [],
      waivers: [],
      checks: lookedAt(subject.checks),
      primary: null,
    };
  }
}

function tellFindings(log: Log, before: readonly Finding[], now: readonly Finding[]): void {
  const had = new Set(before.map((finding) => finding.id));
  const has = new Set(now.map((finding) => finding.id));
  const said = ({ code, severity, check, subject }: Finding) => ({ code, severity, check, subject });
  for (const finding of now.filter(({ id }) => !had.has(id))) {
    log[finding.severity === 'note' ? 'info' : 'warn'](said(finding), 'a finding was opened');
  }
  for (const finding of before) if (!has.has(finding.id)) log.info(said(finding), 'a finding is gone');
}
