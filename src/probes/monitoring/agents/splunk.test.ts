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
import { lastOutputEvent, parseMetrics, splunkStamp } from './splunk-logs.ts';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, '../fixtures/splunk', name), 'utf8');
const shipping = fixture('metrics_tcpout.txt');
const blocked = fixture('splunkd_blocked.txt');

const home = '/opt/splunkforwarder';
const justAfter = '2026-11-20T08:14:50Z';

function splunkMachine(files: Readonly<Record<string, string>> = {}, more: Monitored = {}): Monitored {
  return {
    now: justAfter,
    units: { 'SplunkForwarder.service': { ...runningUnit, Type: 'exec' } },
    files: {
      [`${home}/bin/splunkd`]: '',
      [`${home}/etc/splunk.version`]: 'VERSION=9.2.1\nBUILD=78803f08aabb\n',
      [`${home}/etc/apps/org_outputs/local/outputs.conf`]: '[tcpout]\ndefaultGroup = g\n[tcpout:g]\nserver = 10.6.6.1:9997\n',
      [`${home}/var/log/splunk/metrics.log`]: shipping,
      [`${home}/var/log/splunk/splunkd.log`]: '',
      ...files,
    },
    ...more,
  };
}

const look = (files: Readonly<Record<string, string>> = {}, more: Monitored = {}): Promise<Seen> =>
  see(onPaper(splunkMachine(files, more)));
const metricsAt = (text: string) => ({ [`${home}/var/log/splunk/metrics.log`]: text });
const eventsAt = (text: string) => ({ [`${home}/var/log/splunk/splunkd.log`]: text });
const codes = (seen: Seen) => aloneFindings(seen).map(({ code }) => code);

/** A record of one connection. */
const sent = (time: string, processed: number, kb = 0, connection = 'g:10.6.6.1:9997:0'): string =>
  `11-20-2026 ${time}.100 +0000 INFO  Metrics - group=tcpout_connections, ${connection}, sourcePort=8089, destIp=10.6.6.4, destPort=9997, _tcp_Kprocessed=${processed}, kb=${kb}, current_ackq_size=0\n`;

describe('metrics.log', () => {
  it('tells what each connection has sent, and to which address', () => {
    const metrics = parseMetrics(shipping.split('\n'));
    expect(metrics.connections.map(({ connection, processedKb, kb }) => [connection, processedKb, kb])).toEqual([
      ['default-autolb-group:10.6.6.1:9997:0 10.6.6.4', 953, 0.44],
      ['default-autolb-group:10.6.6.1:9997:0 10.6.6.4', 954, 0.59],
    ]);
    expect(metrics.queues).toEqual([
      { at: Date.parse('2026-11-20T08:14:32.121Z'), name: 'tcpout_default-autolb-group', bytes: 0, isBlocked: false },
    ]);
  });

  it('is stamped with the zone of the forwarder', () => {
    expect(splunkStamp('11-20-2026 08:14:02.114 -0530 INFO  Metrics - ')).toBe(Date.parse('2026-11-20T13:44:02.114Z'));
    expect(splunkStamp('13-40-2026 08:14:02.114 +0000 INFO')).toBeNull();
  });

  it('is read past lines that are none of its records', () => {
    expect(parseMetrics(['', '\u0000\u0001', 'INFO Metrics - group=queue, name=x', shipping.split('\n')[2]!]).queues).toHaveLength(1);
  });
});

describe('splunkd.log', () => {
  it('tells of a paused output, with an empty host_dest and a thread in the line', () => {
    expect(lastOutputEvent(blocked.split('\n'))).toEqual({ at: Date.parse('2026-02-18T16:36:28.079Z'), kind: 'paused' });
  });

  it.each([
    ['INFO  TcpOutputProc - The TCP output processor has resumed the data flow.', 'resumed'],
    ['WARN  AutoLoadBalancedConnectionStrategy [12 TcpOutEloop] - Cooked connection to ip=10.6.6.1:9997 timed out', 'timed-out'],
    ['WARN  TcpOutputProc - Cooked connection to ip=10.6.6.1:9997 timed out', 'timed-out'],
    ['INFO  AutoLoadBalancedConnectionStrategy [12 TcpOutEloop] - Connected to idx=10.6.6.1:9997, pset=0', 'connected'],
    ['ERROR TcpOutputFd [9 TcpOutEloop] - Connect to 10.6.6.1:9997 failed. Connection refused', 'refused'],
  ])('lets the last event win: %s', (line, kind) => {
    expect(lastOutputEvent([...blocked.split('\n'), `02-18-2026 16:40:00.000 +0000 ${line}`])?.kind).toBe(kind);
  });
});

