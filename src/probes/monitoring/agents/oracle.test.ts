import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  aloneFindings,
  type Monitored,
  onPaper,
  running,
  runningUnit,
  type Seen,
  see,
} from '../../../../test/support/monitored-machine.ts';
import { parseInstance, parsePluginStates } from '../instance.ts';
import { lastAnswer } from './oracle-cloud-agent.ts';
import { parseFluentdConfig, parsePositions, parseShippingLog } from './unified-monitoring-log.ts';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, '../fixtures', name), 'utf8');
const codes = (seen: Seen) => aloneFindings(seen).map(({ code }) => code);

const gomonOk = fixture('oci-agent/gomon_monitoring_ok.txt');
const gomonSkew = fixture('oci-agent/gomon_clock_skew.txt');
const instanceText = fixture('imds/instance_seoul_2024.json');
const gomonLog = '/var/log/oracle-cloud-agent/plugins/gomon/monitoring.log';

const metadata = (body: string, status = 200) => ({
  address: '169.254.169.254',
  port: 80,
  path: '/opc/v2/instance/',
  answer: { stage: 'http' as const, result: 'completed' as const, http: { status, body } },
});

function ocaMachine(gomon: string, more: Monitored = {}): Monitored {
  return {
    now: '2024-06-26T00:00:30Z',
    units: { 'oracle-cloud-agent.service': runningUnit, 'oracle-cloud-agent-updater.service': runningUnit },
    files: { '/etc/oracle-cloud-agent/agent.yml': '', [gomonLog]: gomon },
    packages: { 'oracle-cloud-agent': '1.44.0-12.el8' },
    dials: [metadata(instanceText)],
    ...more,
  };
}

