// What the primary's agents do that the standby's do not.
import type { Draft, PairedRule } from '../../../contract/rule.ts';
import { compareDpkgVersions } from '../../../formats/dpkg-version.ts';
import { compareRpmVersions } from '../../../formats/rpm-version.ts';
import type { AgentFacts, MonitoringFacts } from '../facts.ts';
import { particulars, remedyFor } from '../remedy.ts';
import type { MonitoringSettings } from '../settings.ts';
import { type Break, firstBreak, unseenStages } from '../stages.ts';
import { provable, stageWords, unseenDraft, unseenRemedy } from './stages.ts';

type Paired = PairedRule<MonitoringFacts, MonitoringSettings>;

interface Twins {
  readonly here: AgentFacts;
  readonly there: AgentFacts;
}

/** Agents that both sides looked for, but for those that this side must not have. */
const twins = (standby: MonitoringFacts, primary: MonitoringFacts, settings: MonitoringSettings): readonly Twins[] =>
  primary.agents.flatMap((there) => {
    const here = standby.agents.find(({ name }) => name === there.name);
    return here === undefined || settings.expectAbsent.includes(there.name) ? [] : [{ here, there }];
  });

const draft = (facts: MonitoringFacts, agent: AgentFacts, broken: Break, expected: string): Draft => ({
  subject: agent.name,
  expected,
  actual: `${stageWords[broken.stage]}: ${broken.detail}`,
  with: particulars(facts, agent, broken),
});

export const notRunningHere: Paired = {
  code: 'monitoring/not-running-here',
  kind: 'paired',
  severity: 'blocker',
  title: 'A monitoring agent runs on the primary and not here',
  why: 'The takeover would be a flight without instruments: what watches the primary does not watch the standby.',
  judge: (standby, primary, { standby: { settings } }) =>
    twins(standby, primary, settings).flatMap(({ here, there }) => {
      const broken = firstBreak(here);
      if (there.stages.running.state !== 'yes' || broken === null || !isBeforeRunning(broken)) return [];
      // Off on purpose is still installed: what is missing cannot be switched on.
      if (broken.stage !== 'installed' && settings.expectOff.includes(here.name)) return [];
      return [draft(standby, here, broken, 'running, as on the primary')];
    }),
  remedy: remedyFor,
};

const isBeforeRunning = ({ stage }: Break): boolean => stage === 'installed' || stage === 'enabled' || stage === 'running';

export const notDeliveringHere: Paired = {
  code: 'monitoring/not-delivering-here',
  kind: 'paired',
  severity: 'blocker',
  title: 'A monitoring agent is stuck here at a stage that the primary passes',
  why: 'It runs on both sides, so that everything looks alike, and only the primary’s metrics and logs arrive.',
  judge: (standby, primary, { standby: { settings } }) =>
    twins(standby, primary, settings).flatMap(({ here, there }) => {
      const broken = firstBreak(here);
      const isMine = broken !== null && !isBeforeRunning(broken) && passes(there, broken);
      return isMine && !settings.expectOff.includes(here.name) ? [draft(standby, here, broken, 'delivering, as on the primary')] : [];
    }),
  remedy: remedyFor,
};

/** The primary's own stage decides: a single look at its counters leaves delivery unseen while its key is known to be accepted. */
const passes = (there: AgentFacts, { stage }: Break): boolean =>
  there.stages.delivering.state === 'yes' || there.stages[stage].state === 'yes';

export const notLookedFor: Paired = {
  code: 'monitoring/not-looked-for-here',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'An agent is described on the primary and not here',
  why: 'Whether this side has it was not looked at, and what nobody looked at is not counted as good.',
  judge: (standby, primary, { standby: { settings } }) =>
    primary.agents
      .filter(({ name, stages }) => stages.installed.state === 'yes' && !settings.expectAbsent.includes(name))
      .filter(({ name }) => !standby.agents.some((agent) => agent.name === name))
      .map(({ name }) => ({
        subject: name,
        expected: 'looked for, as on the primary',
        actual: 'not described here',
        with: { agent: name },
      })),
  remedy: ({ with: given = {} }) =>
    `# Describe ${given.agent} in this node’s settings of the monitoring check, under describe, as on the primary`,
};