describe('a Splunk forwarder', () => {
  it('delivers when its connection has sent more within the file itself', async () => {
    const seen = await look();
    expect(seen.agent('splunk').stages).toMatchObject({
      installed: { state: 'yes' },
      enabled: { state: 'yes' },
      running: { state: 'yes' },
      configured: { state: 'yes' },
      reachable: { state: 'yes' },
      delivering: { state: 'yes' },
    });
    expect(seen.agent('splunk').version).toEqual({ state: 'known', version: '9.2.1' });
    expect(seen.reading('splunk', 'deliveredCount')).toBe(954);
    expect(codes(seen)).toEqual([]);
  });

  it('delivers on one of two indexers in turn', async () => {
    const text =
      sent('08:12:00', 10, 0.2) +
      sent('08:12:30', 4, 0.3, 'g:10.6.6.2:9997:0') +
      sent('08:14:00', 11) +
      sent('08:14:30', 4, 0, 'g:10.6.6.2:9997:0');
    expect((await look(metricsAt(text))).agent('splunk').stages.delivering).toEqual({ state: 'yes' });
  });

  it('does not deliver while its output is paused, and does again once more is sent', async () => {
    const paused = blocked.replaceAll('02-18-2026 16:36', '11-20-2026 08:14').replace(':28.079', ':40.000');
    const stuck = await look(eventsAt(paused));
    expect(stuck.agent('splunk').stages).toMatchObject({ reachable: { state: 'no', why: 'blocked' }, delivering: { state: 'no' } });
    expect(codes(stuck)).toEqual(['monitoring/intake-unreachable']);
    const resumed = await look({ ...eventsAt(paused), ...metricsAt(sent('08:14:20', 5) + sent('08:14:45', 9, 4)) });
    expect(resumed.agent('splunk').stages.delivering).toEqual({ state: 'yes' });
  });

  it('does not deliver while splunkd.log tells of a paused output, metrics.log or not', async () => {
    const paper = splunkMachine(eventsAt(blocked), { now: '2026-02-18T16:36:40Z' });
    const { [`${home}/var/log/splunk/metrics.log`]: _left, ...files } = paper.files!;
    const seen = await see(onPaper({ ...paper, files }));
    expect(seen.agent('splunk').stages.reachable).toMatchObject({ state: 'no', why: 'blocked' });
    expect(codes(seen)).toContain('monitoring/intake-unreachable');
  });

  it('does not deliver while its output queue is blocked', async () => {
    const queue =
      '11-20-2026 08:14:32.200 +0000 INFO  Metrics - group=queue, name=tcpout_g, blocked=true, max_size=512000, current_size=511900\n';
    const seen = await look(metricsAt(shipping + queue));
    expect(seen.agent('splunk').stages.reachable).toEqual({ state: 'no', why: 'blocked', detail: 'blocked queues: tcpout_g' });
    expect(seen.agent('splunk').backlog).toBe('held');
  });

  it('has a growing backlog when its queue filled between two looks', async () => {
    const queue = (bytes: number) =>
      `11-20-2026 08:14:32.200 +0000 INFO  Metrics - group=queue, name=tcpout_g, max_size=512000, current_size=${bytes}\n`;
    const first = await look(metricsAt(shipping + queue(300_000)));
    const second = await see(onPaper(splunkMachine(metricsAt(shipping + queue(480_000)))), {
      earlier: first.asEarlier('2026-11-20T08:09:50Z'),
    });
    expect(second.agent('splunk').backlog).toBe('growing');
    expect(codes(second)).toContain('monitoring/backlog-growing');
  });

  it('holds no connection: records of queues only', async () => {
    const seen = await look(metricsAt('11-20-2026 08:14:32.200 +0000 INFO  Metrics - group=queue, name=parsingqueue, current_size=0\n'));
    expect(seen.agent('splunk').stages.reachable).toMatchObject({ state: 'no', why: 'no-connection' });
  });

  it('is connected and sends nothing', async () => {
    const seen = await look(metricsAt(sent('08:13:30', 953) + sent('08:14:00', 953) + sent('08:14:30', 953)));
    expect(seen.agent('splunk').stages).toMatchObject({ reachable: { state: 'yes' }, delivering: { state: 'no', why: 'stalled' } });
    expect(codes(seen)).toEqual(['monitoring/not-delivering']);
  });

  it('cannot be told from one record', async () => {
    expect((await look(metricsAt(sent('08:14:30', 953)))).agent('splunk').stages.delivering.state).toBe('unseen');
  });

  it('is stale when metrics.log is no longer written', async () => {
    const seen = await look({}, { now: '2026-11-20T08:20:00Z' });
    expect(seen.agent('splunk').stages.delivering).toMatchObject({ state: 'no', why: 'stale' });
  });

  it('counts on after metrics.log was rotated between two records', async () => {
    const [older, newer] = [sent('08:14:00', 953), sent('08:14:30', 954)];
    const seen = await look({ ...metricsAt(newer), [`${home}/var/log/splunk/metrics.log.1`]: older });
    expect(seen.agent('splunk').stages.delivering).toEqual({ state: 'yes' });
  });

  it.each([
    ['empty', ''],
    ['binary', '\u0000\u0001\u0002'.repeat(5_000)],
    ['one endless line', 'x'.repeat(900_000)],
  ])('is unseen where metrics.log is %s', async (_name, text) => {
    const seen = await look(metricsAt(text));
    expect(seen.agent('splunk').stages.delivering.state).toBe('unseen');
    expect(codes(seen)).toEqual(['monitoring/stage-unseen']);
  });

  it('is unseen where its log is stamped in the future', async () => {
    const seen = await look({}, { now: '2026-11-20T06:00:00Z' });
    expect(seen.agent('splunk').stages.delivering).toMatchObject({ state: 'unseen', reason: 'unparsable' });
  });

  it('is unseen where this user may not read its log, and its unit still is seen', async () => {
    const seen = await look({}, { denied: [`${home}/var/log/splunk`] });
    expect(seen.agent('splunk').stages).toMatchObject({ running: { state: 'yes' }, delivering: { state: 'unseen', reason: 'denied' } });
    expect(seen.agent('splunk').backlog).toBe('unseen');
  });

  it('has no destination where no outputs.conf names an indexer', async () => {
    const seen = await look({ [`${home}/etc/apps/org_outputs/local/outputs.conf`]: '[tcpout]\n# server = x\n' });
    expect(seen.agent('splunk').stages.configured).toMatchObject({ state: 'no', why: 'no-destination' });
    expect(aloneFindings(seen).find(({ code }) => code === 'monitoring/not-configured')!.remedy).toContain('outputs.conf');
  });

  it('proves by delivering that it is configured where outputs.conf may not be read', async () => {
    const seen = await look({}, { denied: [`${home}/etc/apps/org_outputs`] });
    expect(seen.agent('splunk').stages.configured).toEqual({ state: 'yes' });
  });

  it('over HTTP leaves no proof, and is not called broken for that', async () => {
    const outputs = {
      [`${home}/etc/apps/org_outputs/local/outputs.conf`]: '[httpout]\nhttpEventCollectorToken = secret\nuri = https://hec:8088\n',
    };
    const seen = await look({
      ...outputs,
      ...metricsAt('11-20-2026 08:14:32.200 +0000 INFO  Metrics - group=queue, name=httpout, current_size=0\n'),
    });
    expect(seen.agent('splunk').stages.delivering.state).toBe('unseen');
    expect(JSON.stringify(seen.facts)).not.toContain('secret');
  });

  it('is never asked by its own command line, whatever happens', async () => {
    const asked: string[] = [];
    const commands = [{ argv: ['splunk', 'status'], stdout: fixture('status_running.txt') }];
    const { recordedMachine } = await import('../../../../test/support/recorded.ts');
    const { recordingMachine } = await import('../../../machine/recording.ts');
    const { observe } = await import('../observe.ts');
    const { defaultSettings } = await import('../settings.ts');
    const controller = new AbortController();
    const source = await recordedMachine(onPaper({ ...splunkMachine(), commands }));
    const { machine, trail } = recordingMachine(source.forLook(controller.signal), Date.now);
    await observe(machine, defaultSettings, controller.signal);
    asked.push(...trail().map((entry) => entry.asked));
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter((question) => /^run (\S*\/)?splunk\b/.test(question))).toEqual([]);
  });

  it('started by hand, without a unit, is lost at the next boot', async () => {
    const seen = await look({}, { units: {}, processes: [running(['splunkd', '-p', '8089', 'start'])] });
    expect(seen.agent('splunk').stages).toMatchObject({
      enabled: { state: 'no', why: 'no-unit' },
      running: { state: 'yes' },
      delivering: { state: 'yes' },
    });
    const finding = aloneFindings(seen).find(({ code }) => code === 'monitoring/lost-at-reboot')!;
    expect(finding.remedy).toContain('$ sudo /opt/splunkforwarder/bin/splunk enable boot-start -systemd-managed 1');
  });

  it('is found where Splunk Enterprise lives', async () => {
    const moved = Object.fromEntries(
      Object.entries(splunkMachine().files!).map(([path, text]) => [path.replace(home, '/opt/splunk'), text]),
    );
    const seen = await look({}, { files: moved, units: { 'Splunkd.service': runningUnit } });
    expect(seen.agent('splunk')).toMatchObject({ unit: 'Splunkd.service', stages: { delivering: { state: 'yes' } } });
  });

  it('in a place that nobody named is unseen inside, not unconfigured', async () => {
    const seen = await look({}, { files: {}, processes: [running(['/srv/splunk/bin/splunkd'])] });
    expect(seen.agent('splunk').stages).toMatchObject({
      running: { state: 'yes' },
      configured: { state: 'unseen' },
      delivering: { state: 'unseen' },
    });
    expect(codes(seen)).toEqual(['monitoring/stage-unseen']);
  });

  it('is not taken to run because somebody reads its files', async () => {
    const seen = await see(
      onPaper({ units: { 'mgmt_agent.service': runningUnit }, processes: [running(['tail', '-f', `${home}/var/log/splunk/splunkd.log`])] }),
    );
    expect(seen.agent('splunk').stages.installed).toMatchObject({ state: 'no', why: 'missing' });
  });
});
