// Sends one request as the SDK composed it: signed, by a private way, and with an end to its time and to its size.
import { type OciOperationName, ociOperations } from '../../contract/oci-operations.ts';
import { type Exchanged, exchange, type Watch } from '../wire/exchange.ts';
import { isPrivateWay } from '../wire/private-way.ts';
import { wireUrl } from '../wire/wire-url.ts';
import { callSdk, type SdkClient } from './clients.ts';
import { runErrand } from './errand.ts';
import { notSent, type Outcome, outcomeOf } from './outcome.ts';
import { isWhole } from './request.ts';
import type { Signer } from './signer.ts';

export interface SignedRequest {
  readonly operation: OciOperationName;
  readonly request: Readonly<Record<string, string>>;
  readonly client: SdkClient;
  readonly signer: Signer;
  /** Ends it, its body too. */
  readonly signal: AbortSignal;
  readonly watch: Watch;
  readonly now: () => number;
  readonly onSent: () => void;
}

/** A thousand instances with all that may hang on them are 4 MB. */
const bytesMax = 16_777_216;

export async function sendSigned(sending: SignedRequest): Promise<Outcome> {
  const { operation, request, client, signer, signal, watch, now, onSent } = sending;
  let outcome: Outcome = notSent(operation, 'the SDK did not send it');
  const send = async (method: string, uri: string, headers: Headers): Promise<void> => {
    const url = wireUrl(uri);
    const why = whyNot(method, url, operation, request);
    if (why !== null) {
      outcome = notSent(operation, why);
      return;
    }
    await signer.sign(url, headers);
    const authorization = headers.get('authorization') ?? '';
    onSent();
    const exchanged: Exchanged = await exchange(url, { method: 'GET', headers }, { signal, bytesMax }, watch);
    outcome = outcomeOf(operation, exchanged, authorization, now());
  };
  try {
    await runErrand({ send, empty: ociOperations[operation].body === 'array' ? '[]' : '{}' }, () => callSdk(client, operation, request));
  } catch {
    // What was sent has its outcome; what was not has the first one.
  }
  return outcome;
}

function whyNot(method: string, url: string, operation: OciOperationName, request: Readonly<Record<string, string>>): string | null {
  if (method !== 'GET') return 'it does more than read';
  if (!isPrivateWay(url)) return 'a signed request is sent over TLS only';
  return isWhole(url, operation, request) ? null : 'the SDK knows no parameter of that name';
}
