// The port answers with values, never with exceptions: what an error of the operating system means as an answer.
import type { Failed, Missing } from '../contract/machine.ts';

export const missing: Missing = { kind: 'missing' };

export const failed = (reason: Failed['reason'], detail: string): Failed => ({ kind: 'failed', reason, detail });

/** `tried` is what was attempted, as the beginning of a sentence: "reading /etc/passwd". */
export function failureOf(error: unknown, tried: string): Missing | Failed {
  const code = errorCode(error);
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return missing;
    case 'EACCES':
    case 'EPERM':
      return failed('denied', `${tried}: permission denied`);
    case 'ELOOP':
      return failed('unreadable', `${tried}: the links lead in a circle`);
    default:
      return failed('unreadable', `${tried}: ${code || 'failed'}`);
  }
}

/** Where there is no such thing as missing: a file that should be there and is not could not be read. */
export function failedOf(error: unknown, tried: string): Failed {
  const answer = failureOf(error, tried);
  return answer.kind === 'failed' ? answer : failed('unreadable', `${tried}: does not exist`);
}

/** `ENOENT` and its like; empty for what is no error of the operating system. */
export const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
