// Kernels and updates, as OS Management Hub has them. The machine's own word, where an agent gives it, is the better one.
import type { AloneRule, Draft, PairedContext, PairedRule } from '../../contract/rule.ts';
import { shellWord } from '../../formats/shell-word.ts';
import { isLikeAny } from '../../formats/wildcard.ts';
import type { Facts, Figures, Machine } from './facts.ts';
import { compareKernels, isPatchedLiveOnly } from './kernel.ts';
import { type Pair, pairsOf, sharedName } from './pairs.ts';
import type { Settings } from './settings.ts';

type Rule = PairedRule<Facts, Settings>;
type Context = PairedContext<Settings>;

/** What it tells now; null where that is old, or none. */
const figuresOf = ({ status, isCheckinOld, figures }: Machine): Figures | null =>
  status === 'NORMAL' && !isCheckinOld && figures.kind === 'seen' ? figures : null;

const told = (facts: Facts, { ocid, compartment }: Pick<Machine, 'ocid' | 'compartment'>): NonNullable<Draft['with']> => ({
  region: shellWord(facts.region.name),
  ocid: shellWord(ocid),
  compartment: shellWord(compartment),
});

/** One that the primary is about to lose needs no twin. */
const machines = (standby: Facts, primary: Facts, context: Context): readonly Pair<Machine>[] =>
  pairsOf(
    standby.machines.entries,
    primary.machines.entries.filter(({ status }) => status !== 'DELETING'),
    context,
  );

const forFigures =
  (say: (own: Figures, theirs: Figures) => Pick<Draft, 'expected' | 'actual'> | null): Rule['judge'] =>
  (standby, primary, context) =>
    machines(standby, primary, context).flatMap(({ subject, own, theirs }) => {
      if (own === null || own === 'many') return [];
      const [mine, other] = [figuresOf(own), figuresOf(theirs)];
      const said = mine === null || other === null ? null : say(mine, other);
      return said === null ? [] : [{ subject, ...said, with: told(standby, own) }];
    });

const seeing = ({ with: given = {} }: Draft): string =>
  `$ oci os-management-hub managed-instance get --region ${given.region} --managed-instance-id ${given.ocid}`;

const updating = (draft: Draft): string =>
  [
    '# Through the hub, or on the machine: sudo dnf upgrade; with Ksplice: sudo uptrack-upgrade -y, or sudo ksplice kernel upgrade',
    `$ oci os-management-hub managed-instance list-available-packages --region ${draft.with?.region} --managed-instance-id ${draft.with?.ocid}`,
    seeing(draft),
  ].join('\n');

const kernelBehind: Rule = {
  code: 'managed-instances/kernel-behind',
  kind: 'paired',
  severity: 'warning',
  title: 'A machine of the standby runs an older kernel than its twin',
  why: 'What was mended in between is not mended here. Where an agent runs on the machine, its own reading counts.',
  remedy: updating,
  judge: forFigures((own, theirs) => {
    const compared = compareKernels(own, theirs);
    return compared.kind === 'ordered' && compared.order < 0 ? { expected: `${compared.theirs} or newer`, actual: compared.own } : null;
  }),
};

const kernelAhead: Rule = {
  code: 'managed-instances/kernel-ahead',
  kind: 'paired',
  severity: 'note',
  title: 'A machine of the standby runs a newer kernel than its twin',
  why: 'The standby was patched first; the primary’s turn comes next.',
  remedy: seeing,
  judge: forFigures((own, theirs) => {
    const compared = compareKernels(own, theirs);
    return compared.kind === 'ordered' && compared.order > 0 ? { expected: compared.theirs, actual: compared.own } : null;
  }),
};

const otherKernel: Rule = {
  code: 'managed-instances/other-kernel',
  kind: 'paired',
  severity: 'warning',
  title: 'A machine of the standby runs a kernel of another line than its twin',
  why: 'Of another major release, or Oracle’s own on one side only: drivers, modules and settings of the one need not be in the other.',
  remedy: (draft) => ['# Boot the line that the primary has', seeing(draft)].join('\n'),
  judge: forFigures((own, theirs) => {
    const compared = compareKernels(own, theirs);
    return compared.kind === 'other' ? { expected: `the line of ${compared.theirs}`, actual: compared.own } : null;
  }),
};

const livePatchedOnly: Rule = {
  code: 'managed-instances/live-patched-on-primary-only',
  kind: 'paired',
  severity: 'note',
  title: 'The primary’s machine is patched while it runs, and its twin is not',
  why: 'With Ksplice the primary is at more than it booted. The hub tells of the standby only what was booted.',
  remedy: (draft) =>
    ['# On the machine, if Ksplice is meant to be there:', '# sudo dnf install -y ksplice uptrack', seeing(draft)].join('\n'),
  judge: forFigures((own, theirs) =>
    isPatchedLiveOnly(own, theirs) ? { expected: `${theirs.effective}, effective`, actual: `${own.kernel}, booted` } : null,
  ),
};

const kernelUntold: Rule = {
  code: 'managed-instances/kernel-untold',
  kind: 'paired',
  severity: 'warning',
  title: 'The hub does not tell the kernel of a machine',
  why: 'Whether the standby’s is as new as its twin’s is not known from here.',
  remedy: seeing,
  judge: forFigures((own, theirs) =>
    compareKernels(own, theirs).kind === 'untold' && !(own.isWindows && theirs.isWindows)
      ? { expected: 'a kernel on both sides', actual: untoldAt(own, theirs) }
      : null,
  ),
};