describe('Oracle Cloud Agent', () => {
  it('takes only an acknowledged delivery for one, not the fetch of metadata', () => {
    expect(lastAnswer(gomonOk.split('\n'))).toEqual({ last: 'accepted', acceptedAt: Date.parse('2024-06-25T23:59:18.052Z') });
    expect(lastAnswer(gomonOk.split('\n').filter((line) => !line.includes('Sent metrics')))).toBeNull();
  });

  it('reads a record that spans lines and bears no stamp', () => {
    expect(lastAnswer(gomonSkew.split('\n'))).toEqual({ last: 'clock-skewed', acceptedAt: null });
  });

  it('lets the last record win', () => {
    const skewThenSent = `${gomonSkew}2024/06/26 00:00:18.1 x.go:1: Sent metrics status: 200; took: 5ms\n`;
    expect(lastAnswer(skewThenSent.split('\n'))?.last).toBe('accepted');
    expect(lastAnswer(`${gomonOk}${'2024/06/26 00:00:18.1 x.go:1: '}${gomonSkew}`.split('\n'))?.last).toBe('clock-skewed');
  });

  it('delivers with an acknowledgement of the last three minutes', async () => {
    const seen = await see(onPaper(ocaMachine(gomonOk)));
    expect(seen.agent('oracle-cloud-agent').stages).toMatchObject({
      configured: { state: 'yes' },
      credential: { state: 'yes' },
      reachable: { state: 'yes' },
      delivering: { state: 'yes' },
    });
    expect(seen.reading('oracle-cloud-agent', 'lastDeliveryAgeSeconds')).toBeCloseTo(71.9, 0);
    expect(codes(seen)).toEqual([]);
  });

  it('is stale after more than three minutes', async () => {
    const seen = await see(onPaper(ocaMachine(gomonOk, { now: '2024-06-26T00:03:00Z' })));
    expect(seen.agent('oracle-cloud-agent').stages.delivering).toMatchObject({ state: 'no', why: 'stale' });
  });

  it('is refused because of the clock, and the remedy sets the clock', async () => {
    const seen = await see(onPaper(ocaMachine(gomonSkew)));
    expect(seen.agent('oracle-cloud-agent').stages).toMatchObject({
      credential: { state: 'no', why: 'clock-skewed' },
      reachable: { state: 'yes' },
    });
    const finding = aloneFindings(seen).find(({ code }) => code === 'monitoring/clock-skewed')!;
    expect(finding.remedy).toContain('$ sudo chronyc makestep');
  });

  it('is not authorized: the remedy is the policy, with this instance’s compartment in it', async () => {
    const refused =
      '2024/06/25 23:59:59.1 t2.go:150: failed to call: Service error:NotAuthorizedOrNotFound. Authorization failed or requested resource not found.. http status code: 404.\n';
    const seen = await see(onPaper(ocaMachine(gomonOk + refused)));
    const finding = aloneFindings(seen).find(({ code }) => code === 'monitoring/credential-refused')!;
    expect(finding.remedy).toContain(
      'Allow dynamic-group <group> to use metrics in compartment id ocid1.compartment.oc1..aaaaaaaaexampleuniqueidcompartment',
    );
    expect(finding.remedy).toContain("instance.compartment.id = 'ocid1.compartment.oc1..aaaaaaaaexampleuniqueidcompartment'");
  });

  it('is disabled by OCI: nothing else is called broken', async () => {
    const off = JSON.parse(instanceText);
    off.agentConfig.monitoringDisabled = true;
    const seen = await see(onPaper(ocaMachine('', { dials: [metadata(JSON.stringify(off))] })));
    expect(seen.agent('oracle-cloud-agent').stages).toMatchObject({
      configured: { state: 'no', why: 'plugin-disabled' },
      delivering: { state: 'not-applicable' },
    });
    expect(codes(seen)).toEqual(['monitoring/not-configured']);
  });

  it('restarts again and again: the state between two crashes does not hide it', async () => {
    const looping = { ...runningUnit, ActiveState: 'activating', SubState: 'auto-restart', NRestarts: '41', Result: 'exit-code' };
    const first = await see(onPaper(ocaMachine(gomonOk, { units: { 'oracle-cloud-agent.service': looping } })));
    expect(codes(first)).toEqual(['monitoring/crash-looping']);
    const between = { ...runningUnit, NRestarts: '42' };
    const second = await see(onPaper(ocaMachine(gomonOk, { units: { 'oracle-cloud-agent.service': between } })), {
      earlier: first.asEarlier('2024-06-25T23:59:30Z'),
    });
    expect(codes(second)).toEqual(['monitoring/crash-looping']);
    const settled = await see(onPaper(ocaMachine(gomonOk, { units: { 'oracle-cloud-agent.service': between } })), {
      earlier: second.asEarlier('2024-06-25T23:59:50Z'),
    });
    expect(codes(settled)).toEqual([]);
  });

  it('restarted once is an incident and no loop', async () => {
    const first = await see(onPaper(ocaMachine(gomonOk)));
    const second = await see(
      onPaper(ocaMachine(gomonOk, { units: { 'oracle-cloud-agent.service': { ...runningUnit, NRestarts: '1' } } })),
      {
        earlier: first.asEarlier('2024-06-25T23:55:30Z'),
      },
    );
    expect(second.agent('oracle-cloud-agent').stages.running).toEqual({ state: 'yes' });
  });

  it('as a snap is the same agent under other names', async () => {
    const seen = await see(
      onPaper({
        ...ocaMachine(''),
        units: { 'snap.oracle-cloud-agent.oracle-cloud-agent.service': runningUnit },
        files: { '/var/snap/oracle-cloud-agent/common/log/plugins/gomon/monitoring.log': gomonOk },
      }),
    );
    expect(seen.agent('oracle-cloud-agent')).toMatchObject({
      unit: 'snap.oracle-cloud-agent.oracle-cloud-agent.service',
      stages: { running: { state: 'yes' }, delivering: { state: 'yes' } },
    });
  });

  it('has an updater that is off: it will fall behind', async () => {
    const units = {
      'oracle-cloud-agent.service': runningUnit,
      'oracle-cloud-agent-updater.service': { ...runningUnit, ActiveState: 'failed', SubState: 'failed' },
    };
    expect(codes(await see(onPaper(ocaMachine(gomonOk, { units }))))).toEqual(['monitoring/companion-off']);
  });

  it.each([
    ['empty', ''],
    ['garbage', '\u0000\u0007'.repeat(9_000)],
  ])('is unseen where its log is %s', async (_name, text) => {
    const seen = await see(onPaper(ocaMachine(text)));
    expect(seen.agent('oracle-cloud-agent').stages.delivering.state).toBe('unseen');
    expect(codes(seen)).toEqual(['monitoring/stage-unseen']);
  });

  it('is unseen where its log is stamped in the future', async () => {
    const seen = await see(onPaper(ocaMachine(gomonOk, { now: '2024-06-25T20:00:00Z' })));
    expect(seen.agent('oracle-cloud-agent').stages.delivering).toMatchObject({ state: 'unseen', reason: 'unparsable' });
  });
});

