// Reads what a capture unit left in the spool: the answer of a command that only another user may run, and its age.

export interface Capture {
  /** Epoch milliseconds at which the command was started. */
  readonly at: number;
  readonly argv: string;
  /** The command's exit code; 124 where `timeout` ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Every `key: value` line, also those that only one kind of capture has. */
  readonly header: ReadonlyMap<string, string>;
}

/** Where packaging/systemd/capture leaves what it captures. */
export const defaultCaptureFolder = '/var/spool/understudy';

export const capturePath = (name: string, folder: string): string => `${folder}/${name}.capture`;

/**
 * The file's own form, version 1: the line `understudy-capture/1`, then `at`, `argv`, `exit` and `stdout` (its length in bytes) as
 * `key: value` lines in any order and among others, an empty line, stdout, stderr. Null where the bytes are not of that form or are cut.
 */
export function parseCapture(bytes: Uint8Array): Capture | null {
  const end = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf('\n\n');
  if (end < 0) return null;
  const [form, ...lines] = new TextDecoder().decode(bytes.subarray(0, end)).split('\n');
  const header = new Map(lines.map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]));
  const at = Date.parse(header.get('at') ?? '');
  const code = wholeNumber(header.get('exit'));
  const length = wholeNumber(header.get('stdout'));
  const argv = header.get('argv');
  if (form !== 'understudy-capture/1' || Number.isNaN(at) || code === null || length === null || argv === undefined) return null;
  const body = bytes.subarray(end + 2);
  if (body.length < length) return null;
  const text = (part: Uint8Array): string => new TextDecoder().decode(part);
  return { at, argv, code, stdout: text(body.subarray(0, length)), stderr: text(body.subarray(length)), header };
}

const wholeNumber = (text: string | undefined): number | null => (text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : null);
