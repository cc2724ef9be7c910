// One check of a pair on both sides, which opens into their facts beside each other.
import { useState } from 'preact/hooks';
import { gaps } from '../../contract/gap.ts';
import type { PairCheck, PairCheckLine } from '../../contract/pair-checks.ts';
import { counted } from '../format/counts.ts';
import { shownText } from '../format/shown-text.ts';
import { StateWord } from '../parts/state-word.tsx';
import { Time } from '../parts/time.tsx';
import { href } from '../shell/routes.ts';
import { FactsBeside } from './facts-beside.tsx';

export interface CheckRowProps {
  readonly group: string;
  readonly pair: string;
  readonly check: PairCheck;
}

export function CheckRow({ group, pair, check: { check, title, gap, isRequired, standby, primary } }: CheckRowProps) {
  const [isOpen, setOpen] = useState(false);
  const id = `facts-${check}`;
  const link = (side: 'standby' | 'primary') => href.check(group, pair, check, { side });
  return (
    <li class="check-row">
      <div class="check-line">
        <div class="check-name">
          <button
            type="button"
            class="disclosure"
            aria-expanded={isOpen}
            aria-controls={isOpen ? id : undefined}
            onClick={() => setOpen(!isOpen)}
          >
            {check}
            <span class="visually-hidden">: facts side by side</span>
          </button>
          <span class="quiet">
            {gap === null ? 'unknown gap' : gaps[gap]}
            {title !== check && gap !== null && title !== gaps[gap] ? `, ${title}` : ''}
            {isRequired ? '' : ', not required'}
          </span>
        </div>
        <SideSays side="Standby" line={standby} address={link('standby')} />
        <SideSays side="Primary" line={primary} address={link('primary')} />
      </div>
      {isOpen && (
        <section id={id} class="disclosed" aria-label={`Facts of ${check} side by side`}>
          <FactsBeside group={group} pair={pair} check={check} />
        </section>
      )}
    </li>
  );
}

interface SideSaysProps {
  readonly side: 'Standby' | 'Primary';
  readonly line: PairCheckLine | null;
  /** Of the check's history on this side. */
  readonly address: string;
}

function SideSays({ side, line, address }: SideSaysProps) {
  return (
    <div class="check-side">
      <span class="check-side-name">{side}</span>
      {line === null ? (
        <StateWord state="not-watched" />
      ) : (
        <>
          <span class="check-says">
            <Trouble line={line} />
            {shownText(line.says)}
          </span>
          <span class="check-seen">
            {line.lastAt === null ? 'never looked at' : <Time at={line.lastAt} />}
            {line.count > 1 && line.firstAt !== null && (
              <>
                , the same in {counted(line.count, 'look')} since <Time at={line.firstAt} />
              </>
            )}
            {'; '}
            <a href={address}>
              history<span class="visually-hidden"> on the {side.toLowerCase()}</span>
            </a>
          </span>
        </>
      )}
    </div>
  );
}

/** What keeps the line from being believed as of now; nothing where it may be. */
function Trouble({ line: { kind, reason, isStale } }: { readonly line: PairCheckLine }) {
  switch (kind) {
    case 'unseen':
      return (
        <>
          <StateWord state="unknown" word={reason === 'missed' ? 'missed' : 'not seen'} />{' '}
        </>
      );
    case 'never':
      return (
        <>
          <StateWord state="unknown" word="never looked at" />{' '}
        </>
      );
    case 'observed':
    case 'absent':
      if (!isStale) return null;
      return (
        <>
          <StateWord state="unknown" word="stale" />{' '}
        </>
      );
  }
}
