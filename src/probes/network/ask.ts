// Asks for lists, compartment by compartment, and keeps which of them could not be had.
import type { ListOperation } from '../../contract/oci-operations.ts';
import type { OciParams, Tenancy } from '../../contract/tenancy.ts';
import { textIn } from '../../formats/oci.ts';
import type { Facts } from './facts.ts';
import type { Settings } from './settings.ts';

export type UnseenList = Facts['unseen'][number];

export interface Asking {
  readonly tenancy: Tenancy;
  readonly compartments: Settings['scope']['compartments'];
  /** Filled in while asking. */
  readonly unseen: UnseenList[];
}

/** Entries of every compartment, once each. `per` asks once for each of its parameters. */
export async function ask(asking: Asking, operation: ListOperation, per: readonly OciParams[] = [{}]): Promise<readonly unknown[]> {
  const answers = await Promise.all(
    Object.entries(asking.compartments).flatMap(([name, compartmentId]) =>
      per.map((params) => askOne(asking, operation, { compartmentId, ...params }, name)),
    ),
  );
  return distinct(answers.flatMap((items) => items ?? []));
}

/** Null where the list could not be had; that is then among what was not seen. */
export async function askOne(
  { tenancy, unseen }: Asking,
  operation: ListOperation,
  params: OciParams,
  of: string,
): Promise<readonly unknown[] | null> {
  const answer = await tenancy.list(operation, params);
  if (answer.kind === 'list') return answer.items;
  const { reason, detail } = answer;
  if (!unseen.some((one) => one.operation === operation && one.of === of))
    unseen.push({ operation, of, reason, detail: detail.slice(0, 300) });
  return null;
}

/** By OCID; entries without one stay. */
function distinct(items: readonly unknown[]): readonly unknown[] {
  const ids = new Set<string>();
  return items.filter((item) => {
    const id = textIn(item, 'id');
    if (id === null) return true;
    if (ids.has(id)) return false;
    ids.add(id);
    return true;
  });
}
