// What a format needs in order to pack.
import type { Contents } from './contents.ts';
import type { Architecture } from './release.ts';

export interface Packing {
  readonly contents: Contents;
  readonly architecture: Architecture;
  /** Of xz, 0 to 9: package.ts says what each costs. */
  readonly level: number;
  /** Seconds since 1970. */
  readonly sourceDate: number;
  /** Empty, and of this package alone. */
  readonly work: string;
  /** Where the package goes. */
  readonly outdir: string;
}
