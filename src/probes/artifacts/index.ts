// The artifacts probe: whether what is deployed on the primary is deployed here, and is the same.
import { defineProbe } from '../../contract/probe.ts';
import { type ArtifactsFacts, ArtifactsFactsSchema } from './facts.ts';
import { observe } from './observe.ts';
import { rules } from './rules.ts';
import { ArtifactsSettingsSchema, defaultSettings, exampleSettings } from './settings.ts';

export const probe = defineProbe({
  id: 'artifacts',
  title: 'Deployed artifacts',
  gap: 'artifacts',
  factsVersion: 1,
  settings: ArtifactsSettingsSchema,
  facts: ArtifactsFactsSchema,
  readings: {
    filesCount: 'Files that are watched',
    readBytes: 'Bytes of files that were read in this look; files that did not change are not read again',
    leftBytes: 'Bytes of files that are still to be read',
    captureAgeMinutes: 'Age of what a container runtime told root',
  },
  // Reading goes on for as long as a look may last: 10 GB at 16 MiB a second are then read within three looks.
  defaults: { everyMs: 10 * 60_000, timeoutMs: 5 * 60_000, staleAfterMs: 45 * 60_000 },
  example: exampleSettings,
  withoutConfig: { settings: defaultSettings },
  absentOnStandby: 'blocker',
  rules,
  summary,
  observe,
});

function summary({ stores, files, packages, endpoints }: ArtifactsFacts): string {
  const left = files.filter(({ content }) => content.kind === 'not-yet').length;
  const parts = [
    ...(stores.length === 0 ? [] : storesInShort(stores)),
    files.length === 0 ? '' : `${counted(files.length, 'file')}${left === 0 ? '' : ` (${left} not read yet)`}`,
    packages.kind === 'seen' ? counted(packages.list.length, 'package') : packages.kind === 'unseen' ? 'packages not seen' : '',
    endpoints.length === 0 ? '' : counted(endpoints.length, 'service'),
  ];
  return parts.filter((one) => one !== '').join(', ') || 'nothing named is there';
}

const storesInShort = (stores: ArtifactsFacts['stores']): readonly string[] => [
  tally(
    stores.map(({ images }) => (images.seen ? images.list.length : null)),
    'image',
  ),
  tally(
    stores.map(({ containers }) => (containers.seen ? containers.list.filter(({ isRunning }) => isRunning).length : null)),
    'running container',
  ),
];

/** Null for a store that was not seen: it is not one without any. */
function tally(counts: readonly (number | null)[], word: string): string {
  const seen = counts.filter((count) => count !== null);
  const dark = counts.length - seen.length;
  if (seen.length === 0) return `${word}s not seen`;
  const sum = counted(
    seen.reduce((total, count) => total + count, 0),
    word,
  );
  return dark === 0 ? sum : `${sum} (${counted(dark, 'store')} not seen)`;
}

const counted = (count: number, word: string): string => (count === 1 ? `1 ${word}` : `${count} ${word}s`);
