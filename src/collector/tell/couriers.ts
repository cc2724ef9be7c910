// Keeps one courier for each addressee of the fleet file, through reloads.
import { createAlertmanager } from './alertmanager.ts';
import type { Addressee } from './channels.ts';
import type { Courier, CourierParts } from './courier.ts';
import type { Firing } from './firing.ts';
import { createWebhook } from './webhook.ts';

export interface Couriers {
  /** Those of addressees that are none any more stop; the others go on with what is said of theirs now. */
  serve(addressees: readonly Addressee[]): void;
  wake(): void;
  stop(): Promise<void>;
  all(): readonly Served[];
}

export interface Served {
  readonly courier: Courier;
  readonly addressee: () => Addressee;
}

export function createCouriers(parts: CourierParts & { readonly firing: () => Firing }): Couriers {
  const served = new Map<string, Entry>();
  /** Let go, and not yet done with what they have under way. */
  const leaving = new Set<Promise<void>>();

  const letGo = (key: string, { courier }: Entry): void => {
    served.delete(key);
    const left = courier.stop().finally(() => leaving.delete(left));
    leaving.add(left);
  };

  const begin = (key: string, addressee: Addressee): void => {
    const entry = entryOf(parts, addressee);
    served.set(key, entry);
    entry.courier.start();
  };

  return {
    serve: (addressees) => {
      const wanted = new Map(addressees.map((addressee) => [`${addressee.kind} ${addressee.key}`, addressee]));
      for (const [key, entry] of served) if (!wanted.has(key)) letGo(key, entry);
      for (const [key, addressee] of wanted) {
        const entry = served.get(key);
        if (entry === undefined) begin(key, addressee);
        else entry.turnTo(addressee);
      }
    },
    wake: () => {
      for (const { courier } of served.values()) courier.wake();
    },
    stop: async () => {
      for (const [key, entry] of served) letGo(key, entry);
      await Promise.all(leaving);
    },
    all: () => [...served.values()],
  };
}

interface Entry extends Served {
  turnTo(next: Addressee): void;
}

function entryOf(parts: CourierParts & { readonly firing: () => Firing }, addressee: Addressee): Entry {
  switch (addressee.kind) {
    case 'webhook':
      return following(addressee, (now) => createWebhook(parts, now));
    case 'alertmanager':
      return following(addressee, (now) => createAlertmanager(parts, now));
  }
}

function following<A extends Addressee>(first: A, create: (now: () => A) => Courier): Entry {
  let now = first;
  return {
    courier: create(() => now),
    addressee: () => now,
    // The key says the kind: the same key is never turned to another kind.
    turnTo: (next) => {
      now = next as A;
    },
  };
}
