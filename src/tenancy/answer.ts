// What an answer that is none says, in the words of the port. The code decides, not the text, which moves with every request.
import type { OciOperationName } from '../contract/oci-operations.ts';
import type { TenancyFailed } from '../contract/tenancy.ts';

/** `{code, message}` where OCI itself answered; the page of a proxy has no code. */
export function failureOf(operation: OciOperationName, status: number, body: unknown): TenancyFailed {
  const code = codeIn(body);
  const said = code === '' ? `${status}` : `${status} ${code}`;
  return { kind: 'failed', reason: reasonOf(status), status, code, detail: `${operation}: OCI answered ${said}` };
}

/** OCI answers 404 to what may not be seen as well as to what is not there. */
const reasonOf = (status: number): TenancyFailed['reason'] => ([401, 403, 404].includes(status) ? 'denied' : 'unreadable');

function codeIn(body: unknown): string {
  const { code } = (body ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' ? code.replace(/[^A-Za-z0-9_-]/g, '').slice(0, 60) : '';
}
