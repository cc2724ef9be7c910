// What of DNS could not be seen, and what could not be understood.
import { isNoMatterOfRights, type UnseenPart } from '../../contract/region.ts';
import type { AloneRule, Draft, PairedRule } from '../../contract/rule.ts';
import { type Facts, isSeenResolver } from './facts.ts';
import { movingNames } from './names.ts';
import { moving, ofOwner, ownersGiven, steerings, subjectOf } from './policies.ts';
import type { Settings } from './settings.ts';
import { addressesUnseen, type Context, isAddressType, worldOf } from './whose.ts';

type Paired = PairedRule<Facts, Settings>;

/** Only what was denied is a matter of rights; what is without a reason may be. */
const lookAgain = ({ with: fill = {} }: Draft): string => (isNoMatterOfRights(fill.reason) ? later : rights);

const later =
  '# No matter of rights: the region did not answer, or not in a form that can be read. Whether it does now:\n$ understudy doctor oci';

const because = ({ reason }: UnseenPart): Pick<Draft, 'with'> => ({ with: { reason } });

const rights = [
  '# What the reader is allowed, in each compartment that holds zones or policies:',
  '# Allow dynamic-group <collector> to read dns-zones in compartment <compartment>',
  '# also dns-records, dns-steering-policies, dns-steering-policy-attachments, dns-resolvers, dns-resolver-endpoints, dns-views',
  '# Allow dynamic-group <collector> to read health-check-family in compartment <compartment>',
  '$ understudy doctor oci',
].join('\n');

const partUnseen: AloneRule<Facts, Settings> = {
  code: 'zones/part-unseen',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'Some of the DNS that the standby depends on could not be seen',
  why: 'A name in it may lead to the primary for ever.',
  judge: (facts) => darkParts(facts).map(({ draft }) => draft),
  remedy: lookAgain,
};

const primaryUnseen: Paired = {
  code: 'zones/primary-unseen',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'Some of the primary’s DNS could not be seen',
  why: 'What the standby must have is what the primary has, and that is not known.',
  // Public zones and policies show from either region: what the standby's look has told about needs no telling twice.
  judge: (standby, primary, context) => {
    const known = new Set([...standby.zones, ...standby.policies].map(({ id }) => id));
    const dark = darkParts(primary)
      .filter(({ id }) => id === null || !known.has(id))
      .map(({ draft }) => ({ ...draft, subject: `primary: ${draft.subject}` }));
    return [...dark, ...darkAddresses(standby, primary, context), ...halves(standby, primary), ...halves(primary, standby)];
  },
  remedy: (draft) => `${lookAgain(draft)}\n# or name the primary’s addresses under \`addresses\` of its region in the fleet file`,
};

/** Matters where something leads to an address that may be the primary's. */
function darkAddresses(standby: Facts, primary: Facts, context: Context): readonly Draft[] {
  const lists = addressesUnseen(primary, context.primary.settings.scope);
  const open = lists.length === 0 ? [] : undecided(standby, primary, context);
  if (open.length === 0) return [];
  const told = `${open.slice(0, 3).join(', ')}${open.length > 3 ? ' and others' : ''}`;
  return lists.map(({ what, compartment, part }) => ({
    subject: `primary: ${what} of ${compartment}`,
    expected: 'a list that can be read, or `addresses` of its region',
    actual: `${part.detail}; may be the primary’s: ${told}`,
    ...because(part),
  }));
}

function undecided(standby: Facts, primary: Facts, context: Context): readonly string[] {
  const world = worldOf(standby, primary, context);
  const isOpen = (type: string, value: string) => isAddressType(type) && ['nobody', 'unseen'].includes(world.ownerOf(type, [value]));
  const names = movingNames(world, primary, context).flatMap(({ set }) =>
    set.values.some((one) => isOpen(set.type, one)) ? [set.name] : [],
  );
  const policies = [...standby.policies, ...primary.policies].flatMap(({ name, content }) =>
    content.kind === 'seen' &&
    content.answers.some(({ type, value }) => isOpen(type, value)) &&
    !content.answers.some(({ type, value }) => world.ownerOf(type, [value]) === 'primary')
      ? [name]
      : [],
  );
  return [...new Set([...names, ...policies])].sort();
}

/** Of a zone that is too large to be kept, a look keeps what leads to its own side: the other half is in the other's look. */
const halves = (one: Facts, other: Facts): readonly Draft[] =>
  one.zones
    .filter(({ records }) => records.kind === 'seen' && records.isPart)
    .filter(({ id }) => !other.zones.some((zone) => zone.id === id && zone.records.kind === 'seen'))
    .map(({ name }) => ({
      subject: `zone ${name}`,
      expected: 'seen by the looks of both sides',
      actual: `not by that of ${other.region.name}`,
    }));

