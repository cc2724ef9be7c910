// Asks the instance metadata service who this instance is.
// https://docs.oracle.com/en-us/iaas/Content/Compute/Tasks/gettingmetadata.htm
import type { CloudFailure } from '../../contract/cloud.ts';
import type { Deadline } from '../wire/deadline.ts';
import { exchange, type Watch } from '../wire/exchange.ts';
import { failureOfAnswer, unparsable } from '../wire/failure.ts';

const usual = 'http://169.254.169.254/opc/v2';

/** The text under a path such as `identity/cert.pem`, where it has the form that it should have. */
export type Metadata = (path: string, form: RegExp) => Promise<string | CloudFailure>;

export function metadataAt(base: string = usual, deadline: Deadline, watch: Watch): Metadata {
  return async (path, form) => {
    // Version 2 of the service wants this header, so that nobody is sent there by a link.
    const headers = { authorization: 'Bearer Oracle' };
    const exchanged = await exchange(`${base.replace(/\/+$/, '')}/${path}`, { headers }, { signal: deadline() }, watch);
    if (exchanged.kind === 'not-answered') return exchanged.failure;
    if (exchanged.status !== 200) return failureOfAnswer(exchanged);
    const text = exchanged.text.trim();
    // Other clouds, and proxies, have a service of their own at that address.
    return form.test(text) ? text : unparsable(exchanged, `${path} is not what OCI has there`);
  };
}
