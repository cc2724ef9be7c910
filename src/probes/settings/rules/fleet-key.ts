// Rules about the key under which values are compared.
import type { AloneContext, AloneRule } from '../../../contract/rule.ts';
import type { Facts } from '../facts.ts';
import type { Settings } from '../settings.ts';
import { lines, quoted, words } from './judged.ts';

type Alone = AloneRule<Facts, Settings>;

export const fleetKeySubject = 'fleet key';

const keyWords = ({ settings }: AloneContext<Settings>) => ({ path: quoted(settings.fleetKeyFile) });

/** Refuses to write over a key that is there (`set -C`): every fingerprint of the fleet would be another one. */
const made = (path: string): readonly string[] => [
  `$ sudo sh -c 'set -C; umask 377; openssl rand -base64 33 > "$0" && chown understudy: "$0"' ${path}`,
  '# and bring the same file to every other machine of the fleet, over a way that keeps it secret.',
];

export const movedAway = (path: string): string => `$ sudo mv -n ${path} ${path}.before`;

export const readable = (path: string): readonly string[] => [
  `$ sudo chown understudy: ${path}`,
  `$ sudo chmod 0400 ${path}`,
  `$ sudo -u understudy test -r ${path} && echo readable`,
];

const onlyOne = '# The fleet has one key: where another machine has it, bring its file here and make none. Where none has one yet:';

export const noFleetKey: Alone = {
  code: 'settings/no-fleet-key',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'There is no key of the fleet to compare values with',
  why: 'Only the names of settings are compared; a value that was never brought over is not noticed.',
  isNodeWide: true,
  dependsOn: ['settings/fleet-key-not-brought'],
  judge: ({ fleetKey }, context) =>
    fleetKey.kind === 'missing'
      ? [
          {
            subject: fleetKeySubject,
            expected: `a key in ${context.settings.fleetKeyFile}`,
            actual: 'there is no such file',
            with: keyWords(context),
          },
        ]
      : [],
  remedy: (draft) => lines(onlyOne, made(words(draft).path!), `$ sudo -u understudy test -r ${words(draft).path} && echo readable`),
};

export const fleetKeyUnseen: Alone = {
  code: 'settings/fleet-key-unseen',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'The key of the fleet is there and could not be read',
  why: 'Only the names of settings are compared; a value that was never brought over is not noticed.',
  isNodeWide: true,
  judge: ({ fleetKey }, context) =>
    fleetKey.kind === 'unseen'
      ? [
          {
            subject: fleetKeySubject,
            expected: `a key in ${context.settings.fleetKeyFile} that the agent may read`,
            actual: fleetKey.detail,
            with: keyWords(context),
          },
        ]
      : [],
  remedy: (draft) =>
    lines('# Keep the key that is there, and let the agent read it (and through the folders above).', readable(words(draft).path!)),
};

export const weakFleetKey: Alone = {
  code: 'settings/weak-fleet-key',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'The key of the fleet is too weak to be used',
  why: 'Whoever guesses the key can guess every value from its fingerprint, so that no value is fingerprinted with it.',
  isNodeWide: true,
  dependsOn: ['settings/fleet-key-not-brought'],
  judge: ({ fleetKey }, context) =>
    fleetKey.kind === 'weak'
      ? [{ subject: fleetKeySubject, expected: 'at least 32 random bytes', actual: fleetKey.detail, with: keyWords(context) }]
      : [],
  remedy: (draft) => lines(movedAway(words(draft).path!), onlyOne, made(words(draft).path!)),
};

export const openFleetKey: Alone = {
  code: 'settings/open-fleet-key',
  kind: 'alone',
  severity: 'note',
  title: 'Everybody on the machine may read the key of the fleet',
  why: 'With key and fingerprints, short values can be guessed. It does not keep the standby from taking over.',
  judge: ({ fleetKey }, context) =>
    fleetKey.kind === 'usable' && fleetKey.isOpen
      ? [{ subject: fleetKeySubject, expected: 'readable by the agent alone', actual: 'readable by everybody', with: keyWords(context) }]
      : [],
  remedy: (draft) => lines(`$ sudo chown understudy: ${words(draft).path}`, `$ sudo chmod 0400 ${words(draft).path}`),
};