describe('instance metadata', () => {
  const nowhere = () => 'unseen' as const;

  it('tells what OCI asks of each plugin, and nothing of keys or user data', () => {
    const instance = parseInstance(instanceText, nowhere);
    if (instance?.state !== 'seen') throw new Error('not seen');
    expect(instance.plugins).toHaveLength(14);
    expect(instance.plugins.filter(({ desired }) => desired === 'ENABLED').map(({ name }) => name)).toEqual([
      'Cloud Guard Workload Protection',
      'Compute Instance Monitoring',
      'Compute Instance Run Command',
      'Custom Logs Monitoring',
      'OS Management Hub Agent',
    ]);
    expect(JSON.stringify(instance)).not.toContain('ssh-rsa');
  });

  it.each(['', 'null', '[]', '{}', '{"agentConfig": []}', '<html>'])('is not read from %j', (text) =>
    expect(parseInstance(text, nowhere)).toBeNull(),
  );

  it('of an older instance has no list of plugins', () => {
    expect(parseInstance('{"agentConfig": {"monitoringDisabled": true}}', nowhere)).toMatchObject({
      state: 'seen',
      monitoringDisabled: true,
      plugins: [],
    });
  });

  it('that does not answer is a finding, and no verdict about plugins', async () => {
    const dials = [{ address: '169.254.169.254', port: 80, answer: { stage: 'connect' as const, result: 'timeout' as const } }];
    const seen = await see(onPaper(ocaMachine(gomonOk, { dials })));
    expect(seen.facts.instance).toMatchObject({ state: 'unseen', reason: 'timeout' });
    expect(codes(seen)).toEqual(['monitoring/plugins-unseen']);
  });

  it('is left alone where the settings say so, and where no Oracle Cloud Agent is installed', async () => {
    const forbidden = await see(onPaper(ocaMachine(gomonOk, { dials: [] })), { settings: { instanceMetadata: false } });
    expect(forbidden.facts.instance).toEqual({ state: 'not-asked' });
    expect(codes(forbidden)).toEqual([]);
    const without = await see(onPaper({ units: { 'mgmt_agent.service': runningUnit } }));
    expect(without.facts.instance).toEqual({ state: 'not-asked' });
  });

  it('leaves the plugins that the agent’s own log names where it does not answer', async () => {
    const machine = ocaMachine(gomonOk, { dials: [] });
    const started = fixture('oci-agent/agent_log_plugin_start.txt');
    const stuck = 'x health.go:107: health check of plugin:[runcommand], desiredState:[Enable], currentState:[notStarted], status:[x]\n';
    const files = { ...machine.files, '/var/log/oracle-cloud-agent/agent.log': started + stuck };
    const seen = await see(onPaper({ ...machine, files }));
    expect(seen.facts.instance).toMatchObject({
      state: 'unseen',
      plugins: [
        { name: 'Bastion', desired: 'ENABLED', actual: 'running' },
        { name: 'Compute Instance Run Command', desired: 'ENABLED', actual: 'not-running' },
      ],
    });
    expect(codes(seen)).toEqual(['monitoring/plugin-not-running', 'monitoring/plugins-unseen']);
  });

  it('is set against what runs: by process, else by the last word of the log', async () => {
    expect(parsePluginStates(fixture('oci-agent/agent_log_plugin_start.txt').split('\n'))).toEqual(new Map([['bastions', 'running']]));
    const log =
      'x health.go:107: health check of plugin:[runcommand], desiredState:[Enable], currentState:[notStarted], status:[yet to start]\n';
    const machine = ocaMachine(gomonOk, { processes: [running(['/usr/libexec/oracle-cloud-agent/plugins/gomon/gomon'])] });
    const seen = await see(onPaper({ ...machine, files: { ...machine.files, '/var/log/oracle-cloud-agent/agent.log': log } }));
    if (seen.facts.instance.state !== 'seen') throw new Error('not seen');
    const actual = Object.fromEntries(seen.facts.instance.plugins.map((plugin) => [plugin.name, plugin.actual]));
    expect(actual).toMatchObject({
      'Compute Instance Monitoring': 'running',
      'Compute Instance Run Command': 'not-running',
      Bastion: 'unseen',
    });
    expect(aloneFindings(seen).map(({ code, draft }) => [code, draft.subject])).toEqual([
      ['monitoring/plugin-not-running', 'Compute Instance Run Command'],
    ]);
  });
});

