// Keeps the credential that requests are signed with: found when it is first needed, renewed before its end, found anew when OCI refuses
// it. However many wait for it, it is looked for once.
import type { OciAccess, TenancyParts } from '../access.ts';
import { configFile } from './config-file.ts';
import { type Credential, type NoCredential, noCredential } from './credential.ts';
import { instancePrincipal } from './instance-principal.ts';
import { quietly } from './quiet.ts';

export interface Credentials {
  current(): Promise<Credential | NoCredential>;
  /** After OCI refused `used`: another one, or `used` itself where it was found a moment ago. */
  renewed(used: Credential): Promise<Credential | NoCredential>;
  /** The last one that was found. */
  known(): Credential | null;
}

/** After this part of its life a credential is renewed, while it still counts. */
const renewalPart = 0.75;

/** So long after a search there is no other one. */
const pauseMs = 5_000;

export const openCredentials = (access: OciAccess, parts: TenancyParts, closing: AbortSignal): Credentials =>
  keepCredential(() => find(access, parts, closing), parts.monotonicMs);

async function find(access: OciAccess, parts: TenancyParts, closing: AbortSignal): Promise<Credential | NoCredential> {
  const deadline = (): AbortSignal => AbortSignal.any([AbortSignal.timeout(access.callTimeoutMs), closing]);
  try {
    return await quietly(() =>
      access.auth === 'instance-principal' ? instancePrincipal(access, deadline) : configFile(access, () => parts.now()),
    );
  } catch {
    // What was thrown may repeat what it could not read.
    return noCredential('no credential could be made');
  }
}

interface Found {
  readonly credential: Credential | NoCredential;
  readonly atMs: number;
}

export function keepCredential(find: () => Promise<Credential | NoCredential>, monotonicMs: () => number): Credentials {
  let best: (Found & { readonly credential: Credential }) | null = null;
  let last: Found | null = null;
  let search: Promise<void> | null = null;

  const look = (): Promise<void> => {
    search ??= find()
      .then((credential) => {
        last = { credential, atMs: monotonicMs() };
        if (credential.kind === 'credential') best = { credential, atMs: last.atMs };
      })
      .finally(() => {
        search = null;
      });
    return search;
  };
  const age = (found: Found | null): number => (found === null ? Number.POSITIVE_INFINITY : monotonicMs() - found.atMs);
  const part = (): number => (best === null ? 1 : best.credential.lifeMs === null ? 0 : age(best) / Math.max(1, best.credential.lifeMs));
  const isPausing = (): boolean => age(last) < pauseMs;

  return {
    known: () => best?.credential ?? null,
    current: async () => {
      if (best !== null && part() < 1) {
        // Nobody waits for the next one while this one counts.
        if (part() >= renewalPart && !isPausing()) void look();
        return best.credential;
      }
      if (!isPausing()) await look();
      return last!.credential;
    },
    renewed: async (used) => {
      if (best !== null && best.credential !== used) return best.credential;
      if (!isPausing()) await look();
      return last!.credential;
    },
  };
}
