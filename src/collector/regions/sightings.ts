// Whether anything of a region can be seen at all: by what the newest look of each of its checks came to.
import type { Look } from '../../contract/check.ts';
import type { LookSource } from '../../contract/look-source.ts';
import type { TenancyFailed, TenancyGot, TenancyListed, TenancySource } from '../../contract/tenancy.ts';
import { tenancyLooks } from '../../tenancy/looks.ts';

export interface Sightings {
  /** The looks of a check, whose answers are counted. */
  sourceOf(check: string): LookSource;
  /** A look has ended. */
  note(look: Pick<Look, 'check' | 'outcome'>): void;
  /** Why none of the checks sees anything, by the first of them; null while one does, or none has been tried. */
  blindness(checks: readonly string[]): string | null;
}

export function createSightings(source: () => TenancySource, now: () => number): Sightings {
  const tallies = new Map<string, Tally>();
  const blindBy = new Map<string, string | null>();
  return {
    sourceOf: (check) => ({
      now,
      open: (signal) => {
        const tally: Tally = { answered: 0, failed: null };
        tallies.set(check, tally);
        return tenancyLooks(counted(source(), tally)).open(signal);
      },
    }),
    note: ({ check, outcome }) => {
      const { answered, failed } = tallies.get(check) ?? { answered: 0, failed: null };
      // Facts may be there and hold nothing but parts that could not be seen.
      blindBy.set(check, outcome.kind === 'unseen' ? outcome.detail : answered === 0 ? failed : null);
    },
    blindness: (checks) => {
      const known = checks.flatMap((check) => (blindBy.has(check) ? [blindBy.get(check)!] : []));
      return known.length === 0 || known.some((detail) => detail === null) ? null : known[0]!;
    },
  };
}

interface Tally {
  answered: number;
  /** Of the first question that failed. */
  failed: string | null;
}

function counted(source: TenancySource, tally: Tally): TenancySource {
  const count = <A extends TenancyListed | TenancyGot | TenancyFailed>(answer: A): A => {
    if (answer.kind === 'failed') tally.failed ??= answer.detail;
    else tally.answered++;
    return answer;
  };
  return {
    now: () => source.now(),
    forLook: (signal) => {
      const port = source.forLook(signal);
      return {
        now: () => port.now(),
        region: port.region,
        tenancyId: port.tenancyId,
        list: async (...asked) => count(await port.list(...asked)),
        get: async (...asked) => count(await port.get(...asked)),
      };
    },
  };
}