const uma = {
  conf: '/etc/unified-monitoring-agent/conf.d/fluentd_config/fluentd.conf',
  log: '/var/log/unified-monitoring-agent/unified-monitoring-agent.log',
  pos: '/etc/unifiedmonitoringagent/pos/677561-varlogcontainers.pos',
  source: '/var/log/containers/app.log',
  chunk: '/opt/unifiedmonitoringagent/run/buffer/677561/buffer.q58ee3cd71335902ed3a8922a6addc100.log',
} as const;

const supervisor = ['/opt/unified-monitoring-agent/embedded/bin/ruby', '/opt/unified-monitoring-agent/embedded/bin/fluentd'];
const worker = [...supervisor, '--under-supervisor'];
const position = (offset: number) => `${uma.source}\t${offset.toString(16).padStart(16, '0')}\t00000000000a1b2c\n`;

function umaMachine(log: string, files: Readonly<Record<string, string>> = {}, more: Monitored = {}): Monitored {
  return {
    now: '2023-10-05T04:20:00Z',
    units: {
      'unified-monitoring-agent.service': runningUnit,
      'unified-monitoring-agent_config_downloader.timer': { ...runningUnit, SubState: 'waiting' },
    },
    processes: [running(supervisor, '2023-10-05T04:05:41Z'), running(worker, '2023-10-05T04:05:53Z')],
    files: {
      [uma.conf]: fixture('oci-uma/fluentd.conf.txt'),
      [uma.log]: log,
      [uma.pos]: position(100),
      [uma.source]: 'x'.repeat(100),
      ...files,
    },
    packages: { 'unified-monitoring-agent': '0.7.4-1.el8' },
    ...more,
  };
}

const shippingLog = fixture('oci-uma/log_shipping.txt');
const failingLog = fixture('oci-uma/log_flush_failing.txt');
const startedLog = fixture('oci-uma/log_started_no_shipping.txt');

