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
  stoppedUnit,
} from '../../../../test/support/monitored-machine.ts';
import { logsNotSent } from '../rules/beside.ts';
import { parseDatadogHealth, parseDatadogStatus } from './datadog-status.ts';
import { parseDatadogStatusText } from './datadog-status-text.ts';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, '../fixtures/datadog', name), 'utf8');
const ok = fixture('status_ok.json');
const refused = fixture('status_key_invalid.json');

type Loose = Record<string, unknown>;

/** The sound status with other counters. */
function status({ transactions = {}, root = {} }: { transactions?: Loose; root?: Loose } = {}): string {
  const parsed = JSON.parse(ok);
  Object.assign(parsed.forwarderStats.Transactions, transactions);
  return JSON.stringify({ ...parsed, ...root });
}

/** One error long ago: then a single look proves nothing. */
const once = status({ transactions: { Errors: 1 } });

const healthPass = { argv: ['datadog-agent', 'health'], stdout: fixture('health_pass.txt') };

function datadogMachine(statusText: string, more: Monitored = {}): Monitored {
  return {
    units: { 'datadog-agent.service': runningUnit },
    files: { '/opt/datadog-agent/version': '7', '/etc/datadog-agent/datadog.yaml': 'api_key: 0123456789abcdef\nsite: datadoghq.eu\n' },
    packages: { 'datadog-agent': '7.60.1-1' },
    commands: [{ argv: ['datadog-agent', 'status', '--json'], stdout: statusText }, healthPass],
    ...more,
  };
}

const at = (time: string): string => `2026-11-23T12:${time}Z`;

/** Two looks, a minute apart unless said otherwise. */
async function twice(first: Monitored, second: Monitored, now = at('01:00')): Promise<Seen> {
  const before = await see(onPaper({ ...first, now: at('00:00') }));
  return see(onPaper({ ...second, now }), { earlier: before.asEarlier(at('00:00')) });
}

const codes = (seen: Seen) => aloneFindings(seen).map(({ code }) => code);

describe('the status of the Datadog Agent', () => {
  it('counts what was delivered, and names the checks that fail', () => {
    expect(parseDatadogStatus(ok)).toMatchObject({
      keys: { valid: 1, refused: 0, unchecked: 0 },
      delivered: 1_775,
      dropped: 0,
      retryQueue: 0,
      startedSeconds: 1_671_564_088,
      logs: { isWanted: true, isRunning: true, processed: 10_438, sent: 10_438 },
      failingChecks: ['cilium', 'postgres'],
    });
  });

  it('tells a refused key although the command ended with 0', () => {
    expect(parseDatadogStatus(refused)).toMatchObject({
      keys: { valid: 0, refused: 1 },
      delivered: 0,
      dropped: 12,
      logs: { isRunning: false },
    });
  });

  it('takes a key that could not be checked for neither valid nor refused', () => {
    const text = status({ root: { forwarderStats: { APIKeyFailure: { k: 'Unable to validate API Key' }, APIKeyStatus: {} } } });
    expect(parseDatadogStatus(text)).toMatchObject({ keys: { valid: 0, refused: 0, unchecked: 1 } });
  });

  it.each([
    ['the text form', fixture('status_text_2022.txt')],
    ['an older text form', fixture('status_text_2020.txt')],
    ['nothing', ''],
    ['an array', '[]'],
    ['null', 'null'],
    ['another JSON', '{"pid": 5}'],
    ['an error in place of the forwarder', '{"pid": 5, "forwarderStats": {"error": "not available"}}'],
    ['half a JSON', ok.slice(0, 2_000)],
  ])('is not read from %s', (_name, text) => expect(parseDatadogStatus(text)).toBeNull());

  it('takes no number from text, infinities or negative counts', () => {
    expect(parseDatadogStatus(status({ transactions: { Success: '1.2e+06', Dropped: -3, RetryQueueSize: null } }))).toMatchObject({
      delivered: 0,
      dropped: 0,
      retryQueue: 0,
    });
  });

  it('reads which components are unhealthy, each once', () => {
    expect(parseDatadogHealth(fixture('health_pass.txt'))).toEqual([]);
    expect(parseDatadogHealth(fixture('health_fail_forwarder.txt'))).toEqual(['forwarder']);
    expect(parseDatadogHealth('Error: could not reach agent')).toBeNull();
  });
});

