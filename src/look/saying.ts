// What a check saw, in one line for a person.
import type { Observation } from '../contract/observation.ts';
import type { AnyProbe } from '../contract/probe.ts';

/** `probe` is the one that looked; undefined where it is not known here. */
export function saying(outcome: Observation['outcome'], probe: AnyProbe | undefined): string {
  switch (outcome.kind) {
    case 'absent':
    case 'unseen':
      return outcome.detail;
    case 'observed':
      try {
        return probe?.summary(outcome.facts) ?? '';
      } catch {
        // Facts of another release than ours: the next look replaces them.
        return 'seen by another version of this probe';
      }
  }
}
