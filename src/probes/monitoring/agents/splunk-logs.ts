// Reads the forwarder's own logs: metrics.log (a record a connection and queue every 30 s) and splunkd.log (events).

export interface TcpOutSample {
  readonly at: number;
  readonly connection: string;
  readonly processedKb: number;
  readonly kb: number;
  readonly ackQueueBytes: number;
}

export interface QueueSample {
  readonly at: number;
  readonly name: string;
  readonly bytes: number;
  readonly isBlocked: boolean;
}

export interface SplunkMetrics {
  /** Epoch milliseconds of the newest record of any kind; null where there is none. */
  readonly newestAt: number | null;
  readonly connections: readonly TcpOutSample[];
  readonly queues: readonly QueueSample[];
}

export function parseMetrics(lines: readonly string[]): SplunkMetrics {
  const connections: TcpOutSample[] = [];
  const queues: QueueSample[] = [];
  let newestAt: number | null = null;
  for (const line of lines) {
    const at = splunkStamp(line);
    const record = /\bMetrics - group=([a-z_]+), (.*)$/.exec(line);
    if (at === null || record === null) continue;
    newestAt = Math.max(newestAt ?? at, at);
    if (record[1] === 'tcpout_connections') connections.push(tcpOut(at, record[2]!));
    else if (record[1] === 'queue') queues.push(queue(at, record[2]!));
  }
  return { newestAt, connections, queues };
}

/** The first word is the connection: it holds the configured address, destIp the one behind the name. */
const tcpOut = (at: number, rest: string): TcpOutSample => ({
  at,
  connection: `${rest.split(',', 1)[0]!.replace(/^name=/, '')} ${field(rest, 'destIp') ?? ''}`.trim(),
  processedKb: amount(rest, '_tcp_Kprocessed'),
  kb: amount(rest, 'kb'),
  ackQueueBytes: amount(rest, 'current_ackq_size'),
});

const queue = (at: number, rest: string): QueueSample => ({
  at,
  name: field(rest, 'name') ?? '',
  bytes: amount(rest, 'current_size'),
  isBlocked: field(rest, 'blocked') === 'true',
});

const field = (rest: string, name: string): string | null => new RegExp(`(?:^|, )${name}=([^,]*)`).exec(rest)?.[1] ?? null;

const amount = (rest: string, name: string): number => {
  const value = Number(field(rest, name) ?? 'none');
  return Number.isFinite(value) && value >= 0 ? value : 0;
};

/** `11-20-2026 08:14:02.114 +0000`, with the zone that the forwarder writes. */
export function splunkStamp(line: string): number | null {
  const match = /^(\d\d)-(\d\d)-(\d{4}) (\d\d:\d\d:\d\d(?:\.\d{1,6})?) ([+-]\d\d)(\d\d) /.exec(line);
  if (match === null) return null;
  const at = Date.parse(`${match[3]}-${match[1]}-${match[2]}T${match[4]}${match[5]}:${match[6]}`);
  return Number.isNaN(at) ? null : at;
}

export interface OutputEvent {
  readonly at: number;
  readonly kind: 'connected' | 'resumed' | 'paused' | 'timed-out' | 'refused';
}

/** The newest event of the output in splunkd.log: the last one wins. Lines come with or without `[tid thread]`. */
export function lastOutputEvent(lines: readonly string[]): OutputEvent | null {
  let last: OutputEvent | null = null;
  for (const line of lines) {
    const at = splunkStamp(line);
    const kind = at === null ? undefined : eventKinds.find(([, pattern]) => pattern.test(line))?.[0];
    if (at !== null && kind !== undefined) last = { at, kind };
  }
  return last;
}

const eventKinds = [
  ['paused', /TcpOutputProc\b.* has paused the data flow/],
  ['resumed', /TcpOutputProc\b.* (?:has )?resumed|TcpOutputProc\b.*data flow.*resumed/],
  ['timed-out', /(?:TcpOutputProc|AutoLoadBalancedConnectionStrategy)\b.*Cooked connection to ip=\S* timed out/],
  [
    'refused',
    /(?:TcpOutputFd|TcpOutputProc|AutoLoadBalancedConnectionStrategy)\b.*(?:Connection refused|Connect to \S+ failed|No route to host)/,
  ],
  ['connected', /(?:TcpOutputProc|AutoLoadBalancedConnectionStrategy)\b.*Connected to idx=/],
] as const satisfies readonly (readonly [OutputEvent['kind'], RegExp])[];
