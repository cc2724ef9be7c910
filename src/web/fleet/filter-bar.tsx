// Chooses which pairs are listed: by a text, and by verdict.
import { useSignal } from '@preact/signals';
import { useEffect, useId } from 'preact/hooks';
import { counted, thousands } from '../format/counts.ts';
import { shownTitle } from '../format/words.ts';
import { Button } from '../parts/button.tsx';
import { Glyph } from '../parts/glyph.tsx';
import { type Filter, isFiltering, type Listed, listedVerdicts } from './filter.ts';
import './filter-bar.css';

interface FilterBarProps {
  readonly filter: Filter;
  readonly onFilter: (next: Filter) => void;
  /** Of every pair, filtered or not. */
  readonly counts: ReadonlyMap<Listed, number>;
  readonly shown: number;
  readonly all: number;
}

/** Until somebody has typed to the end. */
const typingMs = 150;

export function FilterBar({ filter, onFilter, counts, shown, all }: FilterBarProps) {
  const inputId = useId();
  const typed = useTyped(filter.text, (text) => onFilter({ ...filter, text }));
  const toggle = (one: Listed): void => {
    const isShown = filter.verdicts.includes(one);
    onFilter({ ...filter, verdicts: listedVerdicts.filter((other) => (other === one ? !isShown : filter.verdicts.includes(other))) });
  };
  return (
    <search class="filter-bar no-print">
      <label class="visually-hidden" for={inputId}>
        Find a group, a pair or a node
      </label>
      <input
        id={inputId}
        class="filter-bar-text"
        type="search"
        placeholder="Group, pair or node"
        autocomplete="off"
        spellcheck={false}
        value={typed.value}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
        }}
      />
      <fieldset class="filter-bar-verdicts">
        <legend class="visually-hidden">Only pairs that are</legend>
        {listedVerdicts
          .filter((one) => counts.has(one) || filter.verdicts.includes(one))
          .map((one) => (
            <Button key={one} class="filter-bar-verdict" aria-pressed={filter.verdicts.includes(one)} onClick={() => toggle(one)}>
              <Glyph state={one === 'none' ? null : one} />
              {shownTitle(one === 'none' ? null : one)} <span class="quiet">{thousands(counts.get(one) ?? 0)}</span>
            </Button>
          ))}
      </fieldset>
      <p class="filter-bar-count" role="status">
        {isFiltering(filter) ? `${thousands(shown)} of ${counted(all, 'pair')}` : counted(all, 'pair')}
      </p>
      {isFiltering(filter) && (
        <Button kind="quiet" onClick={() => onFilter({ text: '', verdicts: [] })}>
          Show all
        </Button>
      )}
    </search>
  );
}

/** What is typed shows at once, and is told a little later; what comes from elsewhere is taken over. */
function useTyped(text: string, tell: (text: string) => void) {
  const typed = useSignal(text);
  useEffect(() => {
    typed.value = text;
  }, [text, typed]);
  const now = typed.value;
  useEffect(() => {
    if (now === text) return;
    const timer = setTimeout(() => tell(now), typingMs);
    return () => clearTimeout(timer);
  }, [now, text, tell]);
  return typed;
}
