// What is wrong beside the seven stages: backlogs, losses, parts of an agent, plugins, presence that nobody wants.
import type { AloneRule, Draft } from '../../../contract/rule.ts';
import type { AgentFacts, ComplaintCode, MonitoringFacts } from '../facts.ts';
import { particulars } from '../remedy.ts';
import type { MonitoringSettings } from '../settings.ts';

type Alone = AloneRule<MonitoringFacts, MonitoringSettings>;

const judged = (facts: MonitoringFacts, settings: MonitoringSettings): readonly AgentFacts[] =>
  facts.agents.filter(
    ({ name, stages }) => stages.installed.state === 'yes' && !settings.expectAbsent.includes(name) && !settings.expectOff.includes(name),
  );

const about = (facts: MonitoringFacts, agent: AgentFacts, expected: string, actual: string): Draft => ({
  subject: agent.name,
  expected,
  actual,
  with: particulars(facts, agent, { why: 'stalled' }),
});

/** Where nothing gets through, what piles up or is missing beside it is no finding of its own. */
const brokenDelivery = [
  'monitoring/credential-refused',
  'monitoring/intake-unreachable',
  'monitoring/required-broken',
  'monitoring/not-delivering-here',
] as const;

const amountRule = (code: string, amount: 'backlog' | 'losses', title: string, why: string): Alone => ({
  code,
  kind: 'alone',
  severity: 'warning',
  title,
  why,
  dependsOn: brokenDelivery,
  judge: (facts, { settings }) =>
    judged(facts, settings)
      .filter((agent) => agent[amount] === 'growing')
      .map((agent) => about(facts, agent, `${amount} not growing`, `${amount} growing`)),
  remedy: ({ with: given = {} }) =>
    [
      `# ${given.title} takes in more than its intake accepts: errors and answers are in ${given.logFile}`,
      `# The way to ${given.intake}`,
    ].join('\n'),
});

export const backlogGrowing = amountRule(
  'monitoring/backlog-growing',
  'backlog',
  'What a monitoring agent has to send piles up',
  'Buffers are bounded: when they are full, what happens during the failover is what gets lost.',
);

export const losingData = amountRule(
  'monitoring/losing-data',
  'losses',
  'A monitoring agent throws away what it should deliver',
  'Graphs and alerts then rest on a part of what happened, and nothing says which part.',
);

const complaintRule = (
  rule: Pick<Alone, 'code' | 'severity' | 'title' | 'why' | 'remedy' | 'dependsOn'>,
  codes: readonly ComplaintCode[],
  expected: string,
): Alone => ({
  ...rule,
  kind: 'alone',
  judge: (facts, { settings }) =>
    judged(facts, settings).flatMap((agent) => {
      const details = agent.complaints.filter(({ code }) => codes.includes(code)).map(({ detail }) => detail);
      return details.length === 0 ? [] : [about(facts, agent, expected, details.join(', '))];
    }),
});

export const undatedEntries = complaintRule(
  {
    code: 'monitoring/undated-entries',
    severity: 'warning',
    title: 'Log entries arrive with the date of 1970',
    why: 'The service accepts them with 200 and no search ever finds them: the parser does not understand the time in the log.',
    remedy: ({ with: given = {} }) =>
      [`# The parser of this agent configuration does not match the time in the log: mend its time_format`, `# ${given.configFile}`].join(
        '\n',
      ),
  },
  ['undated-entries'],
  'entries with their own time',
);

export const logsNotSent = complaintRule(
  {
    code: 'monitoring/logs-not-sent',
    severity: 'warning',
    title: 'A monitoring agent sends metrics and no logs',
    why: 'Its counters advance, so that it looks sound, and the logs needed after a failover are not there.',
    dependsOn: [...brokenDelivery, 'monitoring/not-delivering', 'monitoring/stopped'],
    remedy: ({ with: given = {} }) =>
      [
        `# logs_enabled and the logs configuration in ${given.configFile}; what it says: ${given.logFile}`,
        `$ sudo systemctl restart ${given.unit}`,
      ].join('\n'),
  },
  ['logs-off', 'logs-stalled'],
  'logs delivered',
);

