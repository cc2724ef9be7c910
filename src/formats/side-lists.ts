// One list of a side over all of its compartments, and word of each that could not be read.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import type { ListOperation } from '../contract/oci-operations.ts';
import { type UnseenReason, unseenReasons } from '../contract/outcome.ts';
import type { RegionScope } from '../contract/region.ts';
import type { OciParams, Tenancy, TenancyFailed } from '../contract/tenancy.ts';

/** A list, or a part of one, that was not seen: what is not among the entries may be there all the same. */
export const MissedSchema = Type.Object(
  {
    /** `secrets of payments`. */
    what: Type.String(),
    /** OCID of the compartment; empty where it is about none. */
    compartment: Type.String(),
    reason: Type.Unsafe<UnseenReason>({ type: 'string', enum: [...unseenReasons] }),
    detail: Type.String(),
  },
  { additionalProperties: false },
);

export type Missed = Static<typeof MissedSchema>;

export interface SideList {
  readonly entries: readonly { readonly compartment: string; readonly body: unknown }[];
  readonly missed: readonly Missed[];
}

/** Each compartment by its OCID, once, with the name that both sides share. */
export const compartmentsOf = ({ compartments }: RegionScope): readonly (readonly [name: string, ocid: string])[] =>
  Object.entries(compartments)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .filter(([, ocid], at, all) => all.findIndex(([, other]) => other === ocid) === at);

/** `noun` is what the list holds, in the plural. Compartments are asked at once; the port bounds how many are under way. */
export async function listOverSide(
  tenancy: Tenancy,
  scope: RegionScope,
  { operation, noun, params = {} }: { readonly operation: ListOperation; readonly noun: string; readonly params?: OciParams },
): Promise<SideList> {
  const parts = await Promise.all(
    compartmentsOf(scope).map(async ([name, compartment]): Promise<SideList> => {
      const answer = await tenancy.list(operation, { ...params, compartmentId: compartment });
      return answer.kind === 'failed'
        ? { entries: [], missed: [missedPart(`${noun} of ${name}`, answer, compartment)] }
        : { entries: answer.items.map((body) => ({ compartment, body })), missed: [] };
    }),
  );
  return { entries: parts.flatMap(({ entries }) => entries), missed: parts.flatMap(({ missed }) => missed) };
}

export const missedPart = (what: string, { reason, detail }: Pick<TenancyFailed, 'reason' | 'detail'>, compartment = ''): Missed => ({
  what,
  compartment,
  reason,
  detail: detail.slice(0, 300),
});

export const byText =
  <T>(text: (one: T) => string) =>
  (a: T, b: T): number => {
    const [left, right] = [text(a), text(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  };