const untoldAt = (own: Figures, theirs: Figures): string =>
  own.kernel !== null ? 'none at the primary' : theirs.kernel === null ? 'none at either side' : 'none at the standby';

const securityUpdates: Rule = {
  code: 'managed-instances/security-updates',
  kind: 'paired',
  severity: 'warning',
  title: 'More security updates wait on a machine of the standby than on its twin',
  why: 'They were installed on the primary only.',
  remedy: updating,
  judge: forFigures((own, theirs) =>
    own.securityUpdates !== null && theirs.securityUpdates !== null && own.securityUpdates > theirs.securityUpdates
      ? { expected: `at most ${theirs.securityUpdates}, as on its twin`, actual: `${own.securityUpdates}` }
      : null,
  ),
};

const rebootRequired: AloneRule<Facts, Settings> = {
  code: 'managed-instances/reboot-required',
  kind: 'alone',
  severity: 'warning',
  title: 'A machine waits for a reboot to finish its updates',
  why: 'What is installed is not what runs; the reboot on the day of a failover would be one more unknown.',
  remedy: ({ with: given = {} }) =>
    [
      '# When the machine may go down:',
      `$ oci os-management-hub managed-instance reboot --region ${given.region} --managed-instance-id ${given.ocid}`,
    ].join('\n'),
  judge: (facts, { settings }) =>
    facts.machines.entries.flatMap((machine) => {
      const subject = sharedName(settings.scope, settings.scope)(machine);
      if (figuresOf(machine)?.needsReboot !== true || isLikeAny(subject, settings.ignore)) return [];
      return [
        { subject, expected: 'no reboot required', actual: `a reboot is required (${facts.region.name})`, with: told(facts, machine) },
      ];
    }),
};

/** Why nothing of what it says can be used. */
function darkness({ status, isCheckinOld, figures }: Machine): string {
  if (status !== 'NORMAL') return `its status is ${status || 'not told'}`;
  if (isCheckinOld) return 'its last check-in is too old';
  return figures.kind === 'unseen' ? figures.detail : '';
}

function notReportingDrafts(standby: Facts, primary: Facts, context: Context, isRequired: boolean): readonly Draft[] {
  return machines(standby, primary, context).flatMap(({ subject, own, theirs }) => {
    if (own === null || isLikeAny(subject, context.standby.settings.required) !== isRequired) return [];
    const expected = 'a machine on either side that reports';
    if (own === 'many') return [{ subject, expected, actual: 'several of this name', with: told(primary, theirs) }];
    const dark = [
      { facts: standby, machine: own },
      { facts: primary, machine: theirs },
    ].filter(({ machine }) => figuresOf(machine) === null);
    const [first] = dark;
    if (first === undefined) return [];
    const actual = dark.map(({ facts, machine }) => `${darkness(machine)} (${facts.region.name})`).join('; ');
    return [{ subject, expected, actual, with: told(first.facts, first.machine) }];
  });
}

const reporting = (draft: Draft): string =>
  [
    '# On the machine: systemctl status oracle-cloud-agent, and whether it gets to the service (NAT or service gateway, port 443)',
    '# Where an agent of this product on the machine tells its kernel: leave the machine out of `required` of this check',
    seeing(draft),
  ].join('\n');

const notReporting = { title: 'A machine or its twin does not report to OS Management Hub', kind: 'paired', severity: 'warning' } as const;

const notReportingRequired: Rule = {
  ...notReporting,
  code: 'managed-instances/not-reporting',
  isBlind: true,
  why: 'What the hub has of it is old: nothing is compared, and nothing is known of its kernel from here.',
  remedy: reporting,
  judge: (standby, primary, context) => notReportingDrafts(standby, primary, context, true),
};

const notReportingOptional: Rule = {
  ...notReporting,
  code: 'managed-instances/optional-not-reporting',
  why: 'Its kernel is told by somebody else; the hub can neither confirm it nor update the machine.',
  remedy: reporting,
  judge: (standby, primary, context) => notReportingDrafts(standby, primary, context, false),
};

const notManaged: Rule = {
  code: 'managed-instances/not-managed',
  kind: 'paired',
  severity: 'warning',
  title: 'The hub knows a machine of the primary and not its twin',
  why: 'The standby’s is not updated through it, or is not there.',
  remedy: ({ with: given = {} }) =>
    [
      '# Register the twin with a profile of its region, or name the two under `hosts` of the fleet file if they are called differently',
      `$ oci os-management-hub managed-instance list --region ${given.region} --compartment-id ${given.compartment}`,
    ].join('\n'),
  judge: (standby, primary, context) =>
    standby.machines.missed.length > 0
      ? []
      : machines(standby, primary, context).flatMap(({ subject, own }) =>
          own === null
            ? [
                {
                  subject,
                  expected: `managed in ${standby.region.name}, as in ${primary.region.name}`,
                  actual: 'not among the managed instances',
                  with: {
                    region: shellWord(standby.region.name),
                    compartment: shellWord(Object.values(context.standby.settings.scope.compartments)[0]!),
                  },
                },
              ]
            : [],
        ),
};

export const kernelRules = [
  kernelBehind,
  kernelAhead,
  otherKernel,
  livePatchedOnly,
  kernelUntold,
  securityUpdates,
  rebootRequired,
  notReportingRequired,
  notReportingOptional,
  notManaged,
] as const;
