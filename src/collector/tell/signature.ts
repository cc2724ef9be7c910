// Signs a message, so that its receiver can tell it from one that somebody else made up, and from an old one sent again.
import { createHmac } from 'node:crypto';

/** `t=<seconds>,v1=<hex HMAC-SHA-256 of "t.body">`. */
export function signatureOf(secret: string, body: string, now: number): string {
  const seconds = Math.floor(now / 1_000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}
