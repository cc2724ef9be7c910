// The key that this agent signs its receipts with, made when the first one is asked for. On a machine where none can be kept the gate
// answers all the same: what it says of the standby does not hang on a full disk.
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Log } from '../daemon/log.ts';
import { loadSigningKey, SigningKeyError } from '../daemon/signing-key.ts';

export interface ReceiptKey {
  /** The kept one, or while that cannot be had, one that ends with this process: nobody can have been given it to trust. */
  signingKey(): KeyObject;
  /** Why the kept one cannot be had; null when it was, and before it was asked for. */
  problem(): string | null;
  /** PEM of the kept one's public half; null while it cannot be had. */
  publicPem(): string | null;
}

export function createReceiptKey(file: string, log: Log): ReceiptKey {
  let kept: KeyObject | null = null;
  let spare: KeyObject | null = null;
  let problem: string | null = null;

  const load = (): KeyObject | null => {
    try {
      kept ??= loadSigningKey(file);
      problem = null;
    } catch (error) {
      if (!(error instanceof SigningKeyError)) throw error;
      if (problem !== error.message) log.error({ detail: error.message }, 'the key for receipts cannot be had');
      problem = error.message;
    }
    return kept;
  };

  return {
    signingKey: () => {
      const key = load();
      if (key !== null) return key;
      spare ??= generateKeyPairSync('ed25519').privateKey;
      return spare;
    },
    problem: () => problem,
    publicPem: () => {
      const key = load();
      return key === null ? null : createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
    },
  };
}
