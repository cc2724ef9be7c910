// A list is all of its pages. One that does not end, or is larger than is kept, is no list.
import type { OciOperationName } from '../../contract/oci-operations.ts';
import type { OciParams, TenancyFailed } from '../../contract/tenancy.ts';
import { endlessPages } from '../recorded.ts';
import type { Delivered } from './outcome.ts';

export interface Texts {
  readonly kind: 'texts';
  readonly texts: readonly string[];
  readonly chars: number;
}

/** A service that gives fifty at a time reaches a list of fifty thousand so. */
const pagesMax = 1_000;

/** Five thousand rules are 3 MB. */
const charsMax = 33_554_432;

export async function allPages(
  operation: OciOperationName,
  params: OciParams,
  ask: (params: OciParams) => Promise<Delivered | TenancyFailed>,
): Promise<Texts | TenancyFailed> {
  const texts: string[] = [];
  const tokens = new Set<string>();
  let chars = 0;
  let page: OciParams = {};
  while (texts.length < pagesMax) {
    const answer = await ask({ ...params, ...page });
    if (answer.kind === 'failed') return answer;
    texts.push(answer.text);
    chars += answer.text.length;
    if (chars > charsMax) return tooLong(operation);
    if (answer.next === null) return { kind: 'texts', texts, chars };
    if (tokens.has(answer.next)) return endlessPages(operation);
    tokens.add(answer.next);
    page = { page: answer.next };
  }
  return endlessPages(operation);
}

const tooLong = (operation: OciOperationName): TenancyFailed => ({
  kind: 'failed',
  reason: 'too-much-output',
  status: 200,
  code: 'TOO_LARGE',
  detail: `${operation}: its pages are larger than is read`,
});
