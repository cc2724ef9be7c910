// Reads what `datadog-agent status` prints for people: taken only where no JSON is to be had, since its sections and
// number forms vary between versions.
import type { DatadogStatus } from './datadog-status.ts';

/** Null where the text has no forwarder section with the state of a key in it. */
export function parseDatadogStatusText(text: string): DatadogStatus | null {
  const forwarder = sectionOf(text, 'Forwarder');
  const keys = forwarder === null ? [] : [...forwarder.matchAll(/^ *API key ending with \S+: (.+)$/gm)].map((row) => row[1]!);
  if (forwarder === null || keys.length === 0) return null;
  const valid = keys.filter((words) => /valid/i.test(words) && !/invalid|unable/i.test(words)).length;
  const refused = keys.filter((words) => /invalid/i.test(words)).length;
  const logs = sectionOf(text, 'Logs Agent');
  const errors = totalOf(forwarder, 'Transaction Errors') + numberOf(forwarder, 'Errors');
  return {
    keys: { valid, refused, unchecked: keys.length - valid - refused },
    delivered: totalOf(forwarder, 'Transaction Successes') || numberOf(forwarder, 'Success'),
    dropped: numberOf(forwarder, 'Dropped') + numberOf(forwarder, 'DroppedOnInput'),
    retryQueue: numberOf(forwarder, 'RetryQueueSize'),
    connectionErrors: {},
    connectionErrorsTotal: 0,
    failedTotal: errors + numberOf(forwarder, 'Requeued') + numberOf(forwarder, 'Retried'),
    startedSeconds: null,
    logs: {
      // The text does not tell an agent that is switched off from one that failed to start.
      isWanted: false,
      isRunning: logs !== null && !/is not running/.test(logs),
      processed: numberOf(logs ?? '', 'LogsProcessed'),
      sent: numberOf(logs ?? '', 'LogsSent'),
    },
    failingChecks: [],
    version: /^Agent \(v([0-9][0-9A-Za-z.+~-]*)\)$/m.exec(text)?.[1] ?? '',
  };
}

/** From a title between two lines of `=` to the next such title. */
function sectionOf(text: string, title: string): string | null {
  const parts = text.split(/^=+\n(.+)\n=+$/m);
  const at = parts.findIndex((part, index) => index % 2 === 1 && part.trim() === title);
  return at < 0 ? null : parts[at + 1]!;
}

const totalOf = (section: string, heading: string): number =>
  numberIn(new RegExp(`^ *${heading}\\n *=+\\n *Total number: (\\S+)$`, 'm').exec(section)?.[1]);

const numberOf = (section: string, name: string): number => numberIn(new RegExp(`^ *${name}: (\\S+)$`, 'm').exec(section)?.[1]);

/** `1,775`, `1.8474997e+07`; what is not counted is left out. */
function numberIn(text: string | undefined): number {
  const value = Number((text ?? '').replaceAll(',', ''));
  return Number.isFinite(value) && value >= 0 ? value : 0;
}
