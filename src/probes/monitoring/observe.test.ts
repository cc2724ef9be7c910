import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  aloneFindings,
  lookAt,
  type Monitored,
  noUnit,
  onPaper,
  running,
  runningUnit,
  see,
  showText,
  stoppedUnit,
} from '../../../test/support/monitored-machine.ts';
import { schemaProblems } from '../../contract/schema.ts';
import { parseSystemctlShow, shownProperties } from '../../formats/systemctl-show.ts';
import { MonitoringFactsSchema } from './facts.ts';
import { unitState } from './units.ts';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
const codes = (seen: Awaited<ReturnType<typeof see>>, settings = {}) => aloneFindings(seen, settings).map(({ code }) => code);

const mgmt: Monitored = { files: { '/opt/oracle/mgmt_agent/agent_inst/log/mgmt_agent.log': 'x' } };
const mgmtWith = (unit: Readonly<Record<string, string>>): Monitored => ({
  ...mgmt,
  units: { 'mgmt_agent.service': { ...runningUnit, ...unit } },
});

describe('what systemd says about a unit', () => {
  it.each([
    ['running', 'running'],
    ['not-found', 'not-found'],
    ['masked', 'masked'],
    ['failed', 'failed'],
    ['oneshot_done', 'resting'],
  ])('in the recorded answer "%s" is: %s', (name, state) => {
    expect(unitState(parseSystemctlShow(fixture(`systemd/show_${name}.txt`))![0]!)).toBe(state);
  });

  it.each([
    [
      'disabled and stopped',
      { ActiveState: 'inactive', SubState: 'dead', UnitFileState: 'disabled' },
      'monitoring/disabled',
      '$ sudo systemctl enable --now mgmt_agent',
    ],
    ['enabled and stopped', { ActiveState: 'inactive', SubState: 'dead' }, 'monitoring/stopped', '$ sudo systemctl start mgmt_agent'],
    [
      'masked',
      { LoadState: 'masked', ActiveState: 'inactive', SubState: 'dead', UnitFileState: 'masked' },
      'monitoring/masked',
      '$ sudo systemctl unmask mgmt_agent',
    ],
    [
      'failed',
      { ActiveState: 'failed', SubState: 'failed', Result: 'exit-code' },
      'monitoring/failed',
      '$ sudo systemctl reset-failed mgmt_agent',
    ],
    [
      'restarting',
      { ActiveState: 'activating', SubState: 'auto-restart' },
      'monitoring/crash-looping',
      '$ sudo journalctl --no-pager -n 50 -u mgmt_agent',
    ],
    ['starting', { ActiveState: 'activating', SubState: 'start' }, 'monitoring/stopped', '$ systemctl status --no-pager --full mgmt_agent'],
  ])('%s is one finding with its command', async (_name, unit, code, command) => {
    const seen = await see(onPaper(mgmtWith(unit)));
    const findings = aloneFindings(seen);
    expect(findings.map((finding) => finding.code)).toEqual([code]);
    expect(findings[0]!.remedy.split('\n')).toContain(command);
  });

  it.each(['enabled-runtime', 'disabled', 'linked'])('active and %s will not survive a reboot', async (UnitFileState) => {
    expect(codes(await see(onPaper(mgmtWith({ UnitFileState }))))).toContain('monitoring/lost-at-reboot');
  });

  it.each(['static', 'indirect', 'generated', 'alias', 'enabled'])('%s is not disabled', async (UnitFileState) => {
    expect((await see(onPaper(mgmtWith({ UnitFileState })))).agent('management-agent').stages.enabled).toEqual({ state: 'yes' });
  });

  it('an empty UnitFileState of a loaded unit is unseen, neither enabled nor disabled', async () => {
    expect((await see(onPaper(mgmtWith({ UnitFileState: '' })))).agent('management-agent').stages.enabled.state).toBe('unseen');
  });

  it('"active (exited)" of a start script says nothing about the daemon it started', async () => {
    const exited = { SubState: 'exited', Type: 'forking', UnitFileState: 'generated' };
    const dead = await see(onPaper(mgmtWith(exited)));
    expect(dead.agent('management-agent').stages.running).toMatchObject({ state: 'no', why: 'stopped' });
    const alive = await see(onPaper({ ...mgmtWith(exited), processes: [running(['/opt/oracle/mgmt_agent/agent_inst/bin/wrapper'])] }));
    expect(alive.agent('management-agent').stages.running).toEqual({ state: 'yes' });
  });
});

