// All findings of a pair: those that count by their weight, with what is not known among them; then those that do not count, and why.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { BlindSpot } from '../../contract/finding.ts';
import { counted, thousands } from '../format/counts.ts';
import { Button } from '../parts/button.tsx';
import { BlindSpots } from './blind-spots.tsx';
import { FindingCard, type FindingsShown } from './finding-card.tsx';
import { type Listed, type ListedFindings, type Weight, weights } from './listed-findings.ts';
import { WeightGlyph } from './weight-glyph.tsx';
import { weightWords } from './words.ts';
import './findings.css';

export interface FindingListProps extends FindingsShown {
  readonly findings: ListedFindings;
  readonly blindSpots: readonly BlindSpot[];
}

export function FindingList({ findings, blindSpots, ...shown }: FindingListProps) {
  const { counted: counting, pending, waived, explained } = findings;
  const of = (weight: Weight) => counting.find((part) => part.weight === weight)?.listed ?? [];
  return (
    <>
      {weights.map((weight) => {
        const spots = weight === 'blind' ? blindSpots : [];
        return (
          <Section
            key={weight}
            title={weightWords[weight].many}
            means={weightWords[weight].means}
            glyph={<WeightGlyph weight={weight} />}
            count={of(weight).length + spots.length}
          >
            <BlindSpots spots={spots} group={shown.group} pair={shown.pair} />
            <Cards listed={of(weight)} {...shown} />
          </Section>
        );
      })}
      <Section
        title="Not confirmed yet"
        means="seen, and not yet by as many looks as it takes; does not count so far"
        count={pending.length}
      >
        <Cards listed={pending} {...shown} />
      </Section>
      <Section title="Waived" means="accepted by somebody until a date; does not count meanwhile" count={waived.length}>
        <Cards listed={waived} {...shown} />
      </Section>
      <Section title="Explained by another" means="a finding that is not shown here causes them" count={explained.length}>
        <Cards listed={explained.map((finding) => ({ finding, explains: [] }))} {...shown} />
      </Section>
    </>
  );
}

interface SectionProps {
  readonly title: string;
  readonly means: string;
  readonly count: number;
  readonly glyph?: ComponentChildren;
  readonly children: ComponentChildren;
}

function Section({ title, means, count, glyph, children }: SectionProps) {
  if (count === 0) return null;
  return (
    <section class="findings">
      <h2 class="findings-title">
        {glyph} {title} <span class="findings-count">{thousands(count)}</span> <small>{means}</small>
      </h2>
      {children}
    </section>
  );
}

/** More are read by nobody at once, and a thousand take seconds to draw. */
const cardsMax = 60;

function Cards({ listed, ...shown }: FindingsShown & { readonly listed: readonly Listed[] }) {
  const [isWhole, setWhole] = useState(false);
  const isWanted = ({ finding, explains }: Listed) => [finding, ...explains].some(({ id }) => id === shown.wanted);
  const cards = isWhole ? listed : listed.filter((one, at) => at < cardsMax || isWanted(one));
  return (
    <>
      {cards.map((one) => (
        <FindingCard key={one.finding.id} listed={one} {...shown} />
      ))}
      {cards.length < listed.length && (
        <p class="findings-more">
          <Button onClick={() => setWhole(true)}>Show {counted(listed.length - cards.length, 'more', 'more')}</Button>
        </p>
      )}
    </>
  );
}
