// Reads what the Unified Monitoring Agent (fluentd) writes about itself: its log, its configuration, its positions.

export interface ShippingLog {
  /** Epoch milliseconds of the newest `response 200`; null where none is in sight. */
  readonly acceptedAt: number | null;
  /** The newest failure to flush that came after it. */
  readonly failure: FlushFailure | null;
  /** Whether the newest batch bears entries of 1970: accepted, and found by no search. */
  readonly isUndated: boolean;
}

export interface FlushFailure {
  readonly at: number;
  readonly kind: 'not-authorized' | 'key-refused' | 'clock-skewed' | 'no-connection' | 'other';
}

/** The last event wins. A `put_logs request` is only an attempt; benign warnings abound. */
export function parseShippingLog(lines: readonly string[]): ShippingLog {
  let acceptedAt: number | null = null;
  let failure: FlushFailure | null = null;
  let isUndated = false;
  for (const line of lines) {
    const at = fluentdStamp(line);
    if (at === null) continue;
    if (/\bresponse 200 id:/.test(line)) {
      acceptedAt = at;
      failure = null;
    } else if (/\bfailed to flush the buffer\b|\bHit limit for retries\b|\bretry_timeout\b.*dropp/.test(line)) {
      failure = { at, kind: failureKind(line) };
    } else {
      const entry = /\bdefault_log_entry_time (\d{4})-/.exec(line);
      if (entry !== null) isUndated = entry[1] === '1970';
    }
  }
  return { acceptedAt, failure, isUndated };
}

/** `2026-11-20 06:03:11 +0000 [info]: …`; continuation lines begin with blanks and bear no event. */
function fluentdStamp(line: string): number | null {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d) \[/.exec(line);
  if (match === null) return null;
  const at = Date.parse(`${match[1]}T${match[2]}${match[3]}:${match[4]}`);
  return Number.isNaN(at) ? null : at;
}

function failureKind(line: string): FlushFailure['kind'] {
  if (/NotAuthorizedOrNotFound|'status': 404/.test(line)) return 'not-authorized';
  if (/clock skew/i.test(line)) return 'clock-skewed';
  if (/NotAuthenticated|'status': 40[13]/.test(line)) return 'key-refused';
  if (/Errno::E|SocketError|Net::(?:Open|Read)Timeout|getaddrinfo|OpenSSL::SSL|timed? ?out/i.test(line)) return 'no-connection';
  return 'other';
}

export interface FluentdConfig {
  readonly hasSource: boolean;
  readonly hasSink: boolean;
  /** Directories of file buffers, sorted. A hand-written configuration may have none: there is nothing to measure then. */
  readonly bufferPaths: readonly string[];
  readonly positionFiles: readonly string[];
}

export function parseFluentdConfig(text: string): FluentdConfig {
  const sections: string[] = [];
  const bufferPaths = new Set<string>();
  const positionFiles = new Set<string>();
  let hasSink = false;
  for (const line of text.split('\n').map((each) => each.trim())) {
    const opened = /^<([a-z]+)\b/.exec(line);
    if (opened !== null) sections.push(opened[1]!);
    else if (/^<\//.test(line)) sections.pop();
    const [key, value = ''] = line.split(/\s+/, 2);
    if (key === '@type' && value === 'oci_logging') hasSink = true;
    if (key === 'path' && sections.at(-1) === 'buffer' && value.startsWith('/')) bufferPaths.add(fixedPart(value));
    if (key === 'pos_file' && value.startsWith('/')) positionFiles.add(value);
  }
  return {
    hasSource: /^\s*<source\b/m.test(text),
    hasSink,
    bufferPaths: [...bufferPaths].sort(),
    positionFiles: [...positionFiles].sort(),
  };
}

/** A path may hold `*` and `${tag}`: what stands before them is a directory. */
const fixedPart = (path: string): string => (/[*$]/.test(path) ? path.replace(/\/[^/]*[*$].*$/, '') : path);

export interface Position {
  readonly path: string;
  readonly offset: number;
}

/** fluentd's position file: path, offset and inode (both hexadecimal), with tabs between. An unwatched file has all bits set. */
export function parsePositions(text: string): readonly Position[] {
  return text.split('\n').flatMap((line) => {
    const match = /^(\/[^\t]*)\t([0-9a-f]{16})\t[0-9a-f]{1,16}$/i.exec(line);
    if (match === null || /^f{16}$/i.test(match[2]!)) return [];
    return [{ path: match[1]!, offset: Number.parseInt(match[2]!, 16) }];
  });
}