describe('the question to systemd', () => {
  const together = [
    'SplunkForwarder.service',
    'Splunkd.service',
    'datadog-agent-process.service',
    'datadog-agent-trace.service',
    'datadog-agent.service',
    'mgmt_agent.service',
    'oracle-cloud-agent-updater.service',
    'oracle-cloud-agent.service',
    'snap.oracle-cloud-agent.oracle-cloud-agent-updater.service',
    'snap.oracle-cloud-agent.oracle-cloud-agent.service',
    'splunk.service',
    'unified-monitoring-agent.service',
    'unified-monitoring-agent_config_downloader.service',
    'unified-monitoring-agent_config_downloader.timer',
    'unified-monitoring-agent_restarter.path',
  ];
  const argv = ['systemctl', 'show', ...together, '-p', shownProperties];
  const notFound = { LoadState: 'not-found', ActiveState: 'inactive', SubState: 'dead', UnitFileState: '', Result: 'success' };
  const answer = together.map((name) => showText(name, name === 'mgmt_agent.service' ? runningUnit : notFound)).join('\n');

  it('is asked once for all units', async () => {
    const seen = await see({ ...mgmt, processes: [], commands: [{ argv, stdout: answer }] });
    expect(seen.facts.systemd).toEqual({ state: 'seen' });
    expect(seen.agent('management-agent').units).toEqual([
      { name: 'mgmt_agent.service', state: 'running', unitFile: 'enabled', result: 'success' },
    ]);
  });

  it.each([
    ['systemd is not running', { exit: 1, stderr: fixture('systemd/no_systemd.stderr.txt') }, 'unreadable'],
    ['it prints garbage', { stdout: '\u0000\u0001garbage' }, 'unparsable'],
    ['it prints nothing', { stdout: '' }, 'unparsable'],
    ['it hangs', { failed: 'timeout' as const }, 'timeout'],
    ['it may not be run', { failed: 'denied' as const }, 'denied'],
    ['it floods', { stdout: `${answer}\n`.repeat(300) }, 'too-much-output'],
  ])('leaves units unseen and files and processes believed when %s', async (_name, failure, reason) => {
    const seen = await see({
      ...mgmt,
      processes: [running(['/opt/oracle/mgmt_agent/agent_inst/bin/wrapper'])],
      commands: [{ argv, ...failure }],
    });
    expect(seen.facts.systemd).toMatchObject({ state: 'unseen', reason });
    expect(seen.agent('management-agent').stages).toMatchObject({
      installed: { state: 'yes' },
      enabled: { state: 'unseen', reason },
      running: { state: 'yes' },
    });
    expect(codes(seen)).toContain('monitoring/stage-unseen');
    expect(codes(seen)).not.toContain('monitoring/lost-at-reboot');
  });

  it('is asked again unit by unit where one name spoils the common answer', async () => {
    const spoiled = { argv, exit: 1, stderr: 'Failed to get properties: Unit name x is not valid.' };
    const seen = await see(onPaper({ ...mgmtWith({}), commands: [spoiled] }));
    expect(seen.facts.systemd).toEqual({ state: 'seen' });
  });
});

describe('a machine without agents', () => {
  it('has none, which is said as absent', async () => {
    expect(await lookAt(onPaper({}))).toEqual({ kind: 'absent', detail: 'no monitoring agent that is known here is installed' });
  });

  it('lacks what is required: a blocker with the command that installs it', async () => {
    const settings = { required: ['datadog'] };
    const seen = await see(onPaper({ files: { '/etc/redhat-release': 'Oracle Linux' } }), { settings });
    const [finding] = aloneFindings(seen, settings);
    expect(finding).toMatchObject({ code: 'monitoring/required-missing', severity: 'blocker', draft: { subject: 'datadog' } });
    expect(finding!.remedy).toContain('$ sudo dnf install datadog-agent');
  });

  it('is unseen where neither units nor processes could be seen', async () => {
    expect(await lookAt({})).toMatchObject({ kind: 'unseen', reason: 'tool-missing' });
  });

  const osRelease = { '/etc/os-release': 'ID=ol\n' };
  const aboutOne = {
    argv: ['systemctl', 'show', 'mgmt_agent', '-p', 'LoadState,ActiveState'],
    stdout: 'LoadState=not-found\nActiveState=inactive\n',
  };

  it('has none where systemd tells nothing about them, and neither place nor unit file of one is there', async () => {
    expect(await lookAt({ files: osRelease, commands: [aboutOne] })).toMatchObject({ kind: 'absent' });
  });

  it.each([
    '/etc/systemd/system/SplunkForwarder.service',
    '/usr/lib/systemd/system/datadog-agent.service',
    '/var/log/oracle-cloud-agent/agent.log',
  ])('is unseen where only %s is there', async (path) => {
    expect(await lookAt({ files: { ...osRelease, [path]: '' }, commands: [aboutOne] })).toMatchObject({ kind: 'unseen' });
  });

  it('is unseen where the places of its agents may not be entered', async () => {
    expect(await lookAt(onPaper({ denied: ['/opt'] }))).toMatchObject({ kind: 'unseen', reason: 'denied' });
  });

  it('cannot say whether an agent is missing that nobody ever described', async () => {
    const settings = { required: ['newrelic'] };
    const seen = await see(onPaper({}), { settings });
    expect(seen.agent('newrelic').stages.installed.state).toBe('unseen');
    expect(codes(seen, settings)).toEqual(['monitoring/required-unseen', 'monitoring/stage-unseen']);
  });
});

