// What an answer that is none says, in the words of a CloudFailure; what others wrote is whole yet (printable.ts).
import type { CloudFailure } from '../../contract/cloud.ts';
import type { Answered } from './exchange.ts';

/** `{code, message}` where OCI itself answered. The page of a proxy or of a load balancer in between is not passed on. */
export function failureOfAnswer({ status, headers, text, host }: Answered): CloudFailure {
  const { code, message } = problemIn(text);
  return { status, code, message: message || `HTTP ${status}`, requestId: headers.get('opc-request-id'), host };
}

/** A good status above a body that is not what the call is answered with. */
export const unparsable = ({ status, headers, host }: Answered, message: string): CloudFailure => ({
  status,
  code: 'UNPARSABLE',
  message,
  requestId: headers.get('opc-request-id'),
  host,
});

/** What was refused before anything was sent. */
export const notSent = (code: string, message: string): CloudFailure => ({ status: null, code, message, requestId: null, host: null });

export const notPrivate = (): CloudFailure =>
  notSent('NOT_HTTPS', 'a signed request is sent over TLS only, to a URL without user and password');

function problemIn(text: string): { readonly code: string; readonly message: string } {
  try {
    const { code, message } = JSON.parse(text) as { code?: unknown; message?: unknown };
    return { code: typeof code === 'string' ? code : '', message: typeof message === 'string' ? message : '' };
  } catch {
    return { code: '', message: '' };
  }
}
