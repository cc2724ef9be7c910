// Why there is no answer, as one sentence that stays the same while the reason does, and that no secret can get into.
import type { Place } from './place.ts';

export const failureCodes = [
  'address',
  'credentials',
  'unresolved',
  'refused',
  'unreachable',
  'timeout',
  'reset',
  'untrusted',
  'expired',
  'name-mismatch',
  'certificate-refused',
  'tls',
  'too-large',
  'garbled',
  'aborted',
  'local',
  'failed',
] as const;

export type FailureCode = (typeof failureCodes)[number];

export interface Failure {
  readonly kind: 'failed';
  /** One sentence: what was tried, what came of it, and what to do. */
  readonly reason: string;
  readonly code: FailureCode;
}

/** How far a request had come. */
export type Stage = 'connect' | 'answer' | 'body';

/** What ends a request from our side. */
export class Stopped extends Error {
  readonly code: 'timeout' | 'too-large' | 'aborted';

  constructor(code: Stopped['code']) {
    super(code);
    this.code = code;
  }
}

/** `name` is whom the certificate has to be for. */
export function failureOf(error: unknown, stage: Stage, place: Place, name: string): Failure {
  const cause = codeOf(error);
  const code = error instanceof Stopped ? error.code : isParserError(error) ? 'garbled' : meaningOf(cause);
  return { kind: 'failed', code, reason: reasons[code]({ at: place.shown, stage, cause, name }) };
}

const meanings: Readonly<Record<string, FailureCode>> = {
  ECONNREFUSED: 'refused',
  // Of a Unix socket: nobody has made it.
  ENOENT: 'refused',
  ENOTFOUND: 'unresolved',
  EAI_AGAIN: 'unresolved',
  EAI_FAIL: 'unresolved',
  EAI_NODATA: 'unresolved',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_DESTROYED: 'reset',
  UND_ERR_CLOSED: 'reset',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'garbled',
  UND_ERR_HEADERS_OVERFLOW: 'garbled',
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'name-mismatch',
  EACCES: 'local',
  EPERM: 'local',
  EMFILE: 'local',
  ENFILE: 'local',
  ENOMEM: 'local',
  ENOBUFS: 'local',
  EADDRNOTAVAIL: 'local',
};

/** OpenSSL's names of what is wrong with a chain. */
const chainProblem =
  /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|ERROR_IN_CERT|CRL_|CA_|EE_|HOSTNAME_)/;

function meaningOf(cause: string): FailureCode {
  const known = meanings[cause];
  if (known !== undefined) return known;
  if (/ALERT.*(CERTIFICATE|CA$)/.test(cause)) return 'certificate-refused';
  if (chainProblem.test(cause)) return 'untrusted';
  if (/^(ERR_SSL|ERR_TLS|EPROTO)/.test(cause)) return 'tls';
  return 'failed';
}

interface Said {
  readonly at: string;
  readonly stage: Stage;
  readonly cause: string;
  readonly name: string;
}

const reasons: Readonly<Record<FailureCode, (said: Said) => string>> = {
  address: ({ at }) => `${at} is no address that can be asked: expected https://host:port, without a name or password in it`,
  credentials: ({ at }) => `${at} is not asked, since what is to be shown to it cannot be read`,
  unresolved: ({ at }) => `the name in ${at} cannot be resolved here: correct the address, or the resolver of this machine`,
  refused: ({ at }) => `nothing listens at ${at}: start what should, or correct the address`,
  unreachable: ({ at }) => `there is no way from here to ${at}: look at the routes of this machine`,
  timeout: ({ at, stage }) => timeouts[stage](at),
  reset: ({ at }) => `${at} closed the connection before it had answered`,
  untrusted: ({ at, cause }) =>
    `the certificate of ${at} is not trusted here (${cause}): name the file with the authority that signed it, or look who answers there`,
  expired: ({ at, cause }) =>
    cause === 'CERT_NOT_YET_VALID'
      ? `the certificate of ${at} is not valid yet: look at the clock of this machine`
      : `the certificate of ${at} has ended: renew it there`,
  'name-mismatch': ({ at, name }) => `the certificate of ${at} is not for ${name}: get one that is, or say with serverName whom it is for`,
  'certificate-refused': ({ at }) => `${at} does not accept the certificate that is shown to it, or wants one: look at certificate and key`,
  tls: ({ at, cause }) => `no TLS with ${at} came about (${cause}): look whether it speaks TLS 1.2 or newer`,
  'too-large': ({ at }) => `${at} answered with more than is read of it`,
  garbled: ({ at }) => `${at} answered with what is not HTTP: look what listens there`,
  aborted: ({ at }) => `the request to ${at} was given up, since this program stops`,
  local: ({ at, cause }) => `this machine could not make a connection to ${at} (${cause})`,
  failed: ({ at, cause }) => `${at} could not be asked (${cause})`,
};

const timeouts: Readonly<Record<Stage, (at: string) => string>> = {
  connect: (at) => `no connection to ${at} came about in time: look at firewalls and routes on the way`,
  answer: (at) => `${at} did not begin to answer in time`,
  body: (at) => `${at} did not end its answer in time`,
};

export const badAddress: Failure = {
  kind: 'failed',
  code: 'address',
  reason: reasons.address({ at: 'what is configured', stage: 'connect', cause: '', name: '' }),
};

/** undici's, whose code is missing (8.13). */
const isParserError = (error: unknown): boolean => error instanceof Error && error.name === 'HTTPParserError';

/** Only ever a constant's name: messages may hold anything. */
function codeOf(error: unknown): string {
  const { code, errors } = (error ?? {}) as { readonly code?: unknown; readonly errors?: readonly unknown[] };
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,80}$/.test(code)) return code;
  // Of several addresses tried, the first one's.
  return errors !== undefined && errors.length > 0 ? codeOf(errors[0]) : 'no code';
}
