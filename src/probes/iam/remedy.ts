// Remedies: what is written where, with the standby's own identifiers. Identity is one database for the tenancy, written in its home region.
import type { Draft } from '../../contract/rule.ts';
import { quoted } from './wording.ts';

type Fill = Readonly<Record<string, string | undefined>>;

const fillOf = (draft: Draft): Fill => draft.with ?? {};

const home = ({ homeRegion }: Fill): string =>
  homeRegion
    ? `# Identity is written in the home region of the tenancy, ${homeRegion}, and takes a while to reach the others.`
    : '# Identity is written in the home region of the tenancy, and takes a while to reach the others.';

const region = ({ homeRegion }: Fill): string => (homeRegion ? ` --region ${homeRegion}` : '');

/** A statement more. `why` is a comment line without its mark. */
export function grantRemedy(draft: Draft, why: string): string {
  const fill = fillOf(draft);
  const { policyId, policy, statement, statements = '[]', compartment = '' } = fill;
  if (!statement)
    return [
      `# ${why}`,
      '# No dynamic group that a statement could name is known to take these instances in: mend the rule of one first.',
      `$ oci iam dynamic-group list --all`,
    ].join('\n');
  const command = policyId
    ? `$ oci iam policy update --policy-id ${policyId} --statements ${quoted(statements)} --version-date ""${region(fill)}`
    : `$ oci iam policy create --compartment-id ${compartment} --name understudy-standby --description 'What the standby needs' --statements ${quoted(statements)}${region(fill)}`;
  const where = policyId
    ? `# Policy ${policy} gets this statement, and keeps what it has:`
    : '# No policy of the standby reaches there; a new one holds:';
  return [
    `# ${why}`,
    where,
    `#   ${statement}`,
    home(fill),
    ...(policyId
      ? [
          '# The list takes the place of the old one: read it again first, and leave nothing out.',
          `$ oci iam policy get --policy-id ${policyId}`,
        ]
      : []),
    command,
  ].join('\n');
}

export function memberRemedy(draft: Draft): string {
  const fill = fillOf(draft);
  const { group, groupId, rule, tags } = fill;
  const read = `$ oci iam dynamic-group get --dynamic-group-id ${groupId}`;
  const tag = tags ? [`# Or, where the rule goes by tags: give the instances the tags of their twins (${tags}).`] : [];
  if (!rule)
    return [
      `# Dynamic group ${group}: write its rule so that it takes these instances in as it does their twins.`,
      ...tag,
      home(fill),
      read,
    ].join('\n');
  return [
    `# Dynamic group ${group} takes these instances in by this rule, which is the old one and what the standby lacks in it:`,
    `#   ${rule}`,
    ...tag,
    home(fill),
    `$ oci iam dynamic-group update --dynamic-group-id ${groupId} --matching-rule ${quoted(rule)}${region(fill)}`,
  ].join('\n');
}

export function matchingRemedy(draft: Draft): string {
  const fill = fillOf(draft);
  return [
    `# Dynamic group ${fill.group}: a compartment in a rule is that compartment alone. Name those in which the instances lie:`,
    `#   ${fill.rule}`,
    home(fill),
    `$ oci iam dynamic-group update --dynamic-group-id ${fill.groupId} --matching-rule ${quoted(fill.rule ?? '')}${region(fill)}`,
  ].join('\n');
}

export function policyRemedy(draft: Draft, why: string): string {
  const fill = fillOf(draft);
  return [
    `# ${why}`,
    ...(fill.statement ? [`#   policy ${fill.policy}, statement ${fill.number}: ${fill.statement}`] : [`#   policy ${fill.policy}`]),
    home(fill),
    `$ oci iam policy get --policy-id ${fill.policyId}`,
  ].join('\n');
}
