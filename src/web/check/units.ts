// The unit of a reading is the end of its name (`connectMs`, `daysLeft`): what a number of it looks like, and what its plot is called.

export interface ReadingUnit {
  /** What stands above the plot, with the unit. */
  readonly title: string;
  show(value: number): string;
}

const unitShown: readonly (readonly [suffix: RegExp, unit: string, show: (value: number) => string])[] = [
  [/AsOfMs$/, 'date', (value) => new Date(value).toISOString().slice(0, 16).replace('T', ' ')],
  [/Ms$/, 'ms', (value) => (Math.abs(value) >= 10_000 ? `${short(value / 1_000)} s` : `${short(value)} ms`)],
  [/Seconds$/, 's', (value) => `${short(value)} s`],
  [/Minutes(Left)?$/, 'min', (value) => `${short(value)} min`],
  [/Hours$/, 'h', (value) => `${short(value)} h`],
  [/(D|^d)ays(Left)?$/, 'days', (value) => `${short(value)} d`],
  [/Bytes$/, 'bytes', (value) => bytesShown(value)],
  [/(Share|Ratio)$/, '%', (value) => `${short(value * 100)} %`],
  [/Percent$/, '%', (value) => `${short(value)} %`],
];

export function readingUnit(name: string): ReadingUnit {
  const [suffix, unit, show] = unitShown.find(([end]) => end.test(name)) ?? [/(Count)?$/, null, short];
  // Of `daysLeft` the unit is a word of the title already.
  const saysUnit = unit === 'days' || name.endsWith('Left');
  const words = wordsOf(saysUnit ? name : name.replace(suffix, ''));
  return { title: unit === null || saysUnit ? words : `${words} (${unit})`, show };
}

/** `certificateMinutesLeft` is “Certificate minutes left”. */
function wordsOf(name: string): string {
  const words = name.replace(/[A-Z]+/g, (letters) => ` ${letters.toLowerCase()}`).trim();
  const spelt = words.replace(/\b(rss|tls|ttl)\b/g, (letters) => letters.toUpperCase());
  return spelt.charAt(0).toUpperCase() + spelt.slice(1);
}

/** Three digits say as much as anybody reads off a line. */
const short = (value: number): string => {
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return Number(value.toFixed(digits)).toLocaleString('en-GB', { maximumFractionDigits: digits });
};

const powers = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

function bytesShown(value: number): string {
  const power = Math.min(powers.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, Math.abs(value))) / 3)));
  return `${short(value / 1_000 ** power)} ${powers[power]}`;
}