describe('settings', () => {
  it('make a broken agent a blocker where it is required', async () => {
    const settings = { required: ['management-agent'] };
    const seen = await see(onPaper(mgmtWith(stoppedUnit as Record<string, string>)), { settings });
    expect(codes(seen, settings)).toEqual(['monitoring/required-broken', 'monitoring/disabled']);
    expect(aloneFindings(seen, settings)[0]!.remedy).toBe('$ sudo systemctl enable --now mgmt_agent');
  });

  it('let an agent be off on purpose', async () => {
    const seen = await see(onPaper(mgmtWith(stoppedUnit as Record<string, string>)));
    expect(codes(seen, { expectOff: ['management-agent'] })).toEqual([]);
  });

  it('call an agent unwanted', async () => {
    const seen = await see(onPaper(mgmtWith({})));
    expect(codes(seen, { expectAbsent: ['management-agent'] })).toEqual(['monitoring/unwanted']);
  });
});

describe('an agent described in the settings', () => {
  const describe_ = (agent: object) => ({ describe: [{ name: 'zabbix', ...agent }] });
  const unit = { 'zabbix-agent.service': runningUnit };

  it('delivers when its log is fresh and its health address answers as said', async () => {
    const settings = describe_({
      unit: 'zabbix-agent.service',
      port: 10_050,
      log: { path: '/var/log/zabbix.log', freshWithin: '5m' },
      http: { url: 'http://127.0.0.1:8080/health?full=1', status: 204 },
      version: { command: ['zabbix_agentd', '-V'] },
    });
    const machine: Monitored = {
      units: unit,
      files: { '/var/log/zabbix.log': 'x' },
      modified: { '/var/log/zabbix.log': '2026-11-23T11:58:00Z' },
      listeners: [{ address: '0.0.0.0', port: 10_050 }],
      dials: [
        {
          address: '127.0.0.1',
          port: 8_080,
          path: '/health?full=1',
          answer: { stage: 'http', result: 'completed', http: { status: 204 } },
        },
      ],
      commands: [{ argv: ['zabbix_agentd', '-V'], stdout: 'zabbix_agentd (daemon) (Zabbix) 6.0.25\nRevision 1\n' }],
    };
    const seen = await see(onPaper(machine), { settings });
    expect(seen.agent('zabbix')).toMatchObject({
      version: { state: 'known', version: '6.0.25' },
      stages: { running: { state: 'yes' }, delivering: { state: 'yes' } },
    });
    expect(codes(seen, settings)).toEqual([]);
    const stale = await see(onPaper({ ...machine, now: '2026-11-23T12:30:00Z' }), { settings });
    expect(stale.agent('zabbix').stages.delivering).toMatchObject({
      state: 'no',
      why: 'stale',
      detail: '/var/log/zabbix.log has not been written for more than 5 m',
    });
    expect(codes(stale, settings)).toEqual(['monitoring/required-broken', 'monitoring/not-delivering']);
    const closed = await see(onPaper({ ...machine, listeners: [] }), { settings });
    expect(closed.agent('zabbix').stages.running).toMatchObject({ state: 'no', why: 'port-closed' });
    const refusing = { ...machine, dials: [{ ...machine.dials![0]!, answer: { stage: 'connect' as const, result: 'refused' as const } }] };
    expect((await see(onPaper(refusing), { settings })).agent('zabbix').stages.reachable).toMatchObject({
      state: 'no',
      why: 'no-connection',
    });
    const other = {
      ...machine,
      dials: [{ ...machine.dials![0]!, answer: { stage: 'http' as const, result: 'completed' as const, http: { status: 503 } } }],
    };
    expect((await see(onPaper(other), { settings })).agent('zabbix').stages.delivering).toMatchObject({ state: 'no', why: 'http-status' });
  });

  it('is required by being described', async () => {
    const settings = describe_({ unit: 'zabbix-agent.service' });
    const seen = await see(onPaper({ units: { 'zabbix-agent.service': noUnit } }), { settings });
    expect(codes(seen, settings)).toEqual(['monitoring/required-missing']);
  });

  it('runs by its process alone, and has no start at boot to be judged', async () => {
    const settings = describe_({ process: 'a-rather-long-program-name' });
    const seen = await see(onPaper({ processes: [running(['/usr/sbin/a-rather-long-program-name', '-f'])] }), { settings });
    expect(seen.agent('zabbix').stages).toMatchObject({ running: { state: 'yes' }, enabled: { state: 'not-applicable' } });
  });

  it('is unseen, not missing, where units could not be asked', async () => {
    const settings = describe_({ unit: 'zabbix-agent.service' });
    expect(await lookAt({ processes: [] }, { settings })).toMatchObject({ kind: 'unseen', reason: 'tool-missing' });
  });

  it.each([
    ['its log may not be looked at', { log: { path: '/secret/x.log', freshWithin: '5m' } }],
    ['the name of its address cannot be resolved', { http: { url: 'https://health.example/', status: 200 } }],
  ])('is unseen where %s', async (_name, proof) => {
    const settings = describe_({ unit: 'zabbix-agent.service', ...proof });
    const seen = await see(onPaper({ units: unit, denied: ['/secret'] }), { settings });
    expect(seen.agent('zabbix').stages.delivering.state).toBe('unseen');
    expect(codes(seen, settings)).toEqual(['monitoring/required-unseen', 'monitoring/stage-unseen']);
  });

  it('has an unseen version where its command fails', async () => {
    const settings = describe_({ unit: 'zabbix-agent.service', version: { command: ['zabbix_agentd', '-V'] } });
    const seen = await see(onPaper({ units: unit }), { settings });
    expect(codes(seen, settings)).toEqual(['monitoring/version-unseen']);
  });
});

