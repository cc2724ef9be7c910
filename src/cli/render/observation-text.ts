// One line a look: what was observed, what is absent, what could not be seen, each in its own word.
import type { ShownObservation } from '../documents.ts';
import type { Page } from '../terminal.ts';
import { shownText } from '../text/escape.ts';
import type { Colour } from '../text/paint.ts';
import { padEnd } from '../text/width.ts';
import { hang } from '../text/wrap.ts';
import { tookAside } from '../words.ts';

const outcomeWords = {
  observed: { symbol: '✔', colour: 'green' },
  absent: { symbol: '○', colour: 'cyan' },
  unseen: { symbol: '?', colour: 'magenta' },
} as const satisfies Record<ShownObservation['outcome']['kind'], { readonly symbol: string; readonly colour: Colour }>;

export function observationLines(
  observations: readonly ShownObservation[],
  page: Page,
  toldAbove: ReadonlySet<string> = new Set(),
): readonly string[] {
  const width = Math.max(...observations.map((one) => one.check.length));
  return observations.flatMap((one) => observationText(one, toldAbove.has(one.check) ? 'see above' : saw(one), width, page));
}

function observationText(one: ShownObservation, what: string, width: number, { paint, columns }: Page): readonly string[] {
  const { kind } = one.outcome;
  const { symbol, colour } = outcomeWords[kind];
  const label = `  ${paint(symbol, 'bold', colour)} ${padEnd(kind, 8)}  ${paint(padEnd(one.check, width), 'bold')}  `;
  return hang(label, `${shownText(what)} ${paint(tookAside(one.tookMs), 'dim')}`, columns);
}

export function saw({ outcome, summary }: ShownObservation): string {
  switch (outcome.kind) {
    case 'observed':
      return summary ?? 'facts that this version cannot sum up';
    case 'absent':
      return outcome.detail;
    case 'unseen':
      return `${outcome.reason}: ${outcome.detail}`;
  }
}
