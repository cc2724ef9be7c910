// What mends each broken stage, with the unit, file, package or policy of the agent filled in.
import type { Draft } from '../../contract/rule.ts';
import type { AgentFacts, MonitoringFacts, Why } from './facts.ts';
import { hintsFor } from './hints.ts';
import type { Break } from './stages.ts';

/** Everything that a remedy may fill in; values are text, since drafts travel as JSON. */
export function particulars(facts: MonitoringFacts, agent: AgentFacts, broken: Pick<Break, 'why'>): Readonly<Record<string, string>> {
  const { intake, policy, ...hints } = hintsFor(agent.name);
  return {
    agent: agent.name,
    title: agent.title,
    unit: agent.unit.replace(/\.service$/, ''),
    why: broken.why,
    packaging: facts.packaging,
    intake,
    policy,
    compartment: facts.instance.state === 'seen' ? facts.instance.compartment : '',
    ...hints,
  };
}

/** By the draft's `why`; a word that is not one (the docs' placeholder) gets the general advice. */
export function remedyFor({ with: given = {} }: Draft): string {
  const why = given.why ?? '';
  return (Object.hasOwn(steps, why) ? steps[why as Why](given) : lookFirst(given)).join('\n');
}

type Given = Readonly<Record<string, string>>;

const lookFirst = (given: Given): readonly string[] =>
  !given.unit
    ? [`# Read ${given.logFile ?? 'the agent’s log'}`]
    : [`$ systemctl status --no-pager --full ${given.unit}`, `$ sudo journalctl --no-pager -n 50 -u ${given.unit}`];

const install = (given: Given): readonly string[] => {
  const note = `# Install the version that the primary has, with its configuration (${given.configFile})`;
  if (given.package === hintsFor('').package) return [note];
  return [note, given.packaging === 'deb' ? `$ sudo apt-get install ${given.package}` : `$ sudo dnf install ${given.package}`];
};

const enable = (given: Given): readonly string[] =>
  given.unit === '' ? ['# Start it, and have it started at every boot'] : [`$ sudo systemctl enable --now ${given.unit}`];

const unmask = (given: Given): readonly string[] => [`$ sudo systemctl unmask ${given.unit}`, ...enable(given)];

const byHand = (given: Given): readonly string[] => [
  `# Give ${given.title} a unit that starts it at boot: the package brings one`,
  ...(given.agent === 'splunk' ? ['$ sudo /opt/splunkforwarder/bin/splunk enable boot-start -systemd-managed 1'] : enable(given)),
];

const start = (given: Given): readonly string[] => (given.unit === '' ? lookFirst(given) : [`$ sudo systemctl start ${given.unit}`]);

const mendFailure = (given: Given): readonly string[] => [
  ...lookFirst(given),
  ...(given.unit === ''
    ? []
    : ['# When its cause is mended', `$ sudo systemctl reset-failed ${given.unit}`, `$ sudo systemctl restart ${given.unit}`]),
];

const restart = (given: Given): readonly string[] => [
  `# Read ${given.logFile}`,
  ...(given.unit === '' ? [] : [`$ sudo systemctl restart ${given.unit}`]),
];

const wait = (given: Given): readonly string[] => ['# It is starting; if this stays, look why', ...lookFirst(given)];

const configure = (given: Given): readonly string[] => [
  `# ${given.configFile} needs ${given.configNeeds}`,
  ...(given.agent === 'unified-monitoring'
    ? ['$ sudo systemctl start unified-monitoring-agent_config_downloader']
    : given.unit === ''
      ? []
      : [`$ sudo systemctl restart ${given.unit}`]),
];

const enablePlugin = (given: Given): readonly string[] => [`# In ${given.configFile}: ${given.configNeeds}`];

const renewKey = (given: Given): readonly string[] => [
  `# Take the credential that the primary uses, or a new one from ${given.title}’s vendor, into ${given.configFile}`,
  ...(given.unit === '' ? [] : [`$ sudo systemctl restart ${given.unit}`]),
];

const authorize = (given: Given): readonly string[] => {
  const compartment = given.compartment === '' ? '<compartment>' : given.compartment;
  return [
    ...(given.compartment === ''
      ? [
          '# The compartment of this instance:',
          "$ curl -s -H 'Authorization: Bearer Oracle' http://169.254.169.254/opc/v2/instance/compartmentId",
        ]
      : []),
    '# A dynamic group has to hold this instance. Its matching rule:',
    `#   instance.compartment.id = '${compartment}'`,
    '# A policy in that compartment has to say, with the name of that group:',
    `#   Allow dynamic-group <group> to ${given.policy} in compartment id ${compartment}`,
    '# The agent signs in again within minutes by itself',
    ...(given.unit === '' ? [] : [`$ sudo systemctl restart ${given.unit}`]),
  ];
};

const setClock = (): readonly string[] => [
  '# OCI’s own time source is 169.254.169.254, in /etc/chrony.conf: server 169.254.169.254 iburst',
  '$ sudo systemctl enable --now chronyd',
  '$ sudo chronyc makestep',
  '$ chronyc tracking',
];

const openWay = (given: Given): readonly string[] => [
  `# From this machine to ${given.intake}: routes, security lists, host firewall, proxy, and the other side’s allow-list`,
  `# What it says itself: ${given.logFile}`,
];

const seeSource = (given: Given): readonly string[] => [
  `# What its description names (log, port or health address) tells that it does not deliver`,
  ...lookFirst(given),
];

const steps: Record<Why, (given: Given) => readonly string[]> = {
  missing: install,
  disabled: enable,
  masked: unmask,
  'no-unit': byHand,
  stopped: start,
  starting: wait,
  failed: mendFailure,
  'crash-looping': mendFailure,
  'worker-missing': restart,
  'not-answering': restart,
  'port-closed': seeSource,
  'no-config': configure,
  'no-key': configure,
  'no-destination': configure,
  'plugin-disabled': enablePlugin,
  'key-refused': renewKey,
  'not-authorized': authorize,
  'clock-skewed': setClock,
  'no-connection': openWay,
  blocked: openWay,
  stalled: restart,
  stale: restart,
  'flush-failing': restart,
  'http-status': seeSource,
};
