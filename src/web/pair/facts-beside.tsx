// Both sides' facts field by field: what differs first, then what may differ, then how much is the same.
import { useState } from 'preact/hooks';
import type { Comparison, Field, FieldState, Seen } from '../../contract/comparison.ts';
import { addressOf } from '../api/ask.ts';
import { useResource } from '../api/resource.ts';
import { counted } from '../format/counts.ts';
import { shownText } from '../format/shown-text.ts';
import { Button } from '../parts/button.tsx';
import { Showing } from '../parts/showing.tsx';
import { Time } from '../parts/time.tsx';
import { differing } from './differing.ts';
import { FactValue } from './fact-value.tsx';
import { fieldWords } from './field-words.ts';

export interface FactsBesideProps {
  readonly group: string;
  readonly pair: string;
  readonly check: string;
}

export function FactsBeside({ group, pair, check }: FactsBesideProps) {
  const [isSameShown, setSameShown] = useState(false);
  const compared = useResource<Comparison>(addressOf('v1/checks/compare', { group, pair, check, same: isSameShown }), {
    group,
    keeps: true,
  });
  return (
    <Showing of={compared} what={`the facts of ${check}`} lines={4}>
      {(comparison) => (
        <>
          <SeenOf side="standby" seen={comparison.standby} />
          <SeenOf side="primary" seen={comparison.primary} />
          <Parts comparison={comparison} />
          <SameToggle comparison={comparison} isShown={isSameShown} onToggle={() => setSameShown(!isSameShown)} />
        </>
      )}
    </Showing>
  );
}

/** Only where something has to be known before the facts are believed; that nothing was ever seen is why they are not compared. */
function SeenOf({ side, seen }: { readonly side: 'standby' | 'primary'; readonly seen: Seen }) {
  if (seen === null) return null;
  if (seen.unseen !== null)
    return (
      <p class="facts-unseen">
        The newest look on the {side} saw nothing: {shownText(seen.unseen)}. Its facts below are of <Time at={seen.seenAt} />.
      </p>
    );
  if (seen.kind === 'absent')
    return (
      <p class="facts-unseen">
        On the {side} it is not there: {shownText(seen.detail)}, seen <Time at={seen.seenAt} />.
      </p>
    );
  return null;
}

const partTitles = {
  differs: 'Differs',
  lawful: 'Differs, as declared',
  words: 'Each side says its own site’s words',
  same: 'The same on both sides',
} as const satisfies Record<FieldState, string>;

const partNotes: Partial<Readonly<Record<FieldState, string>>> = {
  differs: 'a finding only where a rule minds it',
  lawful: 'declared in the fleet file',
};

const partOrder = ['differs', 'lawful', 'words', 'same'] as const satisfies readonly FieldState[];

function Parts({ comparison: { fields, hasMore, uncompared } }: { readonly comparison: Comparison }) {
  // No fields beside it are no agreement.
  if (uncompared !== null)
    return (
      <>
        <p class="facts-unseen">{shownText(uncompared)}.</p>
        {fields.length > 0 && <Fields title={partTitles.differs} fields={fields} />}
      </>
    );
  return (
    <>
      {fields.every(({ state }) => state === 'same') && <p>Nothing differs.</p>}
      {partOrder.map((state) => {
        const some = fields.filter((field) => field.state === state);
        return some.length === 0 ? null : <Fields key={state} title={partTitles[state]} note={partNotes[state]} fields={some} />;
      })}
      {hasMore && <p class="quiet">There are more fields than are listed here.</p>}
    </>
  );
}

interface FieldsProps {
  readonly title: string;
  readonly note?: string | undefined;
  readonly fields: readonly Field[];
}

function Fields({ title, note, fields }: FieldsProps) {
  return (
    <section class="facts">
      <h4 class="facts-title">
        {title} <span class="findings-count">{fields.length}</span> {note !== undefined && <small>{note}</small>}
      </h4>
      <div class="facts-heads" aria-hidden="true">
        <span>Field</span>
        <span>Standby</span>
        <span>Primary</span>
      </div>
      <ul>
        {fields.map((field) => (
          <FieldBeside key={field.field} field={field} />
        ))}
      </ul>
    </section>
  );
}

function FieldBeside({ field: { field, state, standby, primary, reason } }: { readonly field: Field }) {
  const both = state === 'differs' ? differing(shownText(primary.text), shownText(standby.text)) : null;
  return (
    <li class="facts-row" data-field={state}>
      <span class="fact-field">
        {fieldWords(field)}
        {reason !== null && <small class="facts-reason">{shownText(reason)}</small>}
      </span>
      <span class="facts-value">
        <span class="facts-side">Standby</span>
        <FactValue value={standby} {...(both === null ? {} : { pieces: both.actual })} />
      </span>
      <span class="facts-value">
        <span class="facts-side">Primary</span>
        <FactValue value={primary} {...(both === null ? {} : { pieces: both.expected })} />
      </span>
    </li>
  );
}

interface SameToggleProps {
  readonly comparison: Comparison;
  readonly isShown: boolean;
  readonly onToggle: () => void;
}

function SameToggle({ comparison: { same, uncompared }, isShown, onToggle }: SameToggleProps) {
  if (uncompared !== null || same === 0) return null;
  return (
    <p class="facts-same">
      {counted(same, 'field is', 'fields are')} the same on both sides.{' '}
      <Button kind="quiet" aria-expanded={isShown} onClick={onToggle}>
        {isShown ? 'Hide them' : 'Show them'}
      </Button>
    </p>
  );
}