describe('Datadog over two looks', () => {
  it('delivers when its count of accepted payloads has grown', async () => {
    const seen = await twice(datadogMachine(ok), datadogMachine(status({ transactions: { Success: 1_790 } })));
    expect(seen.agent('datadog').stages).toEqual({
      installed: { state: 'yes' },
      enabled: { state: 'yes' },
      running: { state: 'yes' },
      configured: { state: 'yes' },
      credential: { state: 'yes' },
      reachable: { state: 'yes' },
      delivering: { state: 'yes' },
    });
    expect(seen.agent('datadog').version).toEqual({ state: 'known', version: '7.60.1-1' });
    expect(codes(seen)).toEqual(['monitoring/part-unhealthy']);
  });

  it.each([
    ['retried', { RetryQueueSize: 1 }],
    ['lost', { Dropped: 1 }],
    ['was refused', { HTTPErrors: 1 }],
    ['did not connect', { ErrorsByType: { DNSErrors: 1 } }],
    ['delivered nothing', { Success: 0 }],
  ])('cannot tell from one look whether an agent delivers that ever %s, and says so', async (_name, transactions) => {
    const seen = await see(onPaper(datadogMachine(status({ transactions, root: { agent_start_nano: 0 } }), { now: at('00:00') })));
    expect(seen.agent('datadog').stages.delivering).toMatchObject({ state: 'unseen' });
    expect(codes(seen)).toContain('monitoring/stage-unseen');
  });

  it('delivers at the first look where no payload ever failed, waited or was lost', async () => {
    const seen = await see(onPaper(datadogMachine(ok, { now: at('00:00') })));
    expect(seen.agent('datadog').stages.delivering).toEqual({ state: 'yes' });
    expect(codes(seen)).toEqual(['monitoring/part-unhealthy']);
  });

  it('does not deliver when a minute passes without one more payload', async () => {
    const seen = await twice(datadogMachine(ok), datadogMachine(ok));
    expect(seen.agent('datadog').stages.delivering).toMatchObject({ state: 'no', why: 'stalled' });
    expect(seen.reading('datadog', 'withoutDeliverySeconds')).toBe(60);
    expect(codes(seen)).toContain('monitoring/not-delivering');
  });

  it('is not called stalled by two looks within one flush', async () => {
    const seen = await twice(datadogMachine(once), datadogMachine(once), at('00:10'));
    expect(seen.agent('datadog').stages.delivering.state).toBe('unseen');
  });

  it('is called stalled by looks every ten seconds once thirty have passed', async () => {
    let seen = await see(onPaper({ ...datadogMachine(once), now: at('00:00') }));
    const states: string[] = [];
    for (const second of ['10', '20', '30']) {
      const earlier = seen.asEarlier(at(`00:${Number(second) === 10 ? '00' : Number(second) - 10}`));
      seen = await see(onPaper({ ...datadogMachine(once), now: at(`00:${second}`) }), { earlier });
      states.push(seen.agent('datadog').stages.delivering.state);
    }
    expect(states).toEqual(['unseen', 'unseen', 'no']);
  });

  it('takes a restart for a new beginning and not for a fall', async () => {
    const restarted = status({ transactions: { Success: 4 }, root: { agent_start_nano: Date.parse(at('00:40')) * 1e6, pid: 99 } });
    const seen = await twice(datadogMachine(ok), datadogMachine(restarted));
    expect(seen.agent('datadog').stages.delivering).toEqual({ state: 'yes' });
    expect(seen.agent('datadog').losses).toBe('none');
  });

  it('waits for the first payload of an agent that has just restarted', async () => {
    const restarted = status({ transactions: { Success: 0 }, root: { agent_start_nano: Date.parse(at('00:50')) * 1e6, pid: 99 } });
    const seen = await twice(datadogMachine(ok), datadogMachine(restarted));
    expect(seen.agent('datadog').stages.delivering).toMatchObject({ state: 'unseen', detail: expect.stringContaining('restarted') });
  });

  it('tells even from one look that an agent has delivered nothing since it started long ago', async () => {
    const silent = status({ transactions: { Success: 0 } });
    const seen = await see(onPaper(datadogMachine(silent)));
    expect(seen.agent('datadog').stages.delivering).toMatchObject({ state: 'no', why: 'stalled' });
  });

  it('delivers and loses: dropped payloads and a growing retry queue are findings of their own', async () => {
    const losing = status({ transactions: { Success: 1_900, Dropped: 7, RetryQueueSize: 40 } });
    const seen = await twice(datadogMachine(status({ transactions: { Dropped: 2, RetryQueueSize: 3 } })), datadogMachine(losing));
    expect(seen.agent('datadog')).toMatchObject({ backlog: 'growing', losses: 'growing', stages: { delivering: { state: 'yes' } } });
    expect(codes(seen)).toEqual(expect.arrayContaining(['monitoring/backlog-growing', 'monitoring/losing-data']));
  });

  it('has its logs stalled when it reads lines and sends none', async () => {
    const more = JSON.parse(status({ transactions: { Success: 1_800 } }));
    more.logsStats.metrics.LogsProcessed += 500;
    const seen = await twice(datadogMachine(ok), datadogMachine(JSON.stringify(more)));
    expect(codes(seen)).toContain('monitoring/logs-not-sent');
  });

  it('keeps its facts while only counters move', async () => {
    const first = await twice(datadogMachine(ok), datadogMachine(status({ transactions: { Success: 1_780 } })));
    const second = await see(onPaper({ ...datadogMachine(status({ transactions: { Success: 1_795 } })), now: at('02:00') }), {
      earlier: first.asEarlier(at('01:00')),
    });
    expect(second.facts).toEqual(first.facts);
    expect(second.readings).not.toEqual(first.readings);
  });
});

