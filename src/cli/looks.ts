// What is looked at once: a machine or a region, with the checks that it is looked at through.
import type { Check } from '../contract/check.ts';
import type { LookSource } from '../contract/look-source.ts';
import type { NodeIdentity } from '../contract/node.ts';
import type { Snapshot } from '../contract/observation.ts';
import type { AnyProbe } from '../contract/probe.ts';
import { type LookProgress, lookOnce } from '../look/look-once.ts';
import type { Terminal } from './terminal.ts';
import { tookWords } from './words.ts';

export interface Looks {
  readonly looksAt: AnyProbe['looksAt'];
  readonly node: NodeIdentity;
  readonly source: LookSource;
  readonly checks: readonly Check[];
  readonly notTold: readonly Snapshot['notTold'][number][];
  /** Ends what stands behind the source. */
  close(): void;
}

/** Looks through the given checks, with a line of progress on a terminal. */
export async function lookThrough(
  looks: Looks,
  probes: ReadonlyMap<string, AnyProbe>,
  terminal: Pick<Terminal, 'progress'>,
): Promise<Snapshot> {
  const { source, node, checks, notTold } = looks;
  const began = performance.now();
  let latest: LookProgress = { done: 0, total: checks.length, underWay: [] };
  const show = (): void =>
    terminal.progress(`looking: ${latest.done} of ${latest.total}, ${tookWords(performance.now() - began)}  ${latest.underWay.join(', ')}`);
  const ticking = setInterval(show, progressEveryMs);
  try {
    return await lookOnce({
      checks,
      probes,
      source,
      node,
      notTold: [...notTold],
      onProgress: (progress) => {
        latest = progress;
        show();
      },
    });
  } finally {
    clearInterval(ticking);
    terminal.progress(null);
    looks.close();
  }
}

const progressEveryMs = 200;
