// What every service of the double is: a function from a signed request to an answer.
import type { OciAnswer } from './answer.ts';
import type { Principal } from './keys.ts';
import type { Permissions } from './permissions.ts';
import type { World } from './world.ts';

export interface Asked {
  readonly method: string;
  /** Segments of the path, decoded. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly principal: Principal;
  readonly world: World;
  readonly permissions: Permissions;
}

/** Null where the request is none of its own. */
export type Service = (asked: Asked) => OciAnswer | null;
