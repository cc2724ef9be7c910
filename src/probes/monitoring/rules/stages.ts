// One rule a kind of break: which stage an agent is stuck at, judged on one side.
import type { AloneRule, Draft, Severity } from '../../../contract/rule.ts';
import type { AgentFacts, MonitoringFacts, StageName, Why } from '../facts.ts';
import { particulars, remedyFor } from '../remedy.ts';
import { isRequired, type MonitoringSettings } from '../settings.ts';
import { type Break, firstBreak, neverShown, unseenStages } from '../stages.ts';

type Alone = AloneRule<MonitoringFacts, MonitoringSettings>;

/**
 * How bad a broken agent is depends on who wants it: the operator (`required`) or the primary, where it works. Those are
 * blockers and say everything that the plain finding says, which is folded under them. An agent that nobody asked for
 * may be a leftover of an image: a warning.
 */
export const demandingCodes = ['monitoring/required-broken', 'monitoring/not-running-here', 'monitoring/not-delivering-here'] as const;

const isJudged = (settings: MonitoringSettings, name: string): boolean =>
  !settings.expectAbsent.includes(name) && !settings.expectOff.includes(name);

const draftOf = (facts: MonitoringFacts, agent: AgentFacts, broken: Break, expected = 'delivering'): Draft => ({
  subject: agent.name,
  expected,
  actual: `${stageWords[broken.stage]}: ${broken.detail}`,
  with: particulars(facts, agent, broken),
});

/** What each stage is called once it is not passed. */
export const stageWords = {
  installed: 'not installed',
  enabled: 'not enabled',
  running: 'not running',
  configured: 'not configured',
  credential: 'credential refused',
  reachable: 'intake not reached',
  delivering: 'not delivering',
} as const;

interface StageRule {
  readonly code: string;
  readonly title: string;
  readonly why: string;
  readonly whys: readonly Why[];
}

const stageRule = ({ whys, ...rule }: StageRule): Alone => ({
  ...rule,
  kind: 'alone',
  severity: 'warning',
  dependsOn: demandingCodes,
  judge: (facts, { settings }) =>
    facts.agents
      .filter((agent) => isJudged(settings, agent.name) && agent.stages.installed.state === 'yes')
      .flatMap((agent) => {
        const broken = firstBreak(agent);
        return broken !== null && whys.includes(broken.why) ? [draftOf(facts, agent, broken)] : [];
      }),
  remedy: remedyFor,
});

const blindAfterFailover = 'After the failover nobody sees what this machine does: no graphs, no alerts, no logs.';

export const disabled = stageRule({
  code: 'monitoring/disabled',
  title: 'A monitoring agent is installed, stopped and not started at boot',
  why: `${blindAfterFailover} An agent that was switched off on purpose belongs into expectOff.`,
  whys: ['disabled', 'no-unit'],
});

export const masked = stageRule({
  code: 'monitoring/masked',
  title: 'A monitoring agent is masked',
  why: `${blindAfterFailover} A masked unit also resists whoever tries to start it then.`,
  whys: ['masked'],
});

export const stopped = stageRule({
  code: 'monitoring/stopped',
  title: 'A monitoring agent does not run',
  why: blindAfterFailover,
  whys: ['stopped', 'starting', 'worker-missing', 'not-answering', 'port-closed'],
});

export const failed = stageRule({
  code: 'monitoring/failed',
  title: 'A monitoring agent has failed',
  why: `${blindAfterFailover} systemd has given up starting it.`,
  whys: ['failed'],
});

export const crashLooping = stageRule({
  code: 'monitoring/crash-looping',
  title: 'A monitoring agent is started again and again',
  why: `${blindAfterFailover} Between two crashes it looks alive to whoever asks only whether it runs.`,
  whys: ['crash-looping'],
});

export const notConfigured = stageRule({
  code: 'monitoring/not-configured',
  title: 'A monitoring agent has no destination to deliver to',
  why: `${blindAfterFailover} Images carry the agent; its configuration is often added on the primary only.`,
  whys: ['no-config', 'no-key', 'no-destination', 'plugin-disabled'],
});

export const credentialRefused = stageRule({
  code: 'monitoring/credential-refused',
  title: 'A monitoring agent runs and its credential is refused',
  why: `${blindAfterFailover} Keys are rotated, and policies written, for the primary only; the agent itself reports success all the while.`,
  whys: ['key-refused', 'not-authorized'],
});

export const clockSkewed = stageRule({
  code: 'monitoring/clock-skewed',
  title: 'OCI refuses a monitoring agent because the clock is wrong',
  why: 'OCI refuses every signed request that is more than five minutes off, not only those of this agent: instance principals fail as well.',
  whys: ['clock-skewed'],
});

export const intakeUnreachable = stageRule({
  code: 'monitoring/intake-unreachable',
  title: 'A monitoring agent does not reach its intake',
  why: `${blindAfterFailover} The way out of the standby’s network differs from the primary’s.`,
  whys: ['no-connection', 'blocked'],
});

