// Reads `datadog-agent status --json`, whose exit code is 0 even where no payload is ever accepted.

export interface DatadogStatus {
  /** As the agent counts them; the text form is masked but for a few characters, and even those stay out of facts. */
  readonly keys: { readonly valid: number; readonly refused: number; readonly unchecked: number };
  readonly delivered: number;
  readonly dropped: number;
  readonly retryQueue: number;
  /** Connection, DNS, TLS and request errors since start, by kind, and their sum. */
  readonly connectionErrors: Readonly<Record<string, number>>;
  readonly connectionErrorsTotal: number;
  /** Payloads that the intake answered with an error, or that were not sent, since start. */
  readonly failedTotal: number;
  readonly startedSeconds: number | null;
  readonly logs: { readonly isWanted: boolean; readonly isRunning: boolean; readonly processed: number; readonly sent: number };
  /** Names of checks that ended in an error or could not be loaded, sorted. */
  readonly failingChecks: readonly string[];
  readonly version: string;
}

/** Null where the text is not the agent's status. Absent counters are zero: Go leaves out maps that nothing was counted in. */
export function parseDatadogStatus(text: string): DatadogStatus | null {
  const root = parseObject(text);
  const forwarder = member(root, 'forwarderStats');
  // Without the forwarder's part, or with an error in its place, zero counters would be invented.
  if (root === null || forwarder === null || (member(forwarder, 'Transactions') === null && keysOf(forwarder).total === 0)) return null;
  const transactions = member(forwarder, 'Transactions');
  const errors = countsIn(member(transactions, 'ErrorsByType'));
  return {
    keys: keysOf(forwarder),
    delivered: count(transactions, 'Success'),
    dropped: count(transactions, 'Dropped'),
    retryQueue: count(transactions, 'RetryQueueSize'),
    connectionErrors: errors,
    connectionErrorsTotal: Object.values(errors).reduce((sum, value) => sum + value, 0),
    failedTotal: count(transactions, 'Errors') + count(transactions, 'HTTPErrors') + count(transactions, 'Requeued'),
    startedSeconds: startedSeconds(root),
    logs: logsOf(root),
    failingChecks: failingChecks(root),
    version: String(member(root, 'agent_metadata')?.agent_version ?? root.version ?? ''),
  };
}

type Json = Readonly<Record<string, unknown>>;

function parseObject(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

const member = (of: Json | null, name: string): Json | null => {
  const value = of?.[name];
  return isObject(value) ? value : null;
};

const count = (of: Json | null, name: string): number => {
  const value = of?.[name];
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : 0;
};

const countsIn = (of: Json | null): Record<string, number> =>
  Object.fromEntries(
    Object.keys(of ?? {})
      .slice(0, 64)
      .map((name) => [name, count(of, name)]),
  );

/** Both maps are keyed by the masked key. "Unable to validate" is a connection's fault, not the key's. */
function keysOf(forwarder: Json): DatadogStatus['keys'] & { readonly total: number } {
  const words = ['APIKeyStatus', 'APIKeyFailure'].flatMap((map) => Object.values(member(forwarder, map) ?? {}).map(String));
  const refused = words.filter((word) => /invalid/i.test(word)).length;
  const valid = words.filter((word) => /valid/i.test(word) && !/invalid|unable/i.test(word)).length;
  return { valid, refused, unchecked: words.length - refused - valid, total: words.length };
}

function startedSeconds(root: Json): number | null {
  const nano = root.agent_start_nano;
  return typeof nano === 'number' && nano > 0 ? Math.round(nano / 1e9) : null;
}

function logsOf(root: Json): DatadogStatus['logs'] {
  const logs = member(root, 'logsStats');
  const metrics = member(logs, 'metrics');
  return {
    isWanted: member(root, 'agent_metadata')?.feature_logs_enabled === true,
    isRunning: logs?.is_running === true,
    processed: count(metrics, 'LogsProcessed'),
    sent: count(metrics, 'LogsSent'),
  };
}

/** Bounds what a broken or hostile agent can put into facts. */
const checksMax = 32;

function failingChecks(root: Json): readonly string[] {
  const checks = member(member(root, 'runnerStats'), 'Checks');
  const failing = Object.keys(checks ?? {}).filter((name) =>
    Object.values(member(checks, name) ?? {}).some((instance) => isObject(instance) && isError(instance.LastError)),
  );
  const unloaded = Object.keys(member(member(root, 'checkSchedulerStats'), 'LoaderErrors') ?? {});
  return [...new Set([...failing, ...unloaded])]
    .map((name) => name.slice(0, 64))
    .sort()
    .slice(0, checksMax);
}

const isError = (value: unknown): boolean => typeof value === 'string' && value !== '';

/** Names of unhealthy components in the answer of `datadog-agent health`, sorted; null where it is no such answer. */
export function parseDatadogHealth(text: string): readonly string[] | null {
  if (/^Agent health: PASS/m.test(text)) return [];
  if (!/^Agent health: FAIL/m.test(text)) return null;
  const listed = /^=== \d+ unhealthy components? ===\n(.*)$/m.exec(text)?.[1] ?? '';
  const names = listed.split(',').map((name) => name.trim().slice(0, 64));
  return [...new Set(names.filter((name) => name !== ''))].sort().slice(0, checksMax);
}
