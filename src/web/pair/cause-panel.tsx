// What changed on either side that opened a finding, the nearest to its beginning first.
import type { Cause, Turned } from '../../contract/comparison.ts';
import { addressOf } from '../api/ask.ts';
import { useResource } from '../api/resource.ts';
import { shownText } from '../format/shown-text.ts';
import { Showing } from '../parts/showing.tsx';
import { Time } from '../parts/time.tsx';
import { differing } from './differing.ts';
import { FactValue, type Told } from './fact-value.tsx';
import { fieldWords } from './field-words.ts';

export interface CausePanelProps {
  readonly group: string;
  readonly pair: string;
  readonly finding: string;
}

export function CausePanel({ group, pair, finding }: CausePanelProps) {
  const cause = useResource<Cause>(addressOf('v1/findings/cause', { group, pair, finding }), { group });
  return (
    <Showing of={cause} what="what changed">
      {({ changes, since }) => (changes.length === 0 ? <NoChange since={since} /> : <Changes changes={changes} />)}
    </Showing>
  );
}

function NoChange({ since }: { readonly since: number }) {
  return (
    <p>
      No change that is kept explains it. It has been so since it was first looked at, <Time at={since} />, or what was before is no longer
      kept.
    </p>
  );
}

function Changes({ changes }: { readonly changes: readonly Turned[] }) {
  return (
    <ol class="changes">
      {changes.map((turned) => (
        <li key={`${turned.side} ${turned.toSeq}`}>
          <p class="changes-head">
            <strong>{turned.side === 'primary' ? 'On the primary' : 'On the standby'}</strong>, seen <Time at={turned.at} />
            {turned.beforeAt === null ? '; what was before is not kept' : <Before at={turned.beforeAt} />}
          </p>
          <dl class="changes-fields">
            {turned.fields.map(({ field, before, after }) => (
              <ChangedField key={field} field={field} before={before} after={after} />
            ))}
          </dl>
          {turned.hasMore && <p class="quiet">More fields changed than are listed here.</p>}
        </li>
      ))}
    </ol>
  );
}

function Before({ at }: { readonly at: number }) {
  return (
    <span class="quiet">
      ; last seen otherwise <Time at={at} />
    </span>
  );
}

function ChangedField({ field, before, after }: { readonly field: string; readonly before: Told; readonly after: Told }) {
  const both = differing(shownText(before.text), shownText(after.text));
  return (
    <div class="changes-field">
      <dt class="fact-field">{fieldWords(field)}</dt>
      <dd>
        <span class="visually-hidden">before: </span>
        <FactValue value={before} pieces={both.expected} />
      </dd>
      <dd class="changes-after">
        <span class="visually-hidden">after: </span>
        <FactValue value={after} pieces={both.actual} />
      </dd>
    </div>
  );
}
