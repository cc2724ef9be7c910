// Why a connection attempt ended early, in the words an operator would use at that stage.
import type { DialAnswer, DialStage } from '../../contract/machine.ts';

export interface DialFailure {
  readonly result: Exclude<DialAnswer['result'], 'completed'>;
  readonly code: string;
  readonly detail: string;
}

/** Thrown between the stages of one attempt; never leaves the dialler. */
export class DialEnded extends Error {
  readonly failure: DialFailure;

  /** The other side refused TLS in so many words. */
  get isAlert(): boolean {
    return isAlert(this.failure.code);
  }

  constructor(failure: DialFailure) {
    super(failure.detail);
    this.failure = failure;
  }
}

export const ended = (result: DialFailure['result'], code: string, detail: string): DialEnded => new DialEnded({ result, code, detail });

/**
 * Linux turns what a firewall says into errno: a reset or ICMP port-unreachable is ECONNREFUSED, other unreachables
 * and IPv4 admin-prohibited are EHOSTUNREACH or ENETUNREACH, IPv6 admin-prohibited is EACCES (net/ipv6/icmp.c), and so
 * is a local `prohibit` route.
 */
const resultByErrno: Readonly<Record<string, DialFailure['result']>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENONET: 'unreachable',
  EPROTO: 'protocol-error',
  EACCES: 'denied',
  EPERM: 'denied',
};

/** Every other errno is a matter of this machine (EMFILE, ENOBUFS). */
export function failureOfSocket(
  error: NodeJS.ErrnoException,
  target: { readonly isIpv6: boolean; readonly hasSource: boolean },
): DialFailure {
  const code = error.code ?? 'UNKNOWN';
  const detail = errnoDetail(error, code);
  // Without a source address of our choosing these two mean that the machine has no IPv6 at all.
  const hasNoIpv6 = target.isIpv6 && !target.hasSource && (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT');
  // A `blackhole` route; with a source address of our choosing, EINVAL is about that address.
  const isBlackhole = code === 'EINVAL' && !target.hasSource;
  return { result: hasNoIpv6 || isBlackhole ? 'unreachable' : (resultByErrno[code] ?? 'local-error'), code, detail };
}

/** What ended a conversation that had begun: at the TLS stage and later. */
export function failureOfConversation(error: NodeJS.ErrnoException, stage: DialStage): DialFailure {
  const code = error.code ?? 'UNKNOWN';
  if (isHangUp(error)) return { result: 'closed', code: '', detail: `the other side closed the connection during ${stage}` };
  if (isAlert(code)) return { result: 'refused', code, detail: `the other side refused TLS: ${reasonOf(error)}` };
  if (isSpokenWrongly(code)) return { result: 'protocol-error', code, detail: `not understood during ${stage}: ${reasonOf(error)}` };
  return { result: resultByErrno[code] ?? 'protocol-error', code, detail: errnoDetail(error, code) };
}

/** Node reports an orderly close as ECONNRESET too; only a real reset comes from a system call. */
const isHangUp = (error: NodeJS.ErrnoException): boolean => error.code === 'ECONNRESET' && error.syscall === undefined;

const isAlert = (code: string): boolean => /^ERR_SSL_.*ALERT/.test(code);

/** llhttp's codes begin with HPE_, OpenSSL's with ERR_SSL_ or ERR_OSSL_. */
const isSpokenWrongly = (code: string): boolean => /^(HPE_|ERR_SSL_|ERR_OSSL_|ERR_TLS_|ERR_HTTP_)/.test(code);

function reasonOf(error: NodeJS.ErrnoException): string {
  const reason = (error as { readonly reason?: unknown }).reason;
  return (typeof reason === 'string' ? reason : error.message).slice(0, 120);
}

/** Without address and port: Node's message has them, and they are in the question already. */
const errnoDetail = (error: NodeJS.ErrnoException, code: string): string =>
  error.syscall === undefined ? code : `${error.syscall} ${code}`;
