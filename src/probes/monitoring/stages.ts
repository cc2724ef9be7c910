// The common engine: what one stage implies for the others, and which break a finding names.
import type { Failed } from '../../contract/machine.ts';
import type { UnseenReason } from '../../contract/outcome.ts';
import { type AgentFacts, type Stage, type StageName, type Stages, stageNames, type Why } from './facts.ts';

export const yes: Stage = { state: 'yes' };

export const no = (why: Why, detail: string): Stage => ({ state: 'no', why, detail });

export const unseenStage = (reason: UnseenReason, detail: string): Stage => ({ state: 'unseen', reason, detail });

/** Of an agent whose delivery nothing on its machine proves, whoever looks. */
export const neverShown = 'it leaves nothing on this machine that proves delivery';

export const notApplicable = (detail: string): Stage => ({ state: 'not-applicable', detail });

/** The port's reason in this probe's words: the port's own sentence may carry times and sizes, a fact may not. */
export const failedStage = (failed: Failed, asked: string): Stage => unseenStage(failed.reason, `${asked}: ${failureWords[failed.reason]}`);

export const failureWords = {
  timeout: 'no answer in time',
  'too-much-output': 'more output than is read',
  denied: 'this user may not',
  'tool-missing': 'the program is not there',
  unreadable: 'could not be read',
} as const satisfies Record<Failed['reason'], string>;

/**
 * Lets proven delivery stand for the stages before it, and keeps what lies behind a broken stage from being judged: an
 * agent that does not run has no credential problem that anybody can see.
 */
export function settle(stages: Stages): Stages {
  if (stages.installed.state !== 'yes') return afterInstalled(stages);
  const proven = provenByLater(stages);
  const blocker = (['running', 'configured'] as const).find((name) => proven[name].state === 'no');
  if (blocker === undefined) return proven;
  const moot = (stage: Stage): Stage =>
    stage.state === 'unseen' || blocker === 'running'
      ? notApplicable(blocker === 'running' ? 'it does not run' : 'it is not configured')
      : stage;
  return { ...proven, credential: moot(proven.credential), reachable: moot(proven.reachable), delivering: moot(proven.delivering) };
}

function afterInstalled(stages: Stages): Stages {
  const rest =
    stages.installed.state === 'no' ? notApplicable('it is not installed') : notApplicable('whether it is installed could not be seen');
  return { ...stages, enabled: rest, running: rest, configured: rest, credential: rest, reachable: rest, delivering: rest };
}

function provenByLater(stages: Stages): Stages {
  const isDelivering = stages.delivering.state === 'yes';
  const isAnswered = isDelivering || stages.credential.state === 'yes' || stages.credential.state === 'no';
  const prove = (stage: Stage, isProven: boolean): Stage => (isProven && stage.state === 'unseen' ? yes : stage);
  return {
    ...stages,
    configured: prove(stages.configured, isAnswered),
    credential: prove(stages.credential, isDelivering),
    reachable: prove(stages.reachable, isAnswered),
  };
}

export interface Break {
  readonly stage: StageName;
  readonly why: Why;
  readonly detail: string;
}

/**
 * The first broken stage. `enabled` only explains an agent that does not run; one that runs without being enabled
 * delivers today and is lost at the next boot, which is a finding of its own.
 */
export function firstBreak(agent: AgentFacts): Break | null {
  for (const stage of stageNames) {
    if (stage === 'enabled') continue;
    const seen = agent.stages[stage];
    if (seen.state !== 'no') continue;
    const { enabled } = agent.stages;
    const isOff = stage === 'running' && seen.why === 'stopped' && enabled.state === 'no';
    return isOff ? { stage: 'enabled', why: enabled.why, detail: enabled.detail } : { stage, why: seen.why, detail: seen.detail };
  }
  return null;
}

/** Stages that nobody could see, up to the first broken one: behind that they do not matter yet. */
export function unseenStages(agent: AgentFacts): readonly StageName[] {
  const broken = stageNames.findIndex((name) => name !== 'enabled' && agent.stages[name].state === 'no');
  return stageNames.filter((name, at) => agent.stages[name].state === 'unseen' && (broken < 0 || at < broken));
}
