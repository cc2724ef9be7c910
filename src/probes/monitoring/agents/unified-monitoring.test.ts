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
import { parseFluentdConfig, parsePositions, parseShippingLog } from './unified-monitoring-log.ts';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, '../fixtures', name), 'utf8');
const codes = (seen: Seen) => aloneFindings(seen).map(({ code }) => code);

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
