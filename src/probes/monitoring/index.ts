// The monitoring probe: which agents watch this machine, and at which of seven stages each one stops.
import { defineProbe } from '../../contract/probe.ts';
import { type MonitoringFacts, MonitoringFactsSchema } from './facts.ts';
import { agentNames, observe } from './observe.ts';
import { rules } from './rules.ts';
import { defaultSettings, MonitoringSettingsSchema } from './settings.ts';
import { firstBreak } from './stages.ts';

export const probe = defineProbe({
  id: 'monitoring',
  title: 'Monitoring agents',
  gap: 'monitoring',
  factsVersion: 1,
  settings: MonitoringSettingsSchema,
  facts: MonitoringFactsSchema,
  readings: {
    deliveredCount:
      'What the agent counts as accepted by its intake since it started (Datadog: payloads; Splunk: kB on current connections)',
    droppedCount: 'Payloads thrown away since the agent started',
    retryQueueCount: 'Payloads waiting to be tried again',
    connectionErrorsCount: 'Errors of DNS, connection and TLS towards the intake since the agent started',
    logsProcessedCount: 'Log lines read since the agent started',
    logsSentCount: 'Log lines accepted by the intake since the agent started',
    lastDeliveryAgeSeconds: 'Age of the newest proof of delivery in the agent’s log',
    withoutDeliverySeconds: 'How long the count of delivered payloads has not been seen to advance',
    sampleAgeSeconds: 'Age of the agent’s counters when they were looked at',
    agentStartSeconds: 'When the agent started, in seconds since 1970',
    logAgeSeconds: 'Age of the last write to the agent’s log',
    backlogBytes: 'What waits in the agent’s buffers or output queues',
    unreadBytes: 'What the agent has not read of its sources yet',
    restartsCount: 'How often systemd has restarted the agent by itself',
  },
  // Datadog's status command takes seconds of CPU: it sets the pace.
  defaults: { everyMs: 5 * 60_000, timeoutMs: 60_000, staleAfterMs: 15 * 60_000 },
  withoutConfig: { settings: defaultSettings },
  example: {
    ...defaultSettings,
    required: ['datadog', 'oracle-cloud-agent'],
    expectOff: ['splunk'],
    describe: [
      {
        name: 'node-exporter',
        unit: 'node_exporter.service',
        port: 9100,
        http: { url: 'http://127.0.0.1:9100/metrics', status: 200 },
        version: { command: ['node_exporter', '--version'] },
      },
    ],
  },
  namesIn: agentNames,
  absentOnStandby: 'blocker',
  rules,
  summary: summarize,
  observe,
});

function summarize(facts: MonitoringFacts): string {
  const installed = facts.agents.filter(({ stages }) => stages.installed.state === 'yes');
  if (installed.length === 0) return 'no monitoring agent';
  return installed.map((agent) => `${agent.name} ${word(agent)}`).join(', ');
}

function word(agent: MonitoringFacts['agents'][number]): string {
  const broken = firstBreak(agent);
  if (broken !== null) return broken.why.replaceAll('-', ' ');
  switch (agent.stages.delivering.state) {
    case 'yes':
      return 'delivers';
    case 'unseen':
      return 'runs, delivery not seen';
    case 'no':
    case 'not-applicable':
      return agent.stages.running.state === 'yes' ? 'runs' : 'not seen to run';
  }
}
