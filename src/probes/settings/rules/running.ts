// Rules about services that run with other settings than those that are written.
import type { AloneRule } from '../../../contract/rule.ts';
import type { Facts, Key, Source } from '../facts.ts';
import type { Settings } from '../settings.ts';
import { caused, lines, placeOf, seenSources, subjectOf, words, wordsOf } from './judged.ts';

type Alone = AloneRule<Facts, Settings>;

export const startedBeforeChange: Alone = {
  code: 'settings/started-before-change',
  kind: 'alone',
  severity: 'warning',
  title: 'A service was started before its settings were last changed',
  why: 'It still runs with the old ones; what the files say was never tried.',
  dependsOn: ['settings/started-before-change'],
  judge: ({ sources }) =>
    sources.flatMap((source) =>
      source.service.kind === 'started-before'
        ? [
            {
              subject: placeOf(source),
              expected: `${source.unit ?? 'its service'} started after the last change`,
              actual: `started before ${source.service.changed.join(', ')} changed`,
              with: wordsOf(source),
              ...caused(changedFile(source, source.service.changed, sources)),
            },
          ]
        : [],
    ),
  remedy: (draft) => restarted(words(draft).unit!),
};

/** All that changed is one file that is watched by itself, and of which the same is said. */
function changedFile(source: Source, changed: readonly string[], sources: readonly Source[]): string | undefined {
  const [path, ...others] = changed;
  if (source.kind !== 'unit' || others.length > 0) return undefined;
  const file = sources.find(({ kind, where, service }) => kind === 'file' && where === path && service.kind === 'started-before');
  return file && placeOf(file);
}

export const unitFailed: Alone = {
  code: 'settings/unit-failed',
  kind: 'alone',
  severity: 'warning',
  title: 'A service whose settings are watched has failed',
  why: 'It was started here and ended with an error, as it may on the day of the failover.',
  judge: ({ sources }) => {
    const units = sources.flatMap(({ service, unit }) => (service.kind === 'failed' && unit !== undefined ? [unit] : []));
    return [...new Set(units)].map((unit) => ({
      subject: unit,
      expected: 'running, or stopped without an error',
      actual: 'failed',
      with: { unit },
    }));
  },
  remedy: (draft) =>
    lines(
      '# See how it ended; its own log says why.',
      `$ systemctl show ${words(draft).unit} -p Result,ExecMainCode,ExecMainStatus,ExecMainExitTimestamp`,
      `$ sudo systemctl reset-failed ${words(draft).unit}`,
    ),
};

export const reloadDue: Alone = {
  code: 'settings/unit-not-reloaded',
  kind: 'alone',
  severity: 'warning',
  title: 'A unit file was changed and systemd has not read it again',
  why: 'Started now, the service gets the environment from before the change; after a reboot, another one.',
  judge: ({ sources }) =>
    sources
      .filter(({ isReloadDue }) => isReloadDue)
      .map((source) => ({
        subject: placeOf(source),
        expected: 'read again since the change',
        actual: 'a daemon-reload is due',
        with: wordsOf(source),
      })),
  remedy: (draft) => lines('$ sudo systemctl daemon-reload', restarted(words(draft).unit!)),
};

const restarted = (unit: string): string =>
  lines('# When it may be interrupted:', `$ sudo systemctl try-restart ${unit}`, `$ systemctl show ${unit} -p ExecMainStartTimestamp`);

export const runningDiffers: Alone = {
  code: 'settings/running-differs',
  kind: 'alone',
  severity: 'warning',
  title: 'A service runs with another setting than its unit says now',
  why: 'What runs today is not what starts after the failover.',
  dependsOn: ['settings/started-before-change'],
  judge: (facts) => {
    const declared = new Map(
      seenSources(facts)
        .filter(({ source }) => source.kind === 'unit')
        .map((one) => [one.source.where, one]),
    );
    return seenSources(facts)
      .filter(({ source }) => source.kind === 'environment')
      .flatMap(({ source, content }) => {
        const unit = declared.get(source.where);
        return unit === undefined
          ? []
          : unit.content.keys.flatMap((key) =>
              difference(
                unit.source,
                key,
                content.keys.find(({ name }) => name === key.name),
              ),
            );
      });
  },
  remedy: (draft) => restarted(words(draft).unit!),
};

function difference(unit: Source, written: Key, running: Key | undefined) {
  const draft = (actual: string) => ({
    subject: subjectOf(unit, written.name),
    expected: 'what the unit and its files say now',
    actual,
    with: wordsOf(unit, written.name, written.from),
    cause: placeOf(unit),
  });
  if (running === undefined) return [draft('not set in the running process')];
  if (written.value.kind !== 'fingerprint' || running.value.kind !== 'fingerprint') return [];
  return written.value.of === running.value.of
    ? []
    : [draft(`another value in the running process (fingerprint ${running.value.of.slice(0, 8)})`)];
}
