// Rules about the key under which values are compared.
import type { AloneRule } from '../../../contract/rule.ts';
import type { Facts } from '../facts.ts';
import type { Settings } from '../settings.ts';
import { lines, quoted, words } from './judged.ts';

type Alone = AloneRule<Facts, Settings>;

export const fleetKeySubject = 'fleet key';

const keyWords = ({ fleetKeyFile }: Settings) => ({ path: quoted(fleetKeyFile) });

export const made = (path: string): readonly string[] => [
  '# Make one key for the whole fleet, once:',
  `$ openssl rand -base64 32 | sudo install -m 0400 -o understudy -g understudy /dev/stdin ${path}`,
  '# and bring the same file to every other machine of the fleet, over a way that keeps it secret.',
];

export const noFleetKey: Alone = {
  code: 'settings/no-fleet-key',
  kind: 'alone',
  severity: 'warning',
  title: 'There is no key of the fleet to compare values with',
  why: 'Only the names of settings are compared; a value that was never brought over is not noticed.',
  isNodeWide: true,
  judge: ({ fleetKey }, { settings }) => {
    if (fleetKey.kind !== 'missing' && fleetKey.kind !== 'unseen') return [];
    const actual = fleetKey.kind === 'missing' ? 'there is no such file' : fleetKey.detail;
    return [{ subject: fleetKeySubject, expected: `a key in ${settings.fleetKeyFile}`, actual, with: keyWords(settings) }];
  },
  remedy: (draft) => lines(made(words(draft).path!), `$ sudo -u understudy test -r ${words(draft).path} && echo readable`),
};

export const weakFleetKey: Alone = {
  code: 'settings/weak-fleet-key',
  kind: 'alone',
  severity: 'warning',
  title: 'The key of the fleet is too weak to be used',
  why: 'Whoever guesses the key can guess every value from its fingerprint, so that no value is fingerprinted with it.',
  isNodeWide: true,
  judge: ({ fleetKey }, { settings }) =>
    fleetKey.kind === 'weak'
      ? [{ subject: fleetKeySubject, expected: 'at least 32 random bytes', actual: fleetKey.detail, with: keyWords(settings) }]
      : [],
  remedy: (draft) => lines(made(words(draft).path!)),
};

export const openFleetKey: Alone = {
  code: 'settings/open-fleet-key',
  kind: 'alone',
  severity: 'note',
  title: 'Everybody on the machine may read the key of the fleet',
  why: 'With key and fingerprints, short values can be guessed. It does not keep the standby from taking over.',
  judge: ({ fleetKey }, { settings }) =>
    fleetKey.kind === 'usable' && fleetKey.isOpen
      ? [{ subject: fleetKeySubject, expected: 'readable by the agent alone', actual: 'readable by everybody', with: keyWords(settings) }]
      : [],
  remedy: (draft) => lines(`$ sudo chown understudy: ${words(draft).path}`, `$ sudo chmod 0400 ${words(draft).path}`),
};
