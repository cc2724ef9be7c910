// What may leave this process of a failure: others wrote parts of it.
import type { CloudFailure } from '../../contract/cloud.ts';

/** The contract's limit for a message; the others are beyond what OCI has. */
const charsMax = { code: 80, message: 300, requestId: 200, host: 255 } as const;

/** One line each, and short. A server may repeat the token that it was sent: it goes before anything is cut, or a part would stay. */
export function printable({ status, code, message, requestId, host }: CloudFailure, token: string | null): CloudFailure {
  const kept = (text: string, most: number): string =>
    (token === null ? text : text.replaceAll(token, '(token)'))
      .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
      .trim()
      .slice(0, most)
      .toWellFormed();
  return {
    status,
    code: kept(code, charsMax.code),
    message: kept(message, charsMax.message),
    requestId: requestId === null ? null : kept(requestId, charsMax.requestId),
    host: host === null ? null : kept(host, charsMax.host),
  };
}
