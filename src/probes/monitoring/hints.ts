// Where an operator has to go for each known agent: the particulars of remedies, kept out of the rules.

export interface Hints {
  readonly package: string;
  readonly configFile: string;
  /** What its configuration has to hold. */
  readonly configNeeds: string;
  readonly logFile: string;
  /** Host and port of its intake, as far as it is the same for everybody. */
  readonly intake: string;
  /** OCI policy verb and resource, for agents that sign in as the instance. */
  readonly policy: string;
}

const unknown: Hints = {
  package: 'the agent’s package',
  configFile: 'the agent’s configuration file',
  configNeeds: 'the destination and the credential that the primary has',
  logFile: 'the agent’s log',
  intake: 'the agent’s intake',
  policy: 'use metrics',
};

const known: Readonly<Record<string, Hints>> = {
  datadog: {
    package: 'datadog-agent',
    configFile: '/etc/datadog-agent/datadog.yaml',
    configNeeds: 'api_key and site, as on the primary',
    logFile: '/var/log/datadog/agent.log',
    intake: 'https://api.datadoghq.com/api/v1/validate (or your site of Datadog)',
    policy: unknown.policy,
  },
  splunk: {
    package: 'splunkforwarder',
    configFile: '/opt/splunkforwarder/etc/system/local/outputs.conf',
    configNeeds: 'server = HOST:9997 under [tcpout:GROUP], as on the primary',
    logFile: '/opt/splunkforwarder/var/log/splunk/splunkd.log',
    intake: 'the indexers named in outputs.conf, TCP port 9997',
    policy: unknown.policy,
  },
  'unified-monitoring': {
    package: 'unified-monitoring-agent',
    configFile: '/etc/unified-monitoring-agent/conf.d/fluentd_config/fluentd.conf',
    configNeeds: 'a source and a match of @type oci_logging; it is written by the configuration downloader',
    logFile: '/var/log/unified-monitoring-agent/unified-monitoring-agent.log',
    intake: 'https://ingestion.logging.REGION.oci.oraclecloud.com',
    policy: 'use log-content',
  },
  'oracle-cloud-agent': {
    package: 'oracle-cloud-agent',
    configFile: 'the instance’s "Oracle Cloud Agent" tab in the OCI console',
    configNeeds: 'the plugin "Compute Instance Monitoring" enabled',
    logFile: '/var/log/oracle-cloud-agent/plugins/gomon/monitoring.log',
    intake: 'https://telemetry-ingestion.REGION.oraclecloud.com',
    policy: 'use metrics',
  },
  'management-agent': {
    package: 'oracle.mgmt_agent',
    configFile: '/opt/oracle/mgmt_agent/agent_inst/config/emd.properties',
    configNeeds: 'what the setup with the install key writes',
    logFile: '/opt/oracle/mgmt_agent/agent_inst/log/mgmt_agent.log',
    intake: 'https://management-agent.REGION.oci.oraclecloud.com',
    policy: 'use metrics',
  },
};

export const hintsFor = (agent: string): Hints => (Object.hasOwn(known, agent) ? known[agent]! : unknown);
