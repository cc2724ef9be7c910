// When two answers are the same.
import type { Answer } from './facts.ts';

/** What two servers must agree on; flags and the server's reasons may lawfully differ. */
export const sameness = (answer: Answer): string => {
  switch (answer.kind) {
    case 'answered':
      return [...answer.chain.map((alias) => `${alias} >`), ...answer.data].join(' ');
    case 'nothing':
      return [...answer.chain.map((alias) => `${alias} >`), answer.rcode === 'NXDOMAIN' ? 'NXDOMAIN' : 'no record of the type'].join(' ');
    case 'failure':
      return answer.rcode;
    case 'silent':
    case 'no-tcp':
      return 'no answer';
    case 'bad':
      return 'no valid answer';
    case 'unseen':
      return 'not seen';
  }
};
