// Full Stack DR: whether the groups that move the system would do so, and whether their plans ask first.
import { defineRegionProbe } from '../../contract/probe.ts';
import { protectionGroupsProbe, protectionGroupsVersion } from '../../contract/protection-groups.ts';
import { noRegion } from '../../contract/region.ts';
import { type Facts, FactsSchema, plansOf } from './facts.ts';
import { observe } from './observe.ts';
import { gateRules } from './rules-gate.ts';
import { groupRules } from './rules-groups.ts';
import { memberRules } from './rules-members.ts';
import { planRules } from './rules-plans.ts';
import { runRules } from './rules-runs.ts';
import { partUnseen, peerPartUnseen } from './rules-sight.ts';
import { suspendRules } from './rules-suspend.ts';
import { SettingsSchema } from './settings.ts';

export const probe = defineRegionProbe({
  id: protectionGroupsProbe,
  title: 'Protection groups',
  gap: 'protection-groups',
  factsVersion: protectionGroupsVersion,
  settings: SettingsSchema,
  facts: FactsSchema,
  readings: {
    precheckAgeDays: 'Since prechecks alone last ran and passed, of any plan of the group',
    drillAgeDays: 'Since a drill last came up',
  },
  // Roles turn and drills begin by hand: what hangs on them should not be told a quarter of an hour late.
  defaults: { everyMs: 120_000, timeoutMs: 90_000, staleAfterMs: 600_000 },
  example: {
    scope: { compartments: { shop: 'ocid1.compartment.oc1..aaaaaaaaexampleshop' }, networks: {}, hosts: {}, addresses: {}, names: {} },
    groups: ['shop-zrh', 'shop-fra'],
    gate: ['understudy', 'readiness', 'gate'],
    gateTimeoutMin: '60s',
    precheckMaxAge: '30d',
    drillMaxAge: '180d',
  },
  withoutConfig: noRegion,
  absentOnStandby: 'blocker',
  rules: [partUnseen, peerPartUnseen, ...groupRules, ...memberRules, ...planRules, ...gateRules, ...runRules, ...suspendRules],
  summary,
  observe,
});

function summary({ groups, unseenCompartments }: Facts): string {
  const told = groups.slice(0, 5).map((group) => {
    const plans = group.plans.kind === 'seen' ? `${plansOf(group).length} plans` : group.plans.kind === 'unseen' ? 'plans not seen' : '';
    return [`${group.name} ${group.role ?? 'of a role not told'}`, plans].filter(Boolean).join(', ');
  });
  const more = groups.length > told.length ? [`${groups.length - told.length} more`] : [];
  const unseen = unseenCompartments.length === 0 ? [] : [`${unseenCompartments.length} compartments not seen`];
  return [...told, ...more, ...unseen].join('; ');
}
