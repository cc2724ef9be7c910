// Reports in every state, from small made-up probes, so that golden outputs move only when the output does.
import * as Type from 'typebox/type';
import type { Report } from '../../src/cli/report.ts';
import type { CheckState, Snapshot } from '../../src/contract/observation.ts';
import type { Outcome, Reading } from '../../src/contract/outcome.ts';
import { absent, observed, unseen } from '../../src/contract/outcome.ts';
import { type AnyProbe, defineProbe } from '../../src/contract/probe.ts';
import { judge } from '../../src/judge/judge.ts';

export const noon = Date.UTC(2026, 10, 23, 12);
const minute = 60_000;

const FactsSchema = Type.Object({ state: Type.String(), name: Type.String(), version: Type.Integer() }, { additionalProperties: false });

const door = defineProbe({
  id: 'door',
  title: 'Front door',
  gap: 'certificates',
  factsVersion: 1,
  settings: Type.Object({}, { additionalProperties: false }),
  facts: FactsSchema,
  readings: { daysLeft: 'Until the key no longer turns', connectMs: 'To open it' },
  defaults: { everyMs: 5 * minute, timeoutMs: 30_000, staleAfterMs: 15 * minute },
  withoutConfig: { settings: {} },
  absentOnStandby: 'blocker',
  rules: [
    {
      kind: 'alone',
      code: 'door/jammed',
      severity: 'blocker',
      title: 'The door does not open',
      why: 'Nobody gets in on the day of a failover.',
      judge: (facts) => (facts.state === 'jammed' ? [{ subject: facts.name, expected: 'a door that opens', actual: 'jammed' }] : []),
      remedy: (draft) =>
        `# On this machine, with the key at hand:\n$ doorctl free ${draft.subject}\n$ doorctl test ${draft.subject} --wait 30s`,
    },
    {
      kind: 'alone',
      code: 'door/creaks',
      severity: 'warning',
      title: 'The door creaks',
      why: 'It will jam.',
      judge: (facts) =>
        facts.state === 'creaks'
          ? [
              {
                subject: facts.name,
                expected: 'a quiet door',
                actual: 'a door that creaks when it is opened slowly, and more so when it rains',
              },
            ]
          : [],
      remedy: (draft) => `$ doorctl oil ${draft.subject}`,
    },
    {
      kind: 'alone',
      code: 'door/painted',
      severity: 'note',
      title: 'The door was painted lately',
      why: 'Good to know.',
      judge: (facts) => (facts.name.includes('green') ? [{ subject: facts.name, expected: 'any colour', actual: 'green' }] : []),
      remedy: () => '# nothing to do',
    },
    {
      kind: 'alone',
      code: 'door/rehearsal',
      severity: 'warning',
      isSuspending: true,
      title: 'The door is being rehearsed with',
      why: 'What it does meanwhile is the rehearsal.',
      judge: (facts) => (facts.state === 'rehearsal' ? [{ subject: facts.name, expected: 'no rehearsal', actual: 'one since noon' }] : []),
      remedy: () => '$ doorctl rehearsal stop',
    },
    {
      kind: 'alone',
      code: 'door/unlit',
      severity: 'warning',
      isBlind: true,
      title: 'Whether the door is locked could not be seen',
      why: 'It may not open.',
      judge: (facts) => (facts.name.includes('unlit') ? [{ subject: 'the lock', expected: 'seen', actual: 'too dark' }] : []),
      remedy: () => '$ doorctl light on',
    },
    {
      kind: 'paired',
      code: 'door/older-than-primary',
      severity: 'warning',
      title: 'The door is older than the one of the primary',
      why: 'It was renewed on one side only.',
      dependsOn: ['door/jammed'],
      judge: (standby, primary) =>
        standby.version < primary.version
          ? [{ subject: standby.name, expected: `version ${primary.version}`, actual: `version ${standby.version}` }]
          : [],
      remedy: () => '# On the standby:\n$ doorctl renew',
    },
  ],
  summary: (facts) => `${facts.name} is ${facts.state}`,
  observe: async () => absent('never asked'),
});

const garden = { ...door, id: 'garden', title: 'Garden', gap: 'dns', rules: [] } as const satisfies AnyProbe;

export const reportProbes: ReadonlyMap<string, AnyProbe> = new Map<string, AnyProbe>([
  ['door', door],
  ['garden', garden],
]);

const facts = (state: string, name = 'front', version = 2): Outcome => observed({ state, name, version });

interface Paper {
  readonly checks: Readonly<Record<string, Outcome>>;
  readonly readings?: readonly Reading[];
  readonly name?: string;
  readonly role?: 'primary' | 'standby';
  readonly notTold?: Snapshot['notTold'];
  readonly at?: number;
}