/** Where the primary's delivers, this side has to: an agent of which that is not known is no instrument to fly by. */
export const unseenHere: Paired = {
  code: 'monitoring/unseen-here',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'Whether a monitoring agent does here what it does on the primary could not be seen',
  why: 'It delivers from the primary; whether it would from here after a failover, nobody knows.',
  dependsOn: ['monitoring/required-unseen'],
  judge: (standby, primary, { standby: { settings } }) =>
    twins(standby, primary, settings)
      .filter(({ here, there }) => there.stages.delivering.state === 'yes' && !settings.expectOff.includes(here.name))
      .flatMap(({ here }) => unseenDraft(standby, here, provable(here), [])),
  remedy: unseenRemedy,
};

/** What does not run here is missed only where it runs there, and there nobody could see. */
export const primaryUnseen: Paired = {
  code: 'monitoring/primary-unseen',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'A monitoring agent does not run here, and whether it does on the primary could not be seen',
  why: 'If it watches the primary, the takeover would be a flight without instruments.',
  judge: (standby, primary, { standby: { settings } }) =>
    twins(standby, primary, settings).flatMap(({ here, there }) => {
      const broken = firstBreak(here);
      const [unseen] = unseenStages(there).filter((name) => name === 'installed' || name === 'running');
      if (broken === null || unseen === undefined || !isBeforeRunning(broken)) return [];
      if (broken.stage !== 'installed' && settings.expectOff.includes(here.name)) return [];
      const stage = there.stages[unseen];
      const detail = stage.state === 'unseen' ? stage.detail : '';
      return [
        {
          subject: here.name,
          expected: 'seen on the primary',
          actual: `here ${stageWords[broken.stage]}; on the primary unseen: ${unseen} (${detail})`,
        },
      ];
    }),
  remedy: () => '# On the primary, which shows why it cannot be seen:\n$ understudy explain monitoring',
};

export const versionUnseen: Paired = {
  code: 'monitoring/version-not-compared',
  kind: 'paired',
  severity: 'warning',
  title: 'The version of a monitoring agent could not be compared with the primary’s',
  why: 'An older agent may not understand the primary’s configuration; whether it is older is not known.',
  judge: (standby, primary, { standby: { settings } }) =>
    twins(standby, primary, settings)
      .filter(({ here, there }) => here.stages.installed.state === 'yes' && there.stages.installed.state === 'yes')
      .flatMap(({ here, there }) => {
        const unseen = [
          ...(here.version.state === 'unseen' ? [`here: ${here.version.detail}`] : []),
          ...(there.version.state === 'unseen' ? [`primary: ${there.version.detail}`] : []),
        ];
        return unseen.length === 0 ? [] : [{ subject: here.name, expected: 'a version on both sides', actual: unseen.join('; ') }];
      }),
  remedy: () => '# On the side that does not tell; a package tool that runs at this moment holds the lock\n$ understudy explain monitoring',
};

export const pluginsNotCompared: Paired = {
  code: 'monitoring/plugins-not-compared',
  kind: 'paired',
  severity: 'warning',
  title: 'The plugins of the Oracle Cloud Agent could not be compared with the primary’s',
  why: 'A plugin that is disabled for this instance, and enabled for its primary, stays hidden.',
  judge: ({ instance: here }, { instance: there }) => {
    if (here.state === 'not-asked' || there.state === 'not-asked') return [];
    const unseen = [
      ...(here.state === 'unseen' ? [`here: ${here.detail}`] : []),
      ...(there.state === 'unseen' ? [`primary: ${there.detail}`] : []),
    ];
    return unseen.length === 0
      ? []
      : [{ subject: 'oracle-cloud-agent', expected: 'desired plugin states of both sides', actual: unseen.join('; ') }];
  },
  remedy: () =>
    [
      '# On the side that does not tell; instanceMetadata: false stops the asking, and the comparison',
      "$ curl -s -m 2 -o /dev/null -w '%{http_code}\\n' -H 'Authorization: Bearer Oracle' http://169.254.169.254/opc/v2/instance/",
    ].join('\n'),
};

