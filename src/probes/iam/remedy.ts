// Remedies: what is written where, with the standby's own identifiers. Identity is one database for the tenancy, written in its home region.
import type { Draft } from '../../contract/rule.ts';
import { shellWord } from '../../formats/shell-word.ts';
import { printable } from './wording.ts';

type Fill = Readonly<Record<string, string | undefined>>;

const fillOf = (draft: Draft): Fill => draft.with ?? {};

const home = ({ homeRegion }: Fill): string =>
  homeRegion
    ? `# Identity is written in the home region of the tenancy, ${homeRegion}, and takes a while to reach the others.`
    : '# Identity is written in the home region of the tenancy, and takes a while to reach the others.';

const region = ({ homeRegion }: Fill): readonly string[] => (homeRegion ? ['--region', homeRegion] : []);

/** Names and OCIDs are whatever a body holds: each is one word, and what cannot be typed is not shown to be. */
function oci(...words: readonly string[]): string {
  if (words.some((word) => printable(word) !== word)) return '# An identifier or a rule here holds characters that cannot be typed.';
  return `$ oci ${words.map(shellWord).join(' ')}`;
}

const lines = (...all: readonly string[]): string => all.map(printable).join('\n');

const getPolicy = ({ policyId = '' }: Fill): string => oci('iam', 'policy', 'get', '--policy-id', policyId);

/** A statement more. `why` is a comment line without its mark. */
export function grantRemedy(draft: Draft, why: string): string {
  const fill = fillOf(draft);
  const { statement, withoutStatement } = fill;
  if (!statement)
    return lines(
      `# ${why}`,
      `# ${withoutStatement ?? 'No dynamic group that a statement could name is known to take these instances in: mend the rule of one first.'}`,
      ...(fill.policyId ? [getPolicy(fill)] : ['$ oci iam dynamic-group list --all']),
    );
  return lines(`# ${why}`, ...(fill.policyId && fill.isFull !== 'yes' ? writtenInto(fill) : writtenAnew(fill)));
}

function writtenInto(fill: Fill): readonly string[] {
  const { policyId = '', policy, statement, statements = '[]', versionDate = '' } = fill;
  return [
    `# Policy ${policy} gets this statement, and keeps what it has:`,
    `#   ${statement}`,
    home(fill),
    '# The list takes the place of the old one: read it again first, and leave nothing out.',
    getPolicy(fill),
    // Without a date the policy would follow later changes of verbs, which it does not where it is pinned to one.
    oci(
      ...['iam', 'policy', 'update', '--policy-id', policyId, '--statements', statements, '--version-date', versionDate],
      ...region(fill),
    ),
  ];
}

function writtenAnew(fill: Fill): readonly string[] {
  const { policy, statement, statements = '[]', compartment = '', isFull } = fill;
  return [
    isFull === 'yes'
      ? `# Policy ${policy} holds as many statements as a policy may by default; a new one holds:`
      : '# No policy of the standby reaches there; a new one holds:',
    `#   ${statement}`,
    home(fill),
    oci(
      ...['iam', 'policy', 'create', '--compartment-id', compartment, '--name', 'understudy-standby'],
      ...['--description', 'What the standby needs', '--statements', statements, ...region(fill)],
    ),
  ];
}

const getGroup = ({ groupId = '' }: Fill): string => oci('iam', 'dynamic-group', 'get', '--dynamic-group-id', groupId);

const writeRule = (fill: Fill): string =>
  oci(...['iam', 'dynamic-group', 'update', '--dynamic-group-id', fill.groupId ?? '', '--matching-rule', fill.rule ?? ''], ...region(fill));

export function memberRemedy(draft: Draft): string {
  const fill = fillOf(draft);
  const { group, rule, tags } = fill;
  const tag = tags ? [`# Or, since the rule goes by tags: give the instances the tags of their twins (${tags}).`] : [];
  if (!rule)
    return lines(
      `# Dynamic group ${group}: write its rule so that it takes these instances in as it does their twins.`,
      ...tag,
      home(fill),
      getGroup(fill),
    );
  return lines(
    `# Dynamic group ${group} takes these instances in by this rule, which is the old one and what the standby lacks in it:`,
    `#   ${rule}`,
    ...tag,
    home(fill),
    writeRule(fill),
  );
}

export function matchingRemedy(draft: Draft): string {
  const fill = fillOf(draft);
  const { group, rule, others } = fill;
  const what = `# Dynamic group ${group}: a compartment in a rule is that compartment alone.`;
  // Whoever is taken in gets all that the group has.
  if (others || !rule)
    return lines(
      `${what} The instances need a group that names their own compartments.`,
      others
        ? `# It is granted more than for these compartments (${others}): make a group of its own for the instances, and name that one.`
        : '# What it is granted elsewhere goes to all whom it takes in: make a group of its own where that is more than these need.',
      home(fill),
      getGroup(fill),
    );
  return lines(
    `${what} This one is the old rule, and the compartments in which the instances of both sides lie:`,
    `#   ${rule}`,
    '# All that any policy grants the group goes to them too: see first that there is no other.',
    home(fill),
    getGroup(fill),
    writeRule(fill),
  );
}

export function policyRemedy(draft: Draft, why: string): string {
  const fill = fillOf(draft);
  return lines(
    `# ${why}`,
    ...(fill.statement ? [`#   policy ${fill.policy}, statement ${fill.number}: ${fill.statement}`] : [`#   policy ${fill.policy}`]),
    home(fill),
    getPolicy(fill),
  );
}

export function groupRemedy(draft: Draft): string {
  const fill = fillOf(draft);
  return lines(`# Dynamic group ${fill.group}: see why it is not active, and make it anew if need be.`, getGroup(fill));
}

export const listRemedy = (draft: Draft): string =>
  lines(
    '# The reader needs, in the tenancy or at least in the compartments that these lie in:',
    '#   Allow dynamic-group <group of the reader> to inspect policies in tenancy',
    '#   Allow dynamic-group <group of the reader> to inspect compartments in tenancy',
    '#   Allow dynamic-group <group of the reader> to read instances in compartment id <compartment>',
    oci('iam', 'policy', 'list', '--all', '--compartment-id', fillOf(draft).compartment ?? ''),
  );