export function snapshotOf({ checks, readings = [], name = 'app1-zrh', role = 'standby', notTold = [], at = noon }: Paper): Snapshot {
  const states = Object.entries(checks).map(([check, outcome], index): CheckState => {
    const probe = check.startsWith('garden') ? 'garden' : 'door';
    const own = outcome.kind === 'observed' ? [...readings] : [];
    const trail = [{ afterMs: 0.4, tookMs: 12, asked: `run doorctl state ${check}`, answered: 'exit 0: open' }];
    const current = {
      seq: index + 1,
      check,
      probe,
      factsVersion: 1,
      outcome,
      firstAt: at,
      lastAt: at,
      count: 1,
      tookMs: 12.3,
      readings: own,
      trail,
    };
    return { check, probe, settings: {}, staleAfterMs: 15 * minute, isRequired: true, current, lastObserved: null };
  });
  const site = { name: role === 'standby' ? 'eu-zurich-1' : 'eu-frankfurt-1' };
  const node = { id: `id-of-${name}`, name, role, group: 'billing', twin: 'app1', site, version: '0.1.0' };
  return { format: 'understudy-snapshot/1', node, takenAt: at, seq: states.length, checks: states, notTold: [...notTold] };
}

export function reportOf(subject: Snapshot, primary: Snapshot | null, isAlone = primary === null): Report {
  const judgement = judge({
    now: subject.takenAt,
    subject,
    twin: primary,
    earlier: [],
    probes: reportProbes,
    mode: isAlone ? 'alone' : 'pair',
  });
  return { subject, primary, judgement, probes: reportProbes, judgedAt: subject.takenAt, isAlone };
}

const readings = [
  { name: 'connectMs', subject: 'front', value: 1.25 },
  { name: 'daysLeft', subject: "the owner's=key|1", value: 29 },
];
const notTold = [{ probe: 'garden', detail: 'which garden to look at (checks.garden.settings)' }];
const primary = snapshotOf({ checks: { door: facts('open', 'front', 3) }, name: 'app1-fra', role: 'primary', at: noon - 90 * minute });

/** What somebody who controls a certificate or a banner would like to do to a terminal, a log or a parser. */
const hostileName = 'green\x1b[2J\x1b]0;owned\x07 |x=1\n$ rm -rf / \u202eevil\u200b <b a="1">&amp;]]> \ud800';

/** As the agent of a standby has it: a blocker that somebody accepted does not count. */
function waivedReport(): Report {
  const { judgement, ...report } = reportOf(snapshotOf({ checks: { door: facts('jammed') } }), null);
  const waiver = { id: 'w1', author: 'anna', reason: 'the locksmith comes on Sunday', until: noon + 3 * 24 * 60 * minute };
  const waived = judgement.findings.map((finding) => ({ ...finding, waiver }));
  return { ...report, judgement: { verdict: 'ready', findings: [], blindSpots: [] }, waived };
}

export const reports: Readonly<Record<string, Report>> = {
  ready: reportOf(snapshotOf({ checks: { door: facts('open'), garden: absent('there is no garden') }, readings, notTold: [] }), null),
  degraded: reportOf(
    snapshotOf({ checks: { door: facts('creaks', 'the green door at the far end of the yard') }, readings, notTold }),
    null,
  ),
  'partly-unknown': reportOf(snapshotOf({ checks: { door: facts('creaks', 'unlit'), side: facts('creaks', 'side') }, readings: [] }), null),
  'not-ready': reportOf(
    snapshotOf({ checks: { door: facts('jammed'), 'garden-door': facts('open'), side: facts('creaks', 'side') }, readings }),
    null,
  ),
  unknown: reportOf(
    snapshotOf({ checks: { door: unseen('denied', 'doorctl may not be run by this user'), garden: facts('open') }, notTold }),
    null,
    false,
  ),
  suspended: reportOf(snapshotOf({ checks: { door: facts('rehearsal'), side: facts('jammed', 'side') } }), null),
  nothing: reportOf(snapshotOf({ checks: {}, notTold }), null),
  waived: waivedReport(),
  pair: reportOf(snapshotOf({ checks: { door: facts('jammed') } }), primary),
  'pair-absent': reportOf(snapshotOf({ checks: { door: absent('there is no door') } }), primary),
  hostile: reportOf(
    snapshotOf({ checks: { door: facts('jammed', hostileName), side: unseen('unparsable', hostileName) }, name: 'app\x1b[31m1' }),
    null,
  ),
};
