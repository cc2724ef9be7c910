// Bodies of the identity and compute services, as facts.
import { entriesIn, field, textIn, textsIn } from '../../formats/oci.ts';
import type { Compartment, Group, Instance, Policy } from './facts.ts';

const byId = <T extends { readonly id: string; readonly name: string }>(all: readonly T[]): readonly T[] =>
  [...all].sort((a, b) => compare(a.id, b.id) || compare(a.name, b.name));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The root is not in the list; it is put in. Those that were deleted stay in it for a while. */
export function compartmentsIn(tenancy: string, items: readonly unknown[]): readonly Compartment[] {
  const listed = items.flatMap((one): readonly Compartment[] => {
    const id = textIn(one, 'id');
    if (id === null || id === tenancy || textIn(one, 'lifecycleState') === 'DELETED') return [];
    return [{ id, name: textIn(one, 'name') ?? '', parent: textIn(one, 'compartmentId') ?? '', tags: tagsIn(one) }];
  });
  return byId([{ id: tenancy, name: '', parent: null, tags: null }, ...listed]);
}

export const groupsIn = (items: readonly unknown[]): readonly Group[] =>
  byId(
    items.map((one) => ({
      id: textIn(one, 'id') ?? '',
      name: textIn(one, 'name') ?? '',
      state: textIn(one, 'lifecycleState'),
      rule: textIn(one, 'matchingRule'),
    })),
  );

/** Entries of which not even the OCID is shown: what they are is not known. */
export const nameless = (items: readonly unknown[]): boolean => items.some((one) => !textIn(one, 'id'));

export const instancesIn = (items: readonly unknown[]): Instance[] => [
  ...byId(
    items
      .filter((one) => !['TERMINATED', 'TERMINATING'].includes(textIn(one, 'lifecycleState') ?? ''))
      .map((one) => ({ id: textIn(one, 'id') ?? '', name: textIn(one, 'displayName') ?? '', tags: tagsIn(one) })),
  ),
];

export const policiesIn = (items: readonly unknown[]): Policy[] => [
  ...byId(
    items.map((one) => {
      const id = textIn(one, 'id') ?? '';
      return {
        ...{ id, name: textIn(one, 'name') ?? id, state: textIn(one, 'lifecycleState') },
        ...{ versionDate: textIn(one, 'versionDate'), statements: statementsIn(one) },
      };
    }),
  ),
];

/** OCI allows far less; what is longer is not read, and says so in a form that is no statement. */
const statementCharsMax = 8_192;

function statementsIn(body: unknown): string[] | null {
  const whole = field(body, 'statements');
  const texts = textsIn(body, 'statements');
  if (texts === null || !Array.isArray(whole) || texts.length !== whole.length) return null;
  return texts.map((text) =>
    text.length > statementCharsMax ? `(longer than ${statementCharsMax} characters) ${text.slice(0, 200)}` : text,
  );
}

/** Defined tags only: freeform ones count for no rule. Null where they are not shown. */
function tagsIn(body: unknown): Record<string, string> | null {
  if (field(body, 'definedTags') === undefined) return null;
  const tags = entriesIn(body, 'definedTags').flatMap(([namespace, keys]) =>
    entriesIn({ keys }, 'keys').flatMap(([key, value]) =>
      ['string', 'number', 'boolean'].includes(typeof value) ? [[`${namespace}.${key}`.toLowerCase(), String(value)] as const] : [],
    ),
  );
  return Object.fromEntries(tags);
}