describe('Datadog that is broken at one stage', () => {
  it('has its key refused: the finding names the file and never the key', async () => {
    const seen = await see(onPaper(datadogMachine(refused)));
    expect(seen.agent('datadog').stages).toMatchObject({ credential: { state: 'no', why: 'key-refused' }, reachable: { state: 'yes' } });
    const finding = aloneFindings(seen).find(({ code }) => code === 'monitoring/credential-refused')!;
    expect(finding.remedy).toContain('/etc/datadog-agent/datadog.yaml');
    expect(finding.remedy).toContain('$ sudo systemctl restart datadog-agent');
    expect(JSON.stringify(seen.facts)).not.toContain('2f6ef');
    expect(codes(seen)).toContain('monitoring/logs-not-sent');
  });

  it('does not reach its intake when the key check got no answer', async () => {
    const unreached = status({ transactions: { Success: 0, ErrorsByType: { DNSErrors: 9, TLSErrors: 0 } } });
    const text = JSON.parse(unreached);
    text.forwarderStats.APIKeyStatus = {};
    text.forwarderStats.APIKeyFailure = { k: 'Unable to validate API Key' };
    const seen = await see(onPaper(datadogMachine(JSON.stringify(text))));
    expect(seen.agent('datadog').stages.reachable).toEqual({
      state: 'no',
      why: 'no-connection',
      detail: 'errors of these kinds: DNSErrors',
    });
    expect(codes(seen)).toContain('monitoring/intake-unreachable');
  });

  it.each([
    ['no key', 'site: datadoghq.eu\napi_key:\n# api_key: 123\n', 'no-key'],
    ['an empty key', 'api_key: ""\n', 'no-key'],
  ])('has %s', async (_name, yaml, why) => {
    const files = { '/opt/datadog-agent/version': '7', '/etc/datadog-agent/datadog.yaml': yaml };
    const commands = [{ argv: ['datadog-agent', 'status', '--json'], exit: 1, stderr: 'Error: something else' }];
    const seen = await see(onPaper(datadogMachine('', { files, commands })));
    expect(seen.agent('datadog').stages.configured).toMatchObject({ state: 'no', why });
    expect(codes(seen)).toContain('monitoring/not-configured');
  });

  it('takes its key from the environment: an accepted key outweighs an empty file', async () => {
    const files = { '/opt/datadog-agent/version': '7', '/etc/datadog-agent/datadog.yaml': 'site: datadoghq.eu\n' };
    const seen = await twice(datadogMachine(ok, { files }), datadogMachine(status({ transactions: { Success: 1_790 } }), { files }));
    expect(seen.agent('datadog').stages.configured).toEqual({ state: 'yes' });
  });

  it('is stopped and disabled: nothing behind that is judged, and its command is not called', async () => {
    const commands = [{ argv: ['datadog-agent', 'status', '--json'], stdout: 'must not be asked' }];
    const seen = await see(onPaper(datadogMachine('', { units: { 'datadog-agent.service': stoppedUnit }, commands })));
    expect(seen.agent('datadog').stages).toMatchObject({
      enabled: { state: 'no', why: 'disabled' },
      running: { state: 'no', why: 'stopped' },
      delivering: { state: 'not-applicable' },
    });
    const [finding] = aloneFindings(seen);
    expect(finding).toMatchObject({ code: 'monitoring/disabled', remedy: '$ sudo systemctl enable --now datadog-agent' });
  });

  it('does not answer its own status command although its unit is active', async () => {
    const commands = [
      {
        argv: ['datadog-agent', 'status', '--json'],
        exit: 255,
        stderr:
          'Could not reach agent: Get "https://localhost:5001/agent/status": dial tcp 127.0.0.1:5001: connect: connection refused \nMake sure the agent is running before requesting the status and contact support if you continue having issues.',
      },
    ];
    const seen = await see(onPaper(datadogMachine('', { commands })));
    expect(seen.agent('datadog').stages.running).toMatchObject({ state: 'no', why: 'not-answering' });
    expect(codes(seen)).toEqual(['monitoring/stopped']);
  });

  it('names an unhealthy component as a note while data flows', async () => {
    const failing = (text: string): Monitored =>
      datadogMachine(text, {
        commands: [
          { argv: ['datadog-agent', 'status', '--json'], stdout: text },
          { argv: ['datadog-agent', 'health'], exit: 255, stdout: fixture('health_fail_forwarder.txt') },
        ],
      });
    const seen = await twice(failing(ok), failing(status({ transactions: { Success: 1_800 } })));
    const finding = aloneFindings(seen).find(({ code }) => code === 'monitoring/part-unhealthy')!;
    expect(finding.severity).toBe('note');
    expect(finding.draft.actual).toBe('cilium, postgres, forwarder');
  });
});

