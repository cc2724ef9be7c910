// Who a subject is and what is looked at there, for a collector that keeps a copy of it.
import { createHash } from 'node:crypto';
import { canonicalJson } from '../contract/canonical.ts';
import type { NodeDescription } from '../contract/changes.ts';
import type { Check } from '../contract/check.ts';
import type { NodeIdentity } from '../contract/node.ts';
import { watchedCheck } from './snapshot.ts';

export interface Subject {
  node(): NodeIdentity;
  config(): { readonly checks: readonly Check[]; readonly notTold: readonly NodeDescription['notTold'][number][] };
}

export interface Described {
  readonly description: NodeDescription;
  /** The same for equal descriptions, over restarts too. */
  readonly revision: string;
}

/** Made again when the configuration or the subject's own word of itself became another. */
export function nodeDescription(subject: Subject): () => Described {
  let made: { readonly from: readonly [unknown, unknown]; readonly described: Described } | null = null;
  return () => {
    const [config, node] = [subject.config(), subject.node()];
    if (made === null || made.from[0] !== config || made.from[1] !== node) {
      const description = { identity: node, checks: config.checks.map(watchedCheck), notTold: [...config.notTold] };
      made = { from: [config, node], described: { description, revision: revisionOf(description) } };
    }
    return made.described;
  };
}

const revisionOf = (description: NodeDescription): string =>
  createHash('sha256').update(canonicalJson(description)).digest('hex').slice(0, 32);
