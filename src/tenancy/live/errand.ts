// The SDK's way to the network: what it composes is handed to whoever asked, who signs it, sends it and keeps what came back. The SDK is
// answered at once and always well. Its models would read every body again, turn dates into objects, and throw plain objects, bare
// SyntaxErrors and errors that have lost their cause where something failed.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { HttpClient } from 'oci-common';
import { quietly } from './quiet.ts';

export interface Errand {
  /** Never rejects. */
  readonly send: (method: string, url: string, headers: Headers) => Promise<void>;
  /** What the SDK takes for an answer of this operation that holds nothing. */
  readonly empty: '[]' | '{}';
}

const errands = new AsyncLocalStorage<Errand>();

export const errandClient: HttpClient = {
  send: async ({ method, uri, headers }) => {
    const errand = errands.getStore();
    if (errand === undefined) throw new Error('a request of the SDK that nobody asked for');
    await errand.send(method, uri, headers);
    return new Response(errand.empty, { headers: { 'content-type': 'application/json' } });
  },
};

export const runErrand = <T>(errand: Errand, call: () => Promise<T>): Promise<T> => quietly(() => errands.run(errand, call));
