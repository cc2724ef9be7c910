// The keys that the double knows: of users, and of sessions that were given a token. A key id says which.
import { createHash, createPublicKey, type KeyObject } from 'node:crypto';

export interface Principal {
  /** OCID of the instance or the user. */
  readonly id: string;
  readonly tenancyId: string;
}

interface Known {
  readonly key: KeyObject;
  readonly principal: Principal;
  readonly endsMs: number;
}

export class Keys {
  readonly #known = new Map<string, Known>();

  /** Answers the fingerprint, as the console shows it. */
  addUser(tenancyId: string, userId: string, publicKeyPem: string): string {
    const key = createPublicKey(publicKeyPem);
    const fingerprint = colons(
      createHash('md5')
        .update(key.export({ type: 'spki', format: 'der' }))
        .digest('hex'),
    );
    const principal = { id: userId, tenancyId };
    this.#known.set(`${tenancyId}/${userId}/${fingerprint}`, { key, principal, endsMs: Number.POSITIVE_INFINITY });
    return fingerprint;
  }

  addToken(token: string, key: KeyObject, principal: Principal, endsMs: number): void {
    this.#known.set(`ST$${token}`, { key, principal, endsMs });
  }

  /** Tokens that were given out no longer count. */
  forgetTokens(): void {
    for (const keyId of this.#known.keys()) if (keyId.startsWith('ST$')) this.#known.delete(keyId);
  }

  find(keyId: string, nowMs: number): Known | null {
    const known = this.#known.get(keyId);
    return known === undefined || known.endsMs <= nowMs ? null : known;
  }
}

/** `7361a2` as `73:61:a2`. */
export const colons = (hex: string): string => hex.toLowerCase().match(/../g)!.join(':');