describe('Datadog that cannot be asked', () => {
  it.each([
    ['status_text_2020.txt', 584, false, 0],
    ['status_text_2022.txt', 1_775, true, 10_438],
  ])('in JSON is understood from the text of %s', async (name, delivered, isRunning, sent) => {
    expect(parseDatadogStatusText(fixture(name))).toMatchObject({ delivered, dropped: 0, retryQueue: 0, logs: { isRunning, sent } });
    const seen = await see(onPaper(datadogMachine('', { commands: [{ argv: ['datadog-agent', 'status'], stdout: fixture(name) }] })));
    expect(seen.agent('datadog').stages).toMatchObject({ credential: { state: 'yes' }, delivering: { state: 'yes' } });
  });

  it('is not understood from the text without the state of a key, or with one refused', async () => {
    expect(parseDatadogStatusText('=========\nForwarder\n=========\n  Success: 5\n')).toBeNull();
    expect(parseDatadogStatusText('')).toBeNull();
    const refusedText = fixture('status_text_2022.txt').replace('API Key valid', 'API Key invalid');
    expect(parseDatadogStatusText(refusedText)?.keys).toEqual({ valid: 0, refused: 1, unchecked: 0 });
  });

  it('leaves its logs to the finding that nothing gets through', () => {
    // "Sends metrics and no logs" would not be true of an agent whose key is refused.
    expect(logsNotSent.dependsOn).toEqual(expect.arrayContaining(['monitoring/credential-refused', 'monitoring/not-delivering']));
  });

  it('still tells which of its components are unhealthy', async () => {
    const health = { argv: ['datadog-agent', 'health'], exit: 255, stdout: fixture('health_fail_forwarder.txt') };
    const seen = await see(onPaper(datadogMachine('', { commands: [health] })));
    expect(seen.agent('datadog').complaints).toEqual([{ code: 'component-unhealthy', detail: 'forwarder' }]);
    expect(codes(seen)).toContain('monitoring/stage-unseen');
  });

  const denied = {
    argv: ['datadog-agent', 'status', '--json'],
    exit: 255,
    stderr: 'Error: unable to read authentication token file: open /etc/datadog-agent/auth_token: permission denied',
  };

  it('is unseen where only root may read its token, never down', async () => {
    const seen = await see(onPaper(datadogMachine('', { commands: [denied] })));
    expect(seen.agent('datadog').stages).toMatchObject({ running: { state: 'yes' }, delivering: { state: 'unseen', reason: 'denied' } });
    expect(codes(seen)).toEqual(['monitoring/stage-unseen']);
  });

  const capture = (time: string, stdout: string) =>
    `understudy-capture/1\nat: ${time}\nargv: datadog-agent status --json\nexit: 0\nstdout: ${Buffer.byteLength(stdout)}\n\n${stdout}`;

  const captured = (time: string, stdout: string): Monitored =>
    datadogMachine('', {
      commands: [denied],
      files: { ...datadogMachine('').files, '/var/spool/understudy/datadog-status.capture': capture(time, stdout) },
    });

  it('is read from the capture that root leaves, at the time of the capture', async () => {
    const seen = await twice(
      captured('2026-11-23T11:59:50Z', ok),
      captured('2026-11-23T12:00:50Z', status({ transactions: { Success: 1_800 } })),
    );
    expect(seen.agent('datadog').stages.delivering).toEqual({ state: 'yes' });
    expect(seen.reading('datadog', 'sampleAgeSeconds')).toBe(10);
  });

  it('is read from the folder that the settings name', async () => {
    const paper = captured('2026-11-23T12:00:00Z', ok);
    const text = paper.files!['/var/spool/understudy/datadog-status.capture']!;
    const files = { ...datadogMachine('').files, '/srv/spool/datadog-status.capture': text };
    const seen = await see(onPaper({ ...paper, files, now: at('00:30') }), { settings: { captureFolder: '/srv/spool' } });
    expect(seen.agent('datadog').stages.credential).toEqual({ state: 'yes' });
    expect((await see(onPaper({ ...paper, files, now: at('00:30') }))).agent('datadog').stages.credential.state).toBe('unseen');
  });

  it('is not called stalled because the same capture was read twice', async () => {
    const same = captured('2026-11-23T11:59:50Z', once);
    expect((await twice(same, same)).agent('datadog').stages.delivering.state).toBe('unseen');
  });

  it.each([
    ['old', capture('2026-11-23T11:00:00Z', ok)],
    ['from the future', capture('2026-11-23T14:00:00Z', ok)],
    ['cut', capture('2026-11-23T11:59:50Z', ok).slice(0, 900)],
    ['garbage', '\u0000\u0001\n\n'],
  ])('is unseen where the capture is %s', async (_name, text) => {
    const files = { ...datadogMachine('').files, '/var/spool/understudy/datadog-status.capture': text };
    const seen = await see(onPaper(datadogMachine('', { commands: [denied], files })));
    expect(seen.agent('datadog').stages.delivering.state).toBe('unseen');
  });

  it.each([
    ['prints 50 MB', { stdout: 'x'.repeat(50 * 1_024 * 1_024) }, 'too-much-output'],
    ['hangs', { failed: 'timeout' as const }, 'timeout'],
    ['prints the text form', { stdout: fixture('status_text_2022.txt') }, 'unparsable'],
    ['prints nothing', { stdout: '' }, 'unparsable'],
    ['fails for another reason', { exit: 2, stderr: 'panic' }, 'unreadable'],
  ])('is unseen when its status %s', async (_name, answer, reason) => {
    const seen = await see(onPaper(datadogMachine('', { commands: [{ argv: ['datadog-agent', 'status', '--json'], ...answer }] })));
    expect(seen.agent('datadog').stages.delivering).toMatchObject({ state: 'unseen', reason });
    expect(seen.agent('datadog').stages.running).toEqual({ state: 'yes' });
    expect(codes(seen)).toContain('monitoring/stage-unseen');
  });

  it('runs in a container: its process is here, its files are not, and nothing is made up about them', async () => {
    const processes = [running(['/opt/datadog-agent/bin/agent/agent', 'run'])];
    const seen = await see(onPaper({ processes, commands: [] }));
    const { stages } = seen.agent('datadog');
    expect(stages).toMatchObject({
      installed: { state: 'yes' },
      enabled: { state: 'unseen' },
      running: { state: 'yes' },
      configured: { state: 'unseen' },
    });
    expect(codes(seen)).toContain('monitoring/stage-unseen');
  });
});
