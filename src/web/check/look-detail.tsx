// One row of the history opened: what the look came to, what became other with it, the facts, and how it came to them.
import type { Observation } from '../../contract/observation.ts';
import { counted } from '../format/counts.ts';
import { duration } from '../format/durations.ts';
import { shownText } from '../format/shown-text.ts';
import { LongText } from '../parts/long-text.tsx';
import { Time } from '../parts/time.tsx';
import { Trail } from '../parts/trail.tsx';
import { FactsTree } from './facts-tree.tsx';
import { changesOf, type LookRow, unseenSaid } from './look-rows.ts';
import { kindOf } from './look-spans.ts';
import './look-detail.css';

export function LookDetail({ row }: { readonly row: LookRow }) {
  const { observation } = row;
  if (observation === null) return null;
  const { outcome, trail, seq, probe, factsVersion } = observation;
  const isMissed = kindOf(observation) === 'missed';
  return (
    <div class="look-detail">
      <dl class="look-terms">
        {!isMissed && <Looks observation={observation} />}
        <div>
          <dt>Evidence</dt>
          <dd>
            row {seq} of the node’s history, by the probe {probe}, facts version {factsVersion}
          </dd>
        </div>
        {outcome.kind === 'absent' && (
          <div>
            <dt>Not there</dt>
            <dd>{shownText(outcome.detail)}</dd>
          </div>
        )}
        {outcome.kind === 'unseen' && (
          <div>
            <dt>{isMissed ? 'No look' : 'Not seen'}</dt>
            <dd>{shownText(unseenSaid(outcome.reason, outcome.detail))}</dd>
          </div>
        )}
      </dl>
      <Changes row={row} />
      {outcome.kind === 'observed' && (
        <section>
          <h3>What was seen</h3>
          <FactsTree value={outcome.facts} />
        </section>
      )}
      {!isMissed && (
        <details class="look-trail">
          <summary>
            <h3>How it came to that</h3> <span class="quiet">{counted(trail.length, 'question')}</span>
          </summary>
          <Trail trail={trail} />
        </details>
      )}
    </div>
  );
}

function Looks({ observation: { count, firstAt, lastAt, tookMs } }: { readonly observation: Observation }) {
  return (
    <>
      <div>
        <dt>Looks</dt>
        <dd>
          {counted(count, 'look')}, the first at <Time at={firstAt} as="absolute" />
          {count > 1 && (
            <>
              , the last at <Time at={lastAt} as="absolute" />
            </>
          )}
        </dd>
      </div>
      {tookMs > 0 && (
        <div>
          <dt>The last took</dt>
          <dd>{duration(tookMs)}</dd>
        </div>
      )}
    </>
  );
}

function Changes({ row }: { readonly row: LookRow }) {
  const changed = changesOf(row);
  if (changed === null || changed.changes.length === 0) return null;
  return (
    <section>
      <h3>What became other</h3>
      <p class="quiet">
        Compared with what was last seen before, at <Time at={row.before?.lastAt ?? 0} as="absolute" />
      </p>
      <ul class="look-changes">
        {changed.changes.map(({ field, before, after }) => (
          <li key={field}>
            <code class="look-change-field">{shownText(field)}</code>
            <span class="look-change">
              {before === null ? <span class="quiet">was not there</span> : <LongValue word="was" text={before} kind="before" />}
              {after === null ? <span class="quiet">is gone</span> : <LongValue word="is now" text={after} kind="after" />}
            </span>
          </li>
        ))}
      </ul>
      {changed.hasMore && <p class="quiet">There is more that became other; the facts below have all of it.</p>}
    </section>
  );
}

const LongValue = ({ word, text, kind }: { readonly word: string; readonly text: string; readonly kind: 'before' | 'after' }) => (
  <span class="look-change-value" data-kind={kind}>
    <span class="quiet">{word}</span> {text === '' ? <span class="quiet">empty text</span> : <LongText text={text} />}
  </span>
);
