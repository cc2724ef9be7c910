// Facts as a tree that is read and unfolded: names beside values, lists by what their entries are called.
import { useState } from 'preact/hooks';
import { counted } from '../format/counts.ts';
import { shownText } from '../format/shown-text.ts';
import { LongText } from '../parts/long-text.tsx';

interface FactsTreeProps {
  readonly value: unknown;
  readonly depth?: number;
}

/** A list of all packages is asked for in pieces: a page of thousands of lines is no answer. */
const entriesMost = 50;
/** What is small enough is unfolded at once. */
const openEntriesMost = 12;
const openDepthMost = 1;

export function FactsTree({ value, depth = 0 }: FactsTreeProps) {
  if (typeof value !== 'object' || value === null) return <Leaf value={value} />;
  const entries = Object.entries(value);
  if (entries.length === 0) return <span class="quiet">{Array.isArray(value) ? 'an empty list' : 'nothing'}</span>;
  return <Entries entries={entries} isList={Array.isArray(value)} depth={depth} />;
}

interface EntriesProps {
  readonly entries: readonly (readonly [name: string, value: unknown])[];
  readonly isList: boolean;
  readonly depth: number;
}

function Entries({ entries, isList, depth }: EntriesProps) {
  const [most, setMost] = useState(entriesMost);
  const hidden = entries.length - most;
  return (
    <ul class="facts-tree">
      {entries.slice(0, most).map(([name, value]) => (
        <li key={name}>
          <Entry name={isList ? null : name} value={value} depth={depth} />
        </li>
      ))}
      {hidden > 0 && (
        <li>
          <button type="button" class="link-button" onClick={() => setMost(most + entriesMost)}>
            {counted(hidden, 'more entry', 'more entries')}
          </button>
        </li>
      )}
    </ul>
  );
}

function Entry({ name, value, depth }: { readonly name: string | null; readonly value: unknown; readonly depth: number }) {
  const count = typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
  const [isOpen, setOpen] = useState(depth < openDepthMost && count <= openEntriesMost);
  if (count === 0)
    return (
      <>
        {name !== null && <span class="facts-name">{shownText(name)}</span>} <FactsTree value={value} />
      </>
    );
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span class="facts-name">{name === null ? calledOf(value) : shownText(name)}</span>{' '}
        <span class="quiet">{Array.isArray(value) ? counted(count, 'entry', 'entries') : fewOf(value)}</span>
      </summary>
      {isOpen && <FactsTree value={value} depth={depth + 1} />}
    </details>
  );
}

function Leaf({ value }: { readonly value: unknown }) {
  if (value === '') return <span class="quiet">empty text</span>;
  if (typeof value === 'string') return <LongText text={value} />;
  return <span class="facts-literal">{String(value)}</span>;
}

/** What entries of lists are mostly called by. */
const naming = ['name', 'id', 'path', 'subject', 'key', 'address', 'kind'] as const;

function calledOf(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  const members = value as Readonly<Record<string, unknown>>;
  const named = naming.map((name) => members[name]).find((one) => typeof one === 'string' && one !== '');
  return typeof named === 'string' ? shownText(named) : 'entry';
}

/** A glance at what is folded. */
const glanceMost = 60;

function fewOf(value: unknown): string {
  const leaves = Object.entries(value as object).filter(([, leaf]) => typeof leaf !== 'object' || leaf === null);
  const text = shownText(leaves.map(([name, leaf]) => `${name} ${String(leaf)}`).join(', '));
  return text.length > glanceMost ? `${text.slice(0, glanceMost)}…` : text;
}
