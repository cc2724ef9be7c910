// Who this node is and what it is told to look at, for a collector that keeps a copy of it.
import { createHash } from 'node:crypto';
import { canonicalJson } from '../contract/canonical.ts';
import type { NodeDescription } from '../contract/changes.ts';
import type { Agent } from './agent.ts';
import { watchedCheck } from './snapshot.ts';

export interface Described {
  readonly description: NodeDescription;
  /** The same for equal descriptions, over restarts too. */
  readonly revision: string;
}

/** Made again when the configuration or the node's own word of itself became another. */
export function nodeDescription(agent: Pick<Agent, 'config' | 'node'>): () => Described {
  let made: { readonly from: readonly [unknown, unknown]; readonly described: Described } | null = null;
  return () => {
    const [config, node] = [agent.config(), agent.node()];
    if (made === null || made.from[0] !== config || made.from[1] !== node) {
      const description = { identity: node, checks: config.checks.map(watchedCheck), notTold: [...config.notTold] };
      made = { from: [config, node], described: { description, revision: revisionOf(description) } };
    }
    return made.described;
  };
}

const revisionOf = (description: NodeDescription): string =>
  createHash('sha256').update(canonicalJson(description)).digest('hex').slice(0, 32);
