// The verdict and its reason in one line that survives wherever only the end of an output is kept.
import { formatDuration } from '../../contract/duration.ts';
import type { FailOn, Receipt } from '../../contract/receipt.ts';
import { isHeardAtGate } from '../../judge/gate.ts';
import { isCounted } from '../../judge/verdict.ts';
import { shownText } from '../text/escape.ts';
import { verdictWords } from '../words.ts';
import { type GateEnding, gateExit, overrideIn } from './ending.ts';

/** A fifth of what Run Command keeps. */
const bytesMax = 200;
/** Who and why take at most this much of it: the verdict comes after. */
const overrideBytesMax = 80;

export function lastLine(ending: GateEnding, failOn: FailOn | null): string {
  const parts = [gateWords(ending, failOn), verdictPart(ending), ending.kind === 'answered' ? why(ending.receipt) : ending.reason];
  return within(shownText(`understudy: ${parts.filter((part) => part !== '').join(' - ')}`), bytesMax);
}

function gateWords(ending: GateEnding, failOn: FailOn | null): string {
  const override = overrideIn(ending);
  if (override !== null) return `GATE OVERRIDDEN by ${within(`${override.by}: ${override.reason}`, overrideBytesMax)}`;
  if (failOn === null) return '';
  return gateExit(ending, failOn) === 0 ? 'GATE OPEN' : 'GATE CLOSED';
}

function verdictPart(ending: GateEnding): string {
  if (ending.kind === 'answered') return verdictWords[ending.receipt.verdict].word;
  return overrideIn(ending) === null ? 'UNKNOWN' : 'UNKNOWN, NO RECEIPT';
}

/** `billing: 1 blocker, 2 warnings: app1 kernel/behind-primary effective kernel` */
function why(receipt: Receipt): string {
  const { counts, pairs, issuedAt } = receipt;
  const about = receipt.asked.group ?? receipt.issuer.name;
  const counted = (['blocker', 'warning'] as const).map((severity) => numbered(counts[severity], severity));
  const parts = [...counted, numbered(counts.blindSpots, 'blind spot'), counts.waived === 0 ? '' : `${counts.waived} waived`];
  const summed = parts.filter((part) => part !== '').join(', ');
  const first = worst(receipt);
  if (first !== null) return [about, summed, first].filter((part) => part !== '').join(': ');
  const looks = pairs.map(({ standby }) => standby?.asOf ?? null).filter((at) => at !== null);
  const oldest = looks.length === 0 ? '' : `oldest look ${formatDuration(Math.max(0, issuedAt - Math.min(...looks)))} ago`;
  return `${about}: ${[summed, oldest].filter((part) => part !== '').join(', ') || (pairs.length === 0 ? 'it has no pair' : 'nothing was found')}`;
}

/** What the verdict rests on first; null where nothing stands against it. */
function worst({ pairs, verdict }: Receipt): string | null {
  const findings = pairs.flatMap((pair) =>
    pair.findings.filter((one) => isCounted(one) && isHeardAtGate(one)).map((finding) => ({ pair: pair.pair ?? '', finding })),
  );
  const blindSpots = pairs.flatMap((pair) => pair.blindSpots.map((spot) => ({ pair: pair.pair ?? '', spot })));
  const suspending = findings.find(({ finding }) => finding.isSuspending === true);
  if (suspending !== undefined) return `${suspending.pair} ${suspending.finding.code} ${suspending.finding.subject}`.trim();
  const blocker = findings.find(({ finding }) => finding.severity === 'blocker');
  if (blocker !== undefined) return `${blocker.pair} ${blocker.finding.code} ${blocker.finding.subject}`.trim();
  const [blind] = blindSpots;
  if (blind !== undefined)
    return `${blind.pair} ${blind.spot.check ?? ''} ${blind.spot.kind}: ${blind.spot.detail}`.replace(/ +/g, ' ').trim();
  const warning = findings.find(({ finding }) => finding.severity === 'warning');
  if (warning !== undefined) return `${warning.pair} ${warning.finding.code} ${warning.finding.subject}`.trim();
  const pending = pairs.flatMap(({ findings: all }) => all.filter((one) => one.state === 'pending' && isHeardAtGate(one)))[0];
  return verdict === 'degraded' && pending !== undefined ? `${pending.code} ${pending.subject} was just seen` : null;
}

const numbered = (count: number, noun: string): string => (count === 0 ? '' : `${count} ${noun}${count === 1 ? '' : 's'}`);

const ellipsis = '…';

/** Cut between characters, so that what is left is still text. */
export function within(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  let kept = '';
  let left = bytes - Buffer.byteLength(ellipsis);
  for (const character of text) {
    left -= Buffer.byteLength(character);
    if (left < 0) break;
    kept += character;
  }
  return kept + ellipsis;
}
