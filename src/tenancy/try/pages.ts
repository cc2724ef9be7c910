// Looks through the pages of a list for one entry.
import { notSent } from '../wire/failure.ts';
import { Refused } from './line.ts';

/** A list is asked for by name, so that it has a handful of entries; more pages than this are a list that never ends. */
const pagesMax = 20;

interface Page {
  readonly isHere: boolean;
  readonly next: string | undefined;
}

/** A page may be empty and still have a next one. The token for it is escaped, which the SDK does not do. */
export async function isInPages(read: (query: { page?: string }) => Promise<Page>): Promise<boolean> {
  let query: { page?: string } = {};
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const { isHere, next } = await read(query);
    if (isHere) return true;
    if (next === undefined || next === null || next === '') return false;
    query = { page: encodeURIComponent(next) };
  }
  throw new Refused(notSent('TOO_MANY_PAGES', `not found in ${pagesMax} pages of a list that goes on`));
}

/** What was deleted, or waits for its deletion, is still listed and serves nobody. */
export const isThere = (lifecycleState: string | undefined): boolean =>
  !/^(DELETED|DELETING|(PENDING|SCHEDULING)_DELETION)$/.test(lifecycleState ?? '');

/** An entry without a name is no entry of such a list: what was not understood is not what is not there. */
export function nameIn(value: unknown): string {
  if (typeof value !== 'string') throw new Error('an entry of the list has no name');
  return value;
}
