// Rules about the two sides' keys of the fleet.
import type { Draft, PairedRule } from '../../../contract/rule.ts';
import type { Facts } from '../facts.ts';
import type { Settings } from '../settings.ts';
import { fleetKeySubject, movedAway, readable } from './fleet-key.ts';
import { lines, quoted, words } from './judged.ts';
import { type Context, isSameFleetKey } from './pairs.ts';

type Paired = PairedRule<Facts, Settings>;

const brought = (primary: string, path: string, theirs: string): readonly string[] => [
  `# Bring over the file of ${primary}, as it is, over a way that keeps it secret:`,
  `$ sudo scp -p ${primary}:${theirs} ${path}`,
  ...readable(path),
];

export const fleetKeyNotBrought: Paired = {
  code: 'settings/fleet-key-not-brought',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'The primary has the key of the fleet, and the standby has none that can be used',
  why: 'No value could be compared: every difference between the two goes unnoticed.',
  isNodeWide: true,
  judge: (standby, primary, context) =>
    primary.fleetKey.kind === 'usable' && (standby.fleetKey.kind === 'missing' || standby.fleetKey.kind === 'weak')
      ? [keysDraft(standby, primary, context)]
      : [],
  remedy: (draft) => {
    const { primary, path, theirs, isThere } = words(draft);
    return lines(isThere === 'yes' ? [movedAway(path!)] : [], brought(primary!, path!, theirs!));
  },
};

export const otherFleetKey: Paired = {
  code: 'settings/other-fleet-key',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'The two sides have not the same key of the fleet',
  why: 'No value could be compared: every difference between them goes unnoticed.',
  dependsOn: ['settings/no-fleet-key', 'settings/weak-fleet-key', 'settings/fleet-key-unseen', 'settings/fleet-key-not-brought'],
  judge: (standby, primary, context) => (isSameFleetKey(standby, primary) ? [] : [keysDraft(standby, primary, context)]),
  remedy: (draft) => {
    const { primary, path, theirs, isTheirs } = words(draft);
    if (isTheirs !== 'usable')
      return lines(
        `# ${primary} has no key that it can use. Where it has none, bring it the one from here; where it has one, let its agent read it.`,
        `$ ssh ${primary} sudo ls -l ${theirs}`,
      );
    return lines(
      '# One of the two is the key that the rest of the fleet has; where that is the one of the primary:',
      movedAway(path!),
      brought(primary!, path!, theirs!),
    );
  },
};

const keysDraft = (standby: Facts, primary: Facts, context: Context): Draft => ({
  subject: fleetKeySubject,
  expected: keyText(primary, 'the primary’s'),
  actual: keyText(standby, 'here'),
  with: {
    path: quoted(context.standby.settings.fleetKeyFile),
    theirs: quoted(context.primary.settings.fleetKeyFile),
    primary: context.primary.node.name,
    isThere: standby.fleetKey.kind === 'missing' ? 'no' : 'yes',
    isTheirs: primary.fleetKey.kind,
  },
});

function keyText({ fleetKey }: Facts, whose: string): string {
  switch (fleetKey.kind) {
    case 'usable':
      return `${whose}: the key ${fleetKey.id}`;
    case 'missing':
      return `${whose}: none`;
    case 'weak':
      return `${whose}: one that is too weak to be used`;
    case 'unseen':
      return `${whose}: one that the agent could not read`;
  }
}
