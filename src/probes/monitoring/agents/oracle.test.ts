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
