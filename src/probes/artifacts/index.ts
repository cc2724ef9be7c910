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
  const seen = stores.filter(({ images }) => images.seen);
  const images = seen.reduce((sum, { images: of }) => sum + (of.seen ? of.list.length : 0), 0);
  const running = stores.reduce(
    (sum, { containers }) => sum + (containers.seen ? containers.list.filter((one) => one.isRunning).length : 0),
    0,
  );
  const left = files.filter(({ content }) => content.kind === 'not-yet').length;
  const parts = [
    stores.length === 0
      ? ''
      : seen.length === 0
        ? 'container images not seen'
        : `${counted(images, 'image')}, ${counted(running, 'container')} running`,
    files.length === 0 ? '' : `${counted(files.length, 'file')}${left === 0 ? '' : ` (${left} not read yet)`}`,
    packages.kind === 'seen' ? counted(packages.list.length, 'package') : packages.kind === 'unseen' ? 'packages not seen' : '',
    endpoints.length === 0 ? '' : counted(endpoints.length, 'service'),
  ];
  return parts.filter((one) => one !== '').join(', ') || 'nothing named is there';
}

const counted = (count: number, word: string): string => (count === 1 ? `1 ${word}` : `${count} ${word}s`);
