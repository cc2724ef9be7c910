// What a finding rests on: the looks at both sides, each question with its answer.
import type { Observation } from '../../contract/observation.ts';
import type { StandingFinding } from '../../contract/standing.ts';
import { addressOf } from '../api/ask.ts';
import { useResource } from '../api/resource.ts';
import { counted } from '../format/counts.ts';
import { Showing } from '../parts/showing.tsx';
import { Time } from '../parts/time.tsx';
import { Trail } from '../parts/trail.tsx';
import { href } from '../shell/routes.ts';
import { outcomeWords } from './words.ts';

export type Side = 'standby' | 'primary';

export interface EvidencePanelProps {
  readonly group: string;
  readonly pair: string;
  readonly finding: StandingFinding;
}

export function EvidencePanel({ group, pair, finding }: EvidencePanelProps) {
  const { check, evidence } = finding;
  return (
    <div class="evidence">
      <Look group={group} pair={pair} check={check} side="standby" seq={evidence.seq} />
      {evidence.primary !== undefined && <Look group={group} pair={pair} check={check} side="primary" seq={evidence.primary.seq} />}
    </div>
  );
}

interface LookProps {
  readonly group: string;
  readonly pair: string;
  readonly check: string;
  readonly side: Side;
  readonly seq: number;
}

interface History {
  readonly at: number;
  readonly clockOffsetMs: number | null;
  readonly observations: readonly Observation[];
}

function Look({ group, pair, check, side, seq }: LookProps) {
  const asked = { group, pair, side, check, before: seq + 1, limit: 1 };
  const history = useResource<History>(addressOf('v1/checks/history', asked), { group });
  return (
    <section class="evidence-side">
      <h4>
        On the {side} <a href={href.check(group, pair, check, { side })}>its history</a>
      </h4>
      <Showing of={history} what={`what was asked on the ${side}`}>
        {({ observations: [look], clockOffsetMs }) =>
          look?.seq === seq ? (
            <Looked look={look} offsetMs={clockOffsetMs ?? 0} />
          ) : (
            <p>That look is no longer kept: only what it came to is.</p>
          )
        }
      </Showing>
    </section>
  );
}

/** The times of a look are its node's. */
function Looked({ look, offsetMs }: { readonly look: Observation; readonly offsetMs: number }) {
  return (
    <>
      <p class="evidence-look">
        {outcomeWords(look.outcome)} <Time at={look.lastAt - offsetMs} />
        {look.count > 1 && (
          <span class="quiet">
            , the same in {counted(look.count, 'look')} since <Time at={look.firstAt - offsetMs} />
          </span>
        )}
      </p>
      <Trail trail={look.trail} />
    </>
  );
}
