// docs/findings.md: every finding that Understudy can make, as its rule declares it.
import { gapIds, gaps } from '../src/contract/gap.ts';
import type { AnyProbe } from '../src/contract/probe.ts';
import type { Draft, Rule } from '../src/contract/rule.ts';
import { generalRules } from '../src/judge/general.ts';
import { allProbes } from '../src/probes/registry.generated.ts';

/** A draft whose every field is a placeholder: what a remedy looks like before it is filled in. */
const placeholder: Draft = {
  subject: '<subject>',
  expected: '<expected>',
  actual: '<actual>',
  with: new Proxy({}, { get: (_, key) => `<${String(key)}>`, has: () => true }),
};

type Described = Pick<
  Rule<unknown>,
  'code' | 'severity' | 'kind' | 'title' | 'why' | 'isBlind' | 'isSuspending' | 'isSettledByRun' | 'dependsOn' | 'remedy'
>;

export async function findingsPage(): Promise<string> {
  const rulesByGap = gapIds
    .map((gap) => ({ gap, rules: [...allProbes.values()].flatMap((probe) => rulesOf(probe, gap)) }))
    .filter(({ rules }) => rules.length > 0);
  return [
    '# Findings',
    '',
    'Every finding that Understudy can make. Generated from the rules by `npm run generate`; a test proves that both agree.',
    '',
    'A *blocker* makes a standby **not ready**, a *warning* makes it **degraded**, a *note* changes no verdict. What says *not known* could not',
    'see something that is required, and makes it **unknown**. An *alone* rule judges one machine by itself, a *paired* rule a standby beside',
    'its primary. In a remedy, lines that begin with `$` are typed, lines that begin with `#` say where and why; what stands in angle brackets is filled in.',
    '',
    ...rulesByGap.flatMap(({ gap, rules }) => [`## ${gaps[gap]}`, '', ...rules.flatMap(section)]),
  ].join('\n');
}

function rulesOf(probe: AnyProbe, gap: string): readonly Described[] {
  const own: readonly Described[] = probe.rules.filter((rule) => (rule.gap ?? probe.gap) === gap);
  return probe.gap === gap ? [...own, ...generalRules(probe)] : own;
}

function section(rule: Described): readonly string[] {
  return [
    `### \`${rule.code}\``,
    '',
    `*${rule.severity}, ${rule.kind}${marks(rule)}.* **${rule.title}.** ${rule.why}`,
    '',
    ...(rule.dependsOn?.length
      ? [`Folded under ${rule.dependsOn.map((code) => `\`${code}\``).join(', ')} where that explains it.`, '']
      : []),
    '```',
    rule.remedy(placeholder),
    '```',
    '',
  ];
}

const marks = ({ isBlind, isSuspending, isSettledByRun }: Described): string =>
  [isBlind && ', not known', isSuspending && ', suspends the verdict', isSettledByRun && ', not counted at a gate']
    .filter(Boolean)
    .join('');
