// Rules about sources that are missing, broken or out of sight.
import type { AloneRule, Draft } from '../../../contract/rule.ts';
import type { Facts, Source } from '../facts.ts';
import type { Settings } from '../settings.ts';
import {
  caused,
  edited,
  isMasked,
  judgedKeys,
  lines,
  madeOf,
  placeOf,
  quoted,
  subjectOf,
  unitOf,
  unmasked,
  words,
  wordsOf,
} from './judged.ts';

type Alone = AloneRule<Facts, Settings>;

export const sourceMissing: Alone = {
  code: 'settings/source-missing',
  kind: 'alone',
  severity: 'blocker',
  title: 'A source of settings is not there',
  why: 'The service that reads it does not start, or starts with none of what is set in it.',
  // It knows from where to copy.
  dependsOn: ['settings/missing-on-standby', 'settings/source-missing'],
  judge: (facts) =>
    facts.sources.flatMap((source) =>
      source.content.kind === 'missing' && !source.isOptional
        ? [
            {
              subject: placeOf(source),
              expected: 'there, as the configuration names it',
              actual: source.content.detail,
              with: { ...wordsOf(source), isMasked: isMasked(source) ? 'yes' : 'no' },
              ...caused(unitOf(facts, source)),
            },
          ]
        : [],
    ),
  remedy: (draft) => {
    const { kind, path, unit, isMasked } = words(draft);
    if (isMasked === 'yes') return lines(unmasked(unit!), '$ understudy run settings');
    return lines(
      '# Bring it here as it is on the other side, with this site’s own words; where it may be missing, say `optional: true`.',
      kind === 'unit' || kind === 'environment' ? madeOf(unit!) : `$ sudo ls -ld ${path}`,
    );
  },
};

export const environmentFileMissing: Alone = {
  code: 'settings/environment-file-missing',
  kind: 'alone',
  severity: 'blocker',
  title: 'An environment file that a unit needs is not there',
  why: 'systemd does not start the unit at all.',
  judge: ({ sources }) =>
    sources.flatMap((source) =>
      source.missingFiles.map((path) => ({
        subject: `${placeOf(source)} ${path}`,
        expected: 'there, as the unit names it without a dash before',
        actual: 'there is no such file',
        with: { ...wordsOf(source), file: quoted(path) },
      })),
    ),
  remedy: (draft) =>
    lines(
      '# Bring the file here as it is on the other side, with this site’s own words.',
      `$ sudo ls -l ${words(draft).file}`,
      madeOf(words(draft).unit!),
    ),
};

export const unparsable: Alone = {
  code: 'settings/unparsable',
  kind: 'alone',
  severity: 'warning',
  title: 'A settings file is not of its format',
  why: 'Its service may refuse to start with it, and none of what it sets can be compared.',
  dependsOn: ['settings/unparsable-here'],
  judge: ({ sources }) =>
    sources.flatMap((source) =>
      source.content.kind === 'unparsable'
        ? [{ subject: placeOf(source), expected: 'of its format', actual: source.content.detail, with: wordsOf(source) }]
        : [],
    ),
  remedy: (draft) => lines('# Mend it at the place that is named; if it is of another format, say so under `format`.', edited(draft)),
};

export const sourceUnseen: Alone = {
  code: 'settings/source-unseen',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'A source of settings could not be seen',
  why: 'It may lack anything; nothing is known of it until it can be read.',
  judge: ({ sources }) =>
    sources.flatMap((source) =>
      source.content.kind === 'unseen'
        ? [
            {
              subject: placeOf(source),
              expected: 'seen',
              actual: source.content.detail,
              with: { ...wordsOf(source), ...deniedFile(source.content.detail), reason: source.content.reason },
            },
          ]
        : [],
    ),
  remedy: (draft) => seenAgain(draft),
};

/** Of a unit, the environment file that its detail names. */
function deniedFile(detail: string): { readonly file?: string } {
  const path = /^its environment file (\/.*): /.exec(detail)?.[1];
  return path === undefined ? {} : { file: quoted(path) };
}

