// What the double answers, in OCI's forms.

export interface OciAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, where there is no body. */
  readonly text?: string;
}

export const ok = (body: unknown, headers: Readonly<Record<string, string>> = {}): OciAnswer => ({ status: 200, body, headers });

/** https://docs.oracle.com/en-us/iaas/Content/API/References/apierrors.htm */
export const problem = (status: number, code: string, message: string): OciAnswer => ({ status, body: { code, message } });

export const notFound = (): OciAnswer => problem(404, 'NotAuthorizedOrNotFound', 'Authorization failed or requested resource not found.');

export const notAuthenticated = (): OciAnswer =>
  problem(401, 'NotAuthenticated', 'The required information to complete authentication was not provided or was incorrect.');

export const invalidParameter = (message: string): OciAnswer => problem(400, 'InvalidParameter', message);