describe('versions', () => {
  const rpmAnswer = (answer: object) => ({ argv: ['rpm', '-q', '--qf', '%{VERSION}-%{RELEASE}', 'oracle.mgmt_agent'], ...answer });

  it.each([
    ['a locked package database', { exit: 1, stderr: 'error: cannot open Packages database in /var/lib/rpm' }],
    ['garbage', { stdout: '\u0001 a b' }],
    ['a time limit', { failed: 'timeout' as const }],
  ])('are unseen behind %s, never "no package"', async (_name, answer) => {
    const seen = await see(
      onPaper({ ...mgmtWith({}), files: { ...mgmt.files, '/etc/redhat-release': '' }, commands: [rpmAnswer(answer)] }),
    );
    expect(seen.agent('management-agent').version.state).toBe('unseen');
    expect(codes(seen)).toContain('monitoring/version-unseen');
  });

  it('are asked of dpkg on Debian', async () => {
    const asked = ['dpkg-query', '-W', '-f', '$' + '{Version}', 'oracle.mgmt_agent'];
    const seen = await see(
      onPaper({ ...mgmtWith({}), files: { ...mgmt.files, '/etc/debian_version': '12.8' }, commands: [{ argv: asked, stdout: '1:2.3-1' }] }),
    );
    expect(seen.agent('management-agent').version).toEqual({ state: 'known', version: '1:2.3-1' });
  });
});

describe('facts', () => {
  it('fit their schema, on every machine of these tests at once', async () => {
    const seen = await see(
      onPaper({
        ...mgmt,
        units: { 'mgmt_agent.service': runningUnit, 'datadog-agent.service': runningUnit, 'SplunkForwarder.service': stoppedUnit },
      }),
      { settings: { required: ['nobody'], describe: [{ name: 'x', port: 1 }] } },
    );
    expect(schemaProblems(MonitoringFactsSchema, seen.facts)).toEqual([]);
    expect(seen.facts.agents.map(({ name }) => name)).toEqual([
      'datadog',
      'management-agent',
      'nobody',
      'oracle-cloud-agent',
      'splunk',
      'unified-monitoring',
      'x',
    ]);
  });
});
