// Asks for one kind of thing in every compartment, and remembers what was not answered.
import type { ListOperation } from '../../contract/oci-operations.ts';
import { type UnseenPart, unseenPart } from '../../contract/region.ts';
import type { OciParams, Tenancy } from '../../contract/tenancy.ts';
import { textIn } from '../../formats/oci.ts';
import type { Facts } from './facts.ts';
import type { Settings } from './settings.ts';

type Unseen = Facts['unseen'][number];

export class Lists {
  readonly #tenancy: Tenancy;
  readonly #compartments: readonly (readonly [name: string, id: string])[];
  readonly #unseen: Unseen[] = [];

  constructor(tenancy: Tenancy, { scope, compartments }: Settings) {
    this.#tenancy = tenancy;
    const named = [...Object.entries(scope.compartments), ...compartments.map((id) => [id, id] as const)];
    this.#compartments = named.filter(([, id], at) => named.findIndex(([, other]) => other === id) === at);
  }

  /** Entries of all compartments that answered. */
  async all(operation: ListOperation, what: string, params: OciParams = {}, isOfAddresses = false): Promise<readonly unknown[]> {
    const parts = await Promise.all(
      this.#compartments.map(async ([compartment, compartmentId]) => {
        const answer = await this.#tenancy.list(operation, { ...params, compartmentId });
        if (answer.kind === 'failed') this.#unseen.push({ compartment, what, isOfAddresses, part: unseenPart(answer) });
        else if (answer.items.some((item) => textIn(item, 'id') === null))
          this.#unseen.push({ compartment, what, isOfAddresses, part: withoutId(operation) });
        return answer.kind === 'failed' ? [] : answer.items;
      }),
    );
    return parts.flat();
  }

  unseen(): Unseen[] {
    const keyOf = ({ what, compartment }: Unseen): string => `${what}\n${compartment}`;
    return this.#unseen.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }
}

const withoutId = (operation: ListOperation): UnseenPart => ({
  kind: 'unseen',
  reason: 'unparsable',
  detail: `${operation}: an entry without an id`,
});