const unpackaged = 'no package';

const versions = ({ here, there }: Twins): { readonly here: string; readonly there: string } | null => {
  const text = ({ version }: AgentFacts): string | null =>
    version.state === 'known' ? version.version : version.state === 'unpackaged' ? unpackaged : null;
  const pair = { here: text(here), there: text(there) };
  return pair.here === null || pair.there === null || isSame(pair.here, pair.there) ? null : { here: pair.here, there: pair.there };
};

/** A package says `1:7.50.0-1` where the agent itself says 7.50.0: what one side leaves out is no difference. */
function isSame(here: string, there: string): boolean {
  const [short, long] = [here, there].map((version) => version.replace(/^[0-9]+:/, '')).sort((a, b) => a.length - b.length) as [
    string,
    string,
  ];
  return here === there || (!short.includes('-') && long.startsWith(`${short}-`));
}

/** dpkg and rpm order by rules of their own; between the two, or against no package, there is no order. */
function isOlder(standby: MonitoringFacts, primary: MonitoringFacts, here: string, there: string): boolean {
  if (standby.packaging !== primary.packaging || here === unpackaged || there === unpackaged) return false;
  return (standby.packaging === 'deb' ? compareDpkgVersions(here, there) : compareRpmVersions(here, there)) < 0;
}

const versionRule = (rule: Pick<Paired, 'code' | 'severity' | 'title' | 'why'>, isForOlder: boolean): Paired => ({
  ...rule,
  kind: 'paired',
  dependsOn: ['monitoring/not-running-here'],
  judge: (standby, primary, { standby: { settings } }) =>
    twins(standby, primary, settings).flatMap((pair) => {
      const seen = versions(pair);
      if (seen === null || isOlder(standby, primary, seen.here, seen.there) !== isForOlder) return [];
      const filled = { ...particulars(standby, pair.here, { why: 'missing' }), version: seen.there };
      return [{ subject: pair.here.name, expected: seen.there, actual: seen.here, with: filled }];
    }),
  remedy: ({ with: given = {} }) =>
    given.packaging === 'deb'
      ? `$ sudo apt-get install ${given.package}=${given.version}`
      : `$ sudo dnf install ${given.package}-${given.version}`,
});

export const olderThanPrimary = versionRule(
  {
    code: 'monitoring/older-than-primary',
    severity: 'warning',
    title: 'A monitoring agent is older than on the primary',
    why: 'Checks and configuration written for the primary’s version may not be understood here.',
  },
  true,
);

export const versionDiffers = versionRule(
  {
    code: 'monitoring/version-differs',
    severity: 'note',
    title: 'A monitoring agent has another version than on the primary',
    why: 'The standby is ahead, or the two cannot be put in order; either way they are not the same.',
  },
  false,
);

export const pluginsDiffer: Paired = {
  code: 'monitoring/plugins-differ',
  kind: 'paired',
  severity: 'warning',
  title: 'A plugin of the Oracle Cloud Agent is enabled for the primary and not for this instance',
  why: 'Plugins are switched on an instance at a time: what the primary’s does will not happen here.',
  judge: ({ instance: here }, { instance: there }) =>
    here.state !== 'seen' || there.state !== 'seen'
      ? []
      : there.plugins
          .filter(({ desired }) => desired === 'ENABLED')
          .flatMap(({ name }) => {
            const mine = here.plugins.find((plugin) => plugin.name === name)?.desired ?? 'not listed';
            return mine === 'ENABLED' ? [] : [{ subject: name, expected: 'ENABLED', actual: mine, with: { plugin: name } }];
          }),
  remedy: ({ with: given = {} }) =>
    `# OCI console, this instance, tab "Oracle Cloud Agent": enable "${given.plugin}"; or with the CLI, agent-config of "oci compute instance update"`,
};
