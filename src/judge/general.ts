// What can be said of any probe without knowing its facts: one side has the thing and the other has not.
import type { AnyProbe } from '../contract/probe.ts';
import type { Draft, Rule } from '../contract/rule.ts';

type GeneralRule = Omit<Rule<unknown>, 'judge'>;

/** The rule for a standby on which a look found nothing of what its primary has. */
export function absentOnStandby(probe: AnyProbe): GeneralRule {
  return {
    kind: 'paired',
    code: `${probe.id}/absent-on-standby`,
    severity: probe.absentOnStandby,
    title: `${probe.title}: the primary has what the standby has not`,
    why: 'A standby that lacks the whole of something its primary runs on cannot take its place.',
    remedy: (draft: Draft) =>
      probe.looksAt === 'region'
        ? `# See what each side has, then bring the standby to the same state; or correct its compartments in the fleet file:\n$ understudy explain ${draft.subject} --region GROUP/SITE`
        : `# See what the primary has, then bring the standby to the same state:\n$ understudy explain ${draft.subject}`,
  };
}

export const generalRules = (probe: AnyProbe): readonly GeneralRule[] =>
  probe.rules.some((rule) => rule.kind === 'paired') ? [absentOnStandby(probe)] : [];