export const notDelivering = stageRule({
  code: 'monitoring/not-delivering',
  title: 'A monitoring agent runs and delivers nothing',
  why: blindAfterFailover,
  whys: ['stalled', 'stale', 'flush-failing', 'http-status'],
});

const demanded = (code: string, title: string, why: string, isMine: (broken: Break) => boolean): Alone => ({
  code,
  kind: 'alone',
  severity: 'blocker' satisfies Severity,
  title,
  why,
  judge: (facts, { settings }) =>
    facts.agents
      .filter((agent) => isRequired(settings, agent.name))
      .flatMap((agent) => {
        const broken = firstBreak(agent);
        return broken !== null && isMine(broken) ? [draftOf(facts, agent, broken)] : [];
      }),
  remedy: remedyFor,
});

export const requiredMissing = demanded(
  'monitoring/required-missing',
  'A required monitoring agent is not installed',
  `${blindAfterFailover} Somebody said that this machine must not run without it.`,
  ({ stage }) => stage === 'installed',
);

export const requiredBroken = demanded(
  'monitoring/required-broken',
  'A required monitoring agent does not deliver',
  `${blindAfterFailover} Somebody said that this machine must not run without it.`,
  ({ stage }) => stage !== 'installed',
);

export const lostAtReboot: Alone = {
  code: 'monitoring/lost-at-reboot',
  kind: 'alone',
  severity: 'warning',
  title: 'A monitoring agent runs now and will not survive a reboot',
  why: 'A failover boots the standby, and often reboots it: what was started by hand is gone then.',
  judge: (facts, { settings }) =>
    facts.agents
      .filter((agent) => isJudged(settings, agent.name) && agent.stages.running.state === 'yes')
      .flatMap((agent) => {
        const { enabled } = agent.stages;
        return enabled.state === 'no'
          ? [draftOf(facts, agent, { stage: 'enabled', why: enabled.why, detail: enabled.detail }, 'started at every boot')]
          : [];
      }),
  remedy: remedyFor,
};

/** What the settings require has to be proven; what is merely here may keep its proofs to itself. */
export const requiredUnseen: Alone = {
  code: 'monitoring/required-unseen',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'Whether a required monitoring agent delivers could not be seen',
  why: 'Somebody said that it must deliver from this machine, and nobody knows whether it does.',
  judge: (facts, { settings }) =>
    facts.agents.filter((agent) => isRequired(settings, agent.name)).flatMap((agent) => unseenDraft(facts, agent, provable(agent), [])),
  remedy: unseenRemedy,
};

export const stageUnseen: Alone = {
  code: 'monitoring/stage-unseen',
  kind: 'alone',
  severity: 'warning',
  dependsOn: ['monitoring/required-unseen', 'monitoring/unseen-here'],
  title: 'Whether a monitoring agent delivers could not be seen',
  why: 'An agent that runs is not an agent that delivers. What nobody could look at is not counted as good.',
  judge: (facts, { settings }) =>
    facts.agents
      .filter((agent) => isJudged(settings, agent.name))
      .flatMap((agent) => unseenDraft(facts, agent, unseenStages(agent), unseenAmounts(agent))),
  remedy: unseenRemedy,
};

export function unseenRemedy({ with: given = {} }: Draft): string {
  return [
    `# ${given.detail ?? 'What could not be seen'}`,
    '# Rights: the README of this probe names the group that each log and command needs',
    ...(given.agent === 'datadog'
      ? [
          '# The agent’s token is root’s and dd-agent’s alone: a capture unit asks as root',
          '$ sudo systemctl enable --now understudy-capture-datadog-status.timer',
        ]
      : []),
    '# "one look cannot tell" settles itself with the next look; for a single look, set secondLookAfter: 30s',
  ].join('\n');
}

/** Unseen stages without those that no right and no second look would ever show. */
export const provable = (agent: AgentFacts): readonly StageName[] =>
  unseenStages(agent).filter((name) => {
    const stage = agent.stages[name];
    return stage.state !== 'unseen' || stage.detail !== neverShown;
  });

const unseenAmounts = (agent: AgentFacts): readonly ('backlog' | 'losses')[] =>
  agent.stages.running.state === 'no' ? [] : (['backlog', 'losses'] as const).filter((name) => agent[name] === 'unseen');

export function unseenDraft(
  facts: MonitoringFacts,
  agent: AgentFacts,
  stages: readonly StageName[],
  amounts: readonly ('backlog' | 'losses')[],
): readonly Draft[] {
  const unseen = [...stages, ...amounts];
  if (unseen.length === 0) return [];
  const first = stages.map((name) => agent.stages[name]).find((stage) => stage.state === 'unseen');
  const detail = first?.state === 'unseen' ? first.detail : 'its buffers or counters could not be read';
  const draft = { subject: agent.name, expected: 'every stage seen', actual: `unseen: ${unseen.join(', ')} (${detail})` };
  return [{ ...draft, with: { ...particulars(facts, agent, { why: 'stopped' }), detail } }];
}