function seenAgain(draft: Draft): string {
  const { kind, path, file, unit, reason } = words(draft);
  if (kind === 'environment' && reason === 'denied')
    return lines(
      '# Nobody but root and the process’s own user may read it, and the agent is neither. Take the unit out of `services` and name it under',
      '# `units`, for what systemd would start it with: whether it was started before a change is then still said.',
      `$ systemctl show ${unit} -p User,MainPID,ExecMainStartTimestamp`,
    );
  if (kind === 'unit' && reason === 'denied')
    return lines(
      '# Let the agent read what the unit is made of (the folders above have to let it through, too).',
      file === path ? madeOf(unit!) : `$ sudo setfacl -m u:understudy:r ${file}`,
    );
  if (reason === 'denied')
    return lines(
      '# Let the agent read it (the folders above have to let it through, too), or take it out of the settings.',
      kind === 'directory' ? `$ sudo setfacl -R -m u:understudy:rX ${path}` : `$ sudo setfacl -m u:understudy:r ${path}`,
    );
  if (kind === 'unit' || kind === 'environment') return lines('# See what systemd says of it.', madeOf(unit!));
  return lines('# See what it is.', `$ sudo ls -ld ${path}`, '$ understudy explain settings');
}

export const keyUnseen: Alone = {
  code: 'settings/key-unseen',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'A single setting could not be seen',
  why: 'It is there by name; whether it holds anything, and the same as on the other side, is not known.',
  judge: (facts) =>
    judgedKeys(facts).flatMap(({ source, key }) =>
      key.value.kind === 'unseen'
        ? [{ subject: subjectOf(source, key.name), expected: 'seen', actual: key.value.detail, with: wordsOf(source, key.name) }]
        : [],
    ),
  remedy: (draft) => lines('# Let the agent read it, or exclude the key.', `$ sudo setfacl -R -m u:understudy:rX ${words(draft).file}`),
};

export const keyDangling: Alone = {
  code: 'settings/dangling',
  kind: 'alone',
  severity: 'blocker',
  title: 'A mounted setting leads nowhere',
  why: 'It is there by name and cannot be opened: the service that reads it gets an error, as if it were missing.',
  judge: (facts) =>
    judgedKeys(facts).flatMap(({ source, key }) =>
      key.value.kind === 'dangling' && !key.traits.includes('may-be-missing')
        ? [
            {
              subject: subjectOf(source, key.name),
              expected: 'a file behind the link',
              actual: 'there is nothing behind it',
              with: wordsOf(source, key.name),
            },
          ]
        : [],
    ),
  remedy: (draft) =>
    lines(
      '# Have what mounts it mount it anew: delete the pod for Kubernetes to make it again, or restart the service that writes it.',
      `$ sudo ls -ld ${words(draft).path}/..data`,
      '$ understudy run settings',
    ),
};

export const placeUnseen: Alone = {
  code: 'settings/place-unseen',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'Not every file that a pattern names could be seen',
  why: 'What lies there is neither checked nor compared.',
  judge: ({ unsearched }) =>
    unsearched.map(({ place, detail }) => ({ subject: place, expected: 'searched', actual: detail, with: { path: quoted(place) } })),
  remedy: (draft) => lines('# Let the agent in, or narrow the pattern.', `$ sudo setfacl -m u:understudy:rx ${words(draft).path}`),
};

export const startUnseen: Alone = {
  code: 'settings/start-unseen',
  kind: 'alone',
  severity: 'warning',
  title: 'Whether a service was started before its settings changed could not be seen',
  why: 'It may go on with settings that are no longer in its files.',
  dependsOn: ['settings/source-unseen'],
  judge: ({ sources }) =>
    sources.flatMap((source: Source) =>
      source.service.kind === 'unseen'
        ? [
            {
              subject: placeOf(source),
              expected: `a start of ${source.unit ?? 'its service'} that is known`,
              actual: source.service.detail,
              with: wordsOf(source),
            },
          ]
        : [],
    ),
  remedy: (draft) => lines('# See whether systemd answers.', `$ systemctl show ${words(draft).unit} -p MainPID,ExecMainStartTimestamp`),
};
