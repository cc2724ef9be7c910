// Which principal may do what. Nothing is allowed that was not said, as with OCI's policies.
import type { OciOperationName } from '../../../src/contract/oci-operations.ts';

/** Operations by the names of OCI's API, or of the SDK's methods where a recording answers; `Get` is any other GET. */
export type Operation =
  | 'HeadBucket'
  | 'ListObjects'
  | 'GetSecret'
  | 'ListSecrets'
  | 'GetSecretBundle'
  | 'ListContainerImages'
  | 'Get'
  | OciOperationName;

export class Permissions {
  readonly #granted = new Set<string>();

  /** `resource` is a bucket's name, a secret's OCID, a compartment's OCID for lists, a path for `Get`; `*` is any. */
  allow(principalId: string, operation: Operation, resource = '*'): void {
    this.#granted.add(`${principalId} ${operation} ${resource}`);
  }

  revoke(principalId: string, operation: Operation, resource = '*'): void {
    this.#granted.delete(`${principalId} ${operation} ${resource}`);
  }

  allows(principalId: string, operation: Operation, resource: string): boolean {
    return [resource, '*'].some((one) => this.#granted.has(`${principalId} ${operation} ${one}`));
  }
}