describe('the log of the Unified Monitoring Agent', () => {
  it('tells when OCI last answered 200', () => {
    expect(parseShippingLog(shippingLog.split('\n'))).toEqual({
      acceptedAt: Date.parse('2023-10-05T04:18:03Z'),
      failure: null,
      isUndated: false,
    });
  });

  it('tells of failures after the last answer, and takes an attempt for no success', () => {
    expect(parseShippingLog(failingLog.split('\n'))).toMatchObject({
      acceptedAt: Date.parse('2026-11-20T06:03:11Z'),
      failure: { kind: 'not-authorized', at: Date.parse('2026-11-20T06:06:17Z') },
    });
  });

  it('proves nothing by having started', () => {
    expect(parseShippingLog(startedLog.split('\n'))).toEqual({ acceptedAt: null, failure: null, isUndated: false });
  });

  it.each([
    ['error_class=Errno::ECONNREFUSED error="Failed to open TCP connection"', 'no-connection'],
    ['error_class=SocketError error="getaddrinfo: Name or service not known"', 'no-connection'],
    ["error_class=OCI::Errors::ServiceError error=\"{ 'status': 401, 'code': 'NotAuthenticated' }\"", 'key-refused'],
    ['error_class=RuntimeError error="?"', 'other'],
  ])('sorts the failure %s', (text, kind) => {
    expect(parseShippingLog([`2026-11-20 06:06:15 +0000 [warn]: #0 failed to flush the buffer. ${text}`]).failure?.kind).toBe(kind);
  });

  it('names buffers and position files of its configuration', () => {
    expect(parseFluentdConfig(fixture('oci-uma/fluentd.conf.txt'))).toEqual({
      hasSource: true,
      hasSink: true,
      bufferPaths: ['/opt/unifiedmonitoringagent/run/buffer/677561'],
      positionFiles: [uma.pos],
    });
  });

  it('has buffers below a directory where their path has placeholders', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: fluentd's own placeholder.
    const text = '<match x>\n@type oci_logging\n<buffer tag>\npath /opt/run/buffer/${tag}/b.*.log\n</buffer>\n</match>';
    expect(parseFluentdConfig(text).bufferPaths).toEqual(['/opt/run/buffer']);
  });

  it('has positions in hexadecimal, and none for a file that is no longer watched', () => {
    expect(parsePositions(`${position(255)}/gone.log\tffffffffffffffff\t0000000000000001\ngarbage\n`)).toEqual([
      { path: uma.source, offset: 255 },
    ]);
  });
});

