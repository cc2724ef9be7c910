// Whether a request is worth sending again, and when.

/** One request and its repetitions. Who is only asked to be slower keeps at it for longer: the look's time limit ends it. */
export const attemptsMax = ({ status }: Ending): number => (status === 429 ? 8 : 4);

/** The longest that is waited because OCI asks for it; where it asks for more, the question has failed. */
export const retryAfterMaxMs = 60_000;

const firstWaitMaxMs = 500;
const waitMaxMs = 8_000;

/** What a request came to, as far as sending it again goes; status is null where no answer came. */
export interface Ending {
  readonly status: number | null;
  readonly code: string;
}

/** As Oracle's SDKs do: https://docs.oracle.com/en-us/iaas/Content/API/Concepts/sdk_retries.htm */
export const isWorthRepeating = ({ status, code }: Ending): boolean =>
  status === null ? !hopeless.includes(code) : [429, 500, 502, 503, 504].includes(status) || (status === 409 && code === 'IncorrectState');

/** Sent again, it would come to the same. */
const hopeless = ['NOT_HTTPS', 'INVALID_URL', 'INVALID_REQUEST'];

/** After the first attempt, the second, …: anything up to a limit that doubles, so that many who failed together do not return together. */
export const jitteredWaitMs = (attempts: number): number => Math.random() * Math.min(waitMaxMs, firstWaitMaxMs * 2 ** (attempts - 1));

/** After "too many requests" without a word on when to come back. */
export const throttledMs = (attempts: number): number => Math.min(waitMaxMs, 1_000 * 2 ** (attempts - 1));

/** Seconds or a date, which is OCI's own and so is told from the answer's; null where nothing usable was said. */
export function retryAfterMs(headers: Headers, nowMs: number): number | null {
  const told = headers.get('retry-after')?.trim() ?? '';
  if (/^\d{1,9}$/.test(told)) return Number(told) * 1_000;
  const at = Date.parse(told);
  if (Number.isNaN(at)) return null;
  const sentAt = Date.parse(headers.get('date') ?? '');
  return Math.max(0, at - (Number.isNaN(sentAt) ? nowMs : sentAt));
}