function darkParts({ unseen, zones, policies, views, resolvers }: Facts): readonly { readonly id: string | null; readonly draft: Draft }[] {
  const lists = unseen
    .filter(({ isOfAddresses }) => !isOfAddresses)
    .map(({ compartment, what, part }) => ({
      id: null,
      draft: { subject: `${what} of ${compartment}`, expected: 'a list that can be read', actual: part.detail, ...because(part) },
    }));
  const records = zones.flatMap(({ id, name, records: part }) => {
    const draft = { subject: `zone ${name}`, expected: 'its records' };
    if (part.kind === 'unseen') return [{ id, draft: { ...draft, actual: part.detail, ...because(part) } }];
    return part.isCut ? [{ id, draft: { ...draft, actual: 'more records than are kept', with: { reason: 'too-much-output' } } }] : [];
  });
  const insides = [...policies, ...resolvers].flatMap(({ id, name, content }) =>
    content.kind === 'unseen'
      ? [{ id, draft: { subject: name, expected: 'what it says', actual: content.detail, ...because(content) } }]
      : [],
  );
  const hidden = unseen.some(({ what }) => what === 'private views') ? [] : hiddenViews(views, resolvers);
  return [...lists, ...records, ...insides, ...hidden.map((draft) => ({ id: null, draft }))];
}

/** A resolver may look into a view of a compartment that is not looked at: what is in it is not known. */
const hiddenViews = (views: Facts['views'], resolvers: Facts['resolvers']): readonly Draft[] =>
  resolvers.filter(isSeenResolver).flatMap(({ name, content }) =>
    content.views
      .filter((id) => !views.some((view) => view.id === id))
      .map((id) => ({
        subject: `${name} view ${id}`,
        expected: 'a view of the compartments that are looked at',
        actual: 'in none of them',
      })),
  );

const answerUnseen: Paired = {
  code: 'zones/answer-unseen',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'Whether an answer leads to the standby could not be seen',
  why: 'Its address is among none that were seen, and not all of the standby’s addresses were.',
  judge: (standby, primary, context) =>
    moving(steerings(standby, primary, context)).flatMap(({ policy, answers }) =>
      ofOwner(answers, 'standby').length > 0
        ? []
        : ofOwner(answers, 'unseen').map((answer) => ({
            subject: subjectOf(policy, answer),
            expected: `an address of ${standby.region.name}`,
            actual: `${answer.value}; not seen: ${addressLists(standby)}`,
            ...becauseOfLists(standby),
          })),
    ),
  remedy: (draft) => `${lookAgain(draft)}\n# or name the standby’s address under \`addresses\` of its region in the fleet file`,
};

/** One that was denied is enough. */
function becauseOfLists({ unseen }: Facts): Pick<Draft, 'with'> {
  const reasons = unseen.filter(({ isOfAddresses }) => isOfAddresses).map(({ part }) => part.reason);
  const reason = reasons.find((one) => one === 'denied') ?? reasons[0];
  return reason === undefined ? {} : { with: { reason } };
}

function addressLists({ unseen }: Facts): string {
  const lists = unseen.filter(({ isOfAddresses }) => isOfAddresses).map(({ what, compartment }) => `${what} of ${compartment}`);
  return lists.join(', ') || 'records that it leads to';
}

const monitorUnseen: Paired = {
  code: 'zones/monitor-unseen',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'The monitor of a steering policy could not be seen',
  why: 'Whether it looks at both sides, or at all, is not known.',
  judge: (standby, primary, context) =>
    moving(steerings(standby, primary, context)).flatMap(({ policy, monitor, isHealthChecked }) =>
      isHealthChecked && monitor !== null && monitor.content.kind === 'unseen'
        ? [
            {
              subject: policy.name,
              expected: 'an HTTP monitor that can be read',
              actual: monitor.content.detail,
              ...because(monitor.content),
            },
          ]
        : [],
    ),
  remedy: lookAgain,
};

const notUnderstood: Paired = {
  code: 'zones/rules-not-understood',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'The rules of a steering policy are not understood',
  why: 'Which answer they give where the primary is down is not known.',
  judge: (standby, primary, context) =>
    moving(steerings(standby, primary, context)).flatMap((one) =>
      ownersGiven(one, null).branches === null
        ? [
            {
              subject: one.policy.name,
              expected: 'FILTER, HEALTH, WEIGHTED, PRIORITY and LIMIT with conditions on answers',
              actual: 'another rule or condition',
            },
          ]
        : [],
    ),
  remedy: () => '# Try by hand what it answers, and waive this with that as the reason.\n$ understudy explain zones/rules-not-understood',
};

export const sightRules = [partUnseen, primaryUnseen, answerUnseen, monitorUnseen, notUnderstood] as const;