describe('Unified Monitoring Agent', () => {
  const name = 'unified-monitoring';

  it('delivers with a recent answer of 200', async () => {
    const seen = await see(onPaper(umaMachine(shippingLog)));
    expect(seen.agent(name).stages).toMatchObject({
      running: { state: 'yes' },
      configured: { state: 'yes' },
      delivering: { state: 'yes' },
    });
    expect(codes(seen)).toEqual([]);
  });

  it('with everything read and nothing buffered is idle, not broken', async () => {
    const seen = await see(onPaper(umaMachine(shippingLog, {}, { now: '2023-10-05T09:00:00Z' })));
    expect(seen.agent(name).stages).toMatchObject({ credential: { state: 'yes' }, delivering: { state: 'yes' } });
  });

  it('with lines that wait unread for long is stuck', async () => {
    const files = { [uma.source]: 'x'.repeat(5_000) };
    const seen = await see(
      onPaper(umaMachine(shippingLog, files, { now: '2023-10-05T09:00:00Z', modified: { [uma.source]: '2023-10-05T08:30:00Z' } })),
    );
    expect(seen.agent(name).stages.delivering).toMatchObject({ state: 'no', why: 'stalled' });
    expect(seen.reading(name, 'unreadBytes')).toBe(4_900);
  });

  it('with a chunk that nobody accepted for an hour is stuck, and its backlog grows between two looks', async () => {
    const at = (bytes: number, now: string) =>
      onPaper(
        umaMachine(
          shippingLog,
          { [uma.chunk]: 'x'.repeat(bytes) },
          { now, modified: { [uma.chunk]: '2023-10-05T04:30:00Z', [uma.source]: '2023-10-05T04:10:00Z' } },
        ),
      );
    const first = await see(at(1_000, '2023-10-05T05:30:00Z'));
    expect(first.agent(name)).toMatchObject({ backlog: 'held', stages: { delivering: { state: 'no', why: 'stalled' } } });
    const second = await see(at(9_000, '2023-10-05T05:35:00Z'), { earlier: first.asEarlier('2023-10-05T05:30:00Z') });
    expect(second.agent(name).backlog).toBe('growing');
    expect(second.reading(name, 'backlogBytes')).toBe(9_000);
  });

  it('cannot be told idle from stuck where its positions may not be read', async () => {
    const seen = await see(onPaper(umaMachine(shippingLog, {}, { now: '2023-10-05T09:00:00Z', denied: [uma.pos] })));
    expect(seen.agent(name).stages.delivering).toMatchObject({ state: 'unseen', reason: 'denied' });
  });

  it('is not authorized: the policy names log-content', async () => {
    const seen = await see(onPaper(umaMachine(failingLog, {}, { now: '2026-11-20T06:07:00Z' })));
    expect(seen.agent(name).stages).toMatchObject({
      credential: { state: 'no', why: 'not-authorized' },
      reachable: { state: 'yes' },
      delivering: { state: 'no' },
    });
    const finding = aloneFindings(seen).find(({ code }) => code === 'monitoring/credential-refused')!;
    expect(finding.remedy).toContain('to use log-content in compartment');
  });

  it('has started and sent nothing: not proven, not broken', async () => {
    const seen = await see(onPaper(umaMachine(startedLog)));
    expect(seen.agent(name).stages.delivering.state).toBe('unseen');
    expect(codes(seen)).toEqual(['monitoring/stage-unseen']);
  });

  it('runs without a worker', async () => {
    const seen = await see(onPaper(umaMachine(shippingLog, {}, { processes: [running(supervisor, '2023-10-05T04:05:41Z')] })));
    expect(seen.agent(name).stages.running).toMatchObject({ state: 'no', why: 'worker-missing' });
  });

  it('ships entries of 1970, which no search finds', async () => {
    const undated = shippingLog.replaceAll(/default_log_entry_time 2023-10-05/g, 'default_log_entry_time 1970-01-01');
    const seen = await see(onPaper(umaMachine(undated)));
    expect(seen.agent(name).stages.delivering).toEqual({ state: 'yes' });
    expect(codes(seen)).toEqual(['monitoring/undated-entries']);
  });

  it('without a configuration was assigned none', async () => {
    const seen = await see(
      onPaper(umaMachine(startedLog, {}, { files: { '/opt/unified-monitoring-agent/x': '', [uma.log]: startedLog } })),
    );
    expect(seen.agent(name).stages.configured).toMatchObject({ state: 'no', why: 'no-config' });
    expect(aloneFindings(seen).find(({ code }) => code === 'monitoring/not-configured')!.remedy).toContain('config_downloader');
  });

  it('has a downloader that rests between its runs, and one whose timer is off', async () => {
    const rests = { ...runningUnit, Type: 'oneshot', ActiveState: 'inactive', SubState: 'dead', UnitFileState: 'static' };
    const units = umaMachine('').units!;
    const resting = await see(
      onPaper(umaMachine(shippingLog, {}, { units: { ...units, 'unified-monitoring-agent_config_downloader.service': rests } })),
    );
    expect(codes(resting)).toEqual([]);
    const off = {
      'unified-monitoring-agent_config_downloader.timer': { ...runningUnit, Type: '', ActiveState: 'inactive', SubState: 'dead' },
    };
    const stopped = await see(onPaper(umaMachine(shippingLog, {}, { units: { ...units, ...off } })));
    expect(codes(stopped)).toEqual(['monitoring/companion-off']);
  });

  it('reads on in the rotated log where the new one has just begun', async () => {
    const seen = await see(onPaper(umaMachine('', { [`${uma.log}.0`]: shippingLog })));
    expect(seen.agent(name).stages.delivering).toEqual({ state: 'yes' });
  });
});

describe('Management Agent', () => {
  const log = '/opt/oracle/mgmt_agent/agent_inst/log/mgmt_agent.log';
  const machine = (more: Monitored = {}): Monitored => ({ units: { 'mgmt_agent.service': runningUnit }, files: { [log]: 'x' }, ...more });

  it('runs, and never claims to deliver', async () => {
    const seen = await see(onPaper(machine({ modified: { [log]: '2026-11-23T11:59:00Z' } })));
    expect(seen.agent('management-agent').stages).toMatchObject({ running: { state: 'yes' }, delivering: { state: 'unseen' } });
    expect(seen.reading('management-agent', 'logAgeSeconds')).toBe(60);
    expect(codes(seen)).toContain('monitoring/stage-unseen');
  });

  it('says so when its log has fallen silent', async () => {
    const seen = await see(onPaper(machine({ modified: { [log]: '2026-11-22T12:00:00Z' } })));
    expect(seen.agent('management-agent').stages.delivering).toMatchObject({ detail: expect.stringContaining('more than an hour') });
  });
});
