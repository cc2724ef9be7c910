// Which rights there are in each region, for people; and the statements that are missing, to be copied.
import type { DoctorDocument } from '../documents.ts';
import { policiesOf, policyHeading } from '../policies.ts';
import type { Page } from '../terminal.ts';
import { shownText } from '../text/escape.ts';
import type { Colour } from '../text/paint.ts';
import { padEnd } from '../text/width.ts';
import { hang } from '../text/wrap.ts';

type Region = DoctorDocument['regions'][number];
type Tried = Region['grants'][number];

const stateWords = {
  allowed: { symbol: '✔', colour: 'green', word: 'allowed' },
  denied: { symbol: '✖', colour: 'red', word: 'denied' },
  'nothing-there': { symbol: '–', colour: 'cyan', word: 'nothing there' },
  untried: { symbol: '?', colour: 'magenta', word: 'not tried' },
} as const satisfies Record<Tried['state'], { readonly symbol: string; readonly colour: Colour; readonly word: string }>;

export function doctorText(document: DoctorDocument, page: Page): string {
  return [...document.regions.flatMap((region) => [...regionLines(region, page), '']), ...endLines(document, page)].join('\n');
}

function regionLines({ side, region, grants }: Region, page: Page): readonly string[] {
  const { paint, columns } = page;
  const head = paint(`${shownText(region)} (${shownText(side)})`, 'bold');
  // Nobody can be asked, or nobody knows who asks: once is enough.
  const [common, ...others] = new Set(grants.filter(({ operation }) => operation !== null).map(({ detail }) => withoutOperation(detail)));
  if (common !== undefined && grants.every(({ state }) => state === 'untried') && others.length === 0)
    return [head, ...hang(`  ${paint('?', 'bold', 'magenta')} `, `nothing could be tried: ${shownText(common)}`, columns)];
  return [head, ...inOneLine(grants).flatMap((line) => grantLines(line, page))];
}

const withoutOperation = (detail: string): string => detail.replace(/^(?:what it would be tried on cannot be listed: )?\w+: /, '');

interface Line extends Pick<Tried, 'grant' | 'state' | 'detail'> {
  readonly places: readonly string[];
}

/** Compartments in which it is the same stand behind one another. */
function inOneLine(grants: readonly Tried[]): readonly Line[] {
  const lines = Map.groupBy(grants, ({ grant, state, detail }) => [grant, state, detail].join('\n'));
  return [...lines.values()].map(([first, ...more]) => ({ ...first!, places: [first!, ...more].map(({ place }) => place) }));
}

/** The longest is `read dns-steering-policy-attachments`. */
const grantWidth = 37;

function grantLines({ grant, state, detail, places }: Line, { paint, columns }: Page): readonly string[] {
  const { symbol, colour, word } = stateWords[state];
  const label = `  ${paint(symbol, 'bold', colour)} ${padEnd(word, 13)}  `;
  const said = `${padEnd(grant, grantWidth)} ${places.map(shownText).join(', ')}`;
  return [...hang(label, said, columns), ...(detail === '' ? [] : hang('      ', shownText(detail), columns))];
}

function endLines({ regions, missing }: DoctorDocument, { paint, columns }: Page): readonly string[] {
  const untried = regions.flatMap(({ grants }) => grants.filter(({ state }) => state === 'untried')).length;
  const inDoubt = untried === 0 ? '' : `; ${untried} could not be tried`;
  if (missing.length === 0)
    return untried === 0
      ? [`${paint('✔ nothing is missing', 'bold', 'green')}`]
      : [`${paint('? NOT KNOWN', 'bold', 'magenta')}: nothing is known to be missing${inDoubt}`];
  return [
    ...hang('', 'What is missing, for a policy in the root compartment or above these compartments:', columns),
    ...policiesOf(missing).flatMap((statements, at, { length }) => [
      ...(length > 1 ? hang('    ', paint(policyHeading(at, length), 'dim'), columns) : []),
      ...statements.map((statement) => `    ${paint(shownText(statement), 'cyan')}`),
    ]),
    '',
    `${paint('✖ MISSING', 'bold', 'red')}: ${missing.length} ${missing.length === 1 ? 'statement' : 'statements'}${inDoubt}`,
  ];
}
