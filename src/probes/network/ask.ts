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
  const items = answers.flatMap((some) => some ?? []);
  if (items.some(isUnreadable)) tell(asking.unseen, unreadable(operation));
  return distinct(items);
}

/** `null` is no entry; anything else without an OCID may be one that matters. */
const isUnreadable = (item: unknown): boolean => item !== null && textIn(item, 'id') === null;

const unreadable = (operation: string): UnseenList => ({
  operation,
  of: 'some entries',
  reason: 'unparsable',
  detail: `${operation}: an entry of the list names no OCID`,
});

function tell(unseen: UnseenList[], one: UnseenList): void {
  if (!unseen.some(({ operation, of }) => operation === one.operation && of === one.of)) unseen.push(one);
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
  tell(unseen, { operation, of, reason, detail: detail.slice(0, 300) });
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