export const companionOff = complaintRule(
  {
    code: 'monitoring/companion-off',
    severity: 'warning',
    title: 'A unit that a monitoring agent depends on is off',
    why: 'The agent delivers today; new configuration or updates no longer reach it, so that it drifts from the primary.',
    remedy: ({ with: given = {} }) =>
      [
        `# Enable and start the unit that the finding names, beside ${given.unit}`,
        `$ systemctl list-units --all --no-pager '${given.unit}*'`,
      ].join('\n'),
  },
  ['companion-off'],
  'its companion units active',
);

export const partUnhealthy = complaintRule(
  {
    code: 'monitoring/part-unhealthy',
    severity: 'note',
    title: 'A monitoring agent complains about parts of itself',
    why: 'A check that fails here watches nothing after the failover. The agent delivers all the same, and its own health answer may lag.',
    remedy: ({ with: given = {} }) =>
      [`# What it says: ${given.logFile}`, '$ sudo datadog-agent status', '$ sudo datadog-agent health'].join('\n'),
  },
  ['check-failing', 'component-unhealthy'],
  'no complaint',
);

export const unwanted: Alone = {
  code: 'monitoring/unwanted',
  kind: 'alone',
  severity: 'warning',
  title: 'A monitoring agent is installed that must not be',
  why: 'It reports this machine, with its secrets and names, to a place where nobody expects it.',
  judge: (facts, { settings }) =>
    facts.agents
      .filter(({ name, stages }) => settings.expectAbsent.includes(name) && stages.installed.state === 'yes')
      .map((agent) => about(facts, agent, 'not installed', 'installed')),
  remedy: ({ with: given = {} }) =>
    [...(given.unit ? [`$ sudo systemctl disable --now ${given.unit}`] : []), `# Then remove it: ${given.package}`].join('\n'),
};

export const versionUnseen: Alone = {
  code: 'monitoring/version-unseen',
  kind: 'alone',
  severity: 'note',
  title: 'The version of a monitoring agent could not be seen',
  why: 'Whether the standby runs what the primary runs cannot be told.',
  judge: (facts, { settings }) =>
    judged(facts, settings).flatMap((agent) =>
      agent.version.state === 'unseen' ? [about(facts, agent, 'a known version', agent.version.detail)] : [],
    ),
  remedy: ({ with: given = {} }) =>
    (given.packaging === 'deb' ? `$ dpkg-query -W ${given.package}` : `$ rpm -q ${given.package}`).concat(
      '\n# A package tool that runs at this moment holds the lock',
    ),
};

export const pluginNotRunning: Alone = {
  code: 'monitoring/plugin-not-running',
  kind: 'alone',
  severity: 'warning',
  title: 'A plugin of the Oracle Cloud Agent is enabled and does not run',
  why: 'The console shows the desired state only; what the plugin should do for this machine is not done.',
  dependsOn: ['monitoring/stopped', 'monitoring/failed', 'monitoring/disabled', 'monitoring/masked', 'monitoring/crash-looping'],
  judge: ({ instance }) =>
    instance.state === 'not-asked'
      ? []
      : (instance.plugins ?? [])
          .filter(({ desired, actual }) => desired === 'ENABLED' && actual === 'not-running')
          .map(({ name }) => ({
            subject: name,
            expected: 'running, as OCI asks',
            actual: 'not started',
            cause: 'oracle-cloud-agent',
            with: { plugin: name },
          })),
  remedy: ({ with: given = {} }) =>
    [
      `# What the agent says about ${given.plugin}: /var/log/oracle-cloud-agent/agent.log`,
      '$ sudo systemctl restart oracle-cloud-agent',
    ].join('\n'),
};

export const pluginsUnseen: Alone = {
  code: 'monitoring/plugins-unseen',
  kind: 'alone',
  severity: 'note',
  title: 'What OCI asks of the Oracle Cloud Agent could not be seen',
  why: 'Plugins that are disabled for this instance, and enabled for its primary, stay hidden.',
  judge: ({ instance }) =>
    instance.state === 'unseen' ? [{ subject: 'oracle-cloud-agent', expected: 'desired plugin states', actual: instance.detail }] : [],
  remedy: () =>
    [
      '# A host firewall may keep link-local addresses for root; instanceMetadata: false stops the asking',
      "$ curl -s -m 2 -o /dev/null -w '%{http_code}\\n' -H 'Authorization: Bearer Oracle' http://169.254.169.254/opc/v2/instance/",
    ].join('\n'),
};
