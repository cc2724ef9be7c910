// The commands that mend DNS. Policies are replaced part by part: what is not changed has to be given again.
import type { Draft } from '../../contract/rule.ts';

const fillOf = (draft: Draft): Readonly<Record<string, string>> => draft.with ?? {};

const get = (id: string | undefined): string => `$ oci dns steering-policy get --steering-policy-id ${id}`;

export function answers(draft: Draft): string {
  const { id, region, address } = fillOf(draft);
  return [
    `# The answers with one for ${region} (such as ${address}), enabled, and the others as they are:`,
    get(id),
    `$ oci dns steering-policy update --steering-policy-id ${id} --answers file://answers.json`,
  ].join('\n');
}

export function rules(draft: Draft): string {
  const { id } = fillOf(draft);
  return [
    '# FILTER (answer.isDisabled != true), HEALTH, PRIORITY (the primary’s answer lower), LIMIT 1, in this order, and a monitor of both sides:',
    get(id),
    `$ oci dns steering-policy update --steering-policy-id ${id} --rules file://rules.json --health-check-monitor-id <monitor>`,
  ].join('\n');
}

export function attachment(draft: Draft): string {
  const { id } = fillOf(draft);
  return [
    '# To the name that clients use:',
    `$ oci dns steering-policy-attachment create --steering-policy-id ${id} --zone-id <zone> --domain-name <name>`,
  ].join('\n');
}

export function monitor(draft: Draft): string {
  const { monitor: id, targets } = fillOf(draft);
  return [
    `$ oci health-checks http-probe-result list --probe-configuration-id ${id}`,
    '# Both sides have to be targets, and the monitor enabled:',
    `$ oci health-checks http-monitor update --monitor-id ${id} --is-enabled true --targets '${targets}'`,
  ].join('\n');
}

export const ttl = (draft: Draft): string =>
  `$ oci dns steering-policy update --steering-policy-id ${fillOf(draft).id} --ttl ${fillOf(draft).ttl}`;

export function staticRecord(draft: Draft): string {
  const { zone, name, type } = fillOf(draft);
  return [
    '# Steer the name between both sides by a policy, or have the recovery plan change the record; a name of one side only belongs under ownNames.',
    `$ oci dns record rrset get --zone-name-or-id ${zone} --domain ${name} --rtype ${type}`,
    `$ oci dns steering-policy-attachment create --steering-policy-id <policy> --zone-id ${zone} --domain-name ${name}`,
  ].join('\n');
}

export function privateRecord(draft: Draft): string {
  const { region, zone, name, type, items, beside } = fillOf(draft);
  const inZone = `--region ${region} --zone-name-or-id ${zone} --scope PRIVATE --domain ${name}`;
  return [
    ...(beside === undefined
      ? [`# In ${region}, as on the primary:`]
      : [
          '# No other record may stand beside a CNAME: what is there goes first.',
          `$ oci dns record rrset delete ${inZone} --rtype ${beside}`,
        ]),
    `$ oci dns record rrset update ${inZone} --rtype ${type} --items '${items}'`,
  ].join('\n');
}

export function privateZone(draft: Draft): string {
  const { region, view, name } = fillOf(draft);
  return `# As on the primary, with its records:\n$ oci dns zone create --region ${region} --scope PRIVATE --view-id ${view} --name ${name} --zone-type PRIMARY --compartment-id <compartment>`;
}

/** Without one that is there: an endpoint of that name which does not work goes first. */
export function endpoint(draft: Draft): string {
  const { region, id, name, does } = fillOf(draft);
  const isForwarding = does === 'forwarding';
  return [
    '# What is there, and its state; one of the same name that does not work has to be deleted first:',
    `$ oci dns resolver-endpoint list --region ${region} --resolver-id ${id} --scope PRIVATE`,
    `$ oci dns resolver-endpoint create --region ${region} --resolver-id ${id} --scope PRIVATE --name ${name} --is-forwarding ${isForwarding} --is-listening ${!isForwarding} --subnet-id <subnet>`,
  ].join('\n');
}

export function missingResolver(draft: Draft): string {
  const { region } = fillOf(draft);
  return [
    '# A private resolver comes with its VCN. One that is there under another name: under `names` of its region in the fleet file.',
    `$ oci dns resolver list --region ${region} --scope PRIVATE --compartment-id <compartment>`,
    `$ oci network vcn list --region ${region} --compartment-id <compartment>`,
  ].join('\n');
}

export function resolver(draft: Draft): string {
  const { region, id } = fillOf(draft);
  return [
    '# Views and rules are given whole, those that are there and those that lack:',
    `$ oci dns resolver get --region ${region} --resolver-id ${id} --scope PRIVATE`,
    `$ oci dns resolver update --region ${region} --resolver-id ${id} --scope PRIVATE --attached-views file://views.json --rules file://rules.json`,
  ].join('\n');
}
