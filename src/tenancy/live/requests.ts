// Asks one region, one request after another: each waits for its turn, is sent again where that may help, and is not sent at all while
// the region has been failing.
import { setTimeout as timer } from 'node:timers/promises';
import type { Region } from 'oci-common';
import { type OciOperationName, ociOperations } from '../../contract/oci-operations.ts';
import type { OciParams, TenancyFailed } from '../../contract/tenancy.ts';
import type { OciAccess, RegionState, TenancyParts } from '../access.ts';
import { regionBeside, regionForm } from '../principal/regions.ts';
import { endedEarly } from '../until-aborted.ts';
import type { Watch } from '../wire/exchange.ts';
import { Circuits } from './circuits.ts';
import { Clients, type SdkClient } from './clients.ts';
import { type Credential, clockWords, type NoCredential } from './credential.ts';
import type { Credentials } from './credentials.ts';
import { errandClient } from './errand.ts';
import { type Delivered, notSent, type Outcome, type Undelivered } from './outcome.ts';
import { Pauses } from './pauses.ts';
import { quietly } from './quiet.ts';
import { limitOf, requestOf } from './request.ts';
import { attemptsMax, isWorthRepeating, jitteredWaitMs, retryAfterMaxMs, throttledMs } from './retry.ts';
import { sendSigned } from './send.ts';
import { type GiveBack, Turns } from './turns.ts';
import type { Usage } from './usage.ts';
import { isOfRealm } from './vault-endpoint.ts';

export interface RequestsParts {
  readonly region: string;
  readonly access: OciAccess;
  readonly parts: TenancyParts;
  readonly credentials: Credentials;
  readonly usage: Usage;
}

export interface Question {
  readonly operation: OciOperationName;
  readonly params: OciParams;
  /** Whose turn it takes. */
  readonly who: symbol;
  readonly signal: AbortSignal;
}

export class Requests {
  readonly #parts: RequestsParts;
  readonly #turns: Turns;
  readonly #circuits: Circuits;
  readonly #pauses: Pauses;
  readonly #clients = new Clients(errandClient);
  readonly #watch: Watch = { clockAheadSeconds: null };

  constructor(parts: RequestsParts) {
    this.#parts = parts;
    this.#turns = new Turns(Math.max(1, parts.access.concurrency));
    this.#circuits = new Circuits(parts.parts.monotonicMs);
    this.#pauses = new Pauses(parts.parts.monotonicMs);
  }

  state(): Omit<RegionState, 'region' | 'kept'> {
    const { underWay, waiting } = this.#turns;
    return { ...this.#circuits.state(), underWay, waiting, clockAheadSeconds: this.#watch.clockAheadSeconds };
  }

  async ask(question: Question): Promise<Delivered | TenancyFailed> {
    const { operation, signal } = question;
    let last: TenancyFailed | null = null;
    let hasLimit = true;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#attempt(question, attempt, hasLimit);
      if (signal.aborted) return endedEarly(operation);
      if (outcome === null) return last ?? this.#failingFast(operation);
      if (outcome.kind === 'delivered') return outcome;
      last = outcome.failed;
      if (last.status === 400 && hasLimit && limitOf(operation) !== null) {
        // It may be our own number of entries that the service does not take.
        hasLimit = false;
        continue;
      }
      if (!this.#mayRepeat(outcome, attempt)) return last;
      await this.#waitAfter(outcome, attempt, signal);
      if (signal.aborted) return endedEarly(operation);
    }
  }

  #mayRepeat({ failed, sign, retryAfterMs }: Undelivered, attempt: number): boolean {
    if (sign === 'none' || attempt >= attemptsMax(failed)) return false;
    return isWorthRepeating(failed) && (retryAfterMs ?? 0) <= retryAfterMaxMs;
  }

  async #waitAfter({ failed, retryAfterMs }: Undelivered, attempt: number, signal: AbortSignal): Promise<void> {
    // Whom OCI told "too many requests" waits with all others, before the next attempt.
    if (failed.status !== 429) await this.#wait(Math.max(retryAfterMs ?? 0, jitteredWaitMs(attempt)), signal);
  }

  /** Null where it was not asked. */
  async #attempt(question: Question, attempt: number, hasLimit: boolean): Promise<Outcome | null> {
    const { operation, params, signal } = question;
    const { service } = ociOperations[operation];
    const giveBack = await this.#turn(question);
    if (giveBack === null) return notSent(operation, 'its look was ended');
    try {
      const prepared = await this.#prepare(operation, params, hasLimit);
      if ('kind' in prepared) return prepared;
      if (!this.#circuits.mayAsk(service)) return null;
      this.#circuits.begin(service);
      const sending = { operation, ...prepared, signal, isRetry: attempt > 1 };
      const outcome = await this.#sendBelieved(sending).catch(() => notSent(operation, 'it could not be asked'));
      this.#circuits.note(signal.aborted ? 'none' : outcome.kind === 'delivered' ? 'alive' : outcome.sign, service);
      if (outcome.kind === 'undelivered' && outcome.failed.status === 429) this.#pause(service, outcome, attempt);
      return outcome;
    } finally {
      giveBack();
    }
  }

  /** A turn while the service is not left in peace; null where the signal aborted first. */
  async #turn({ operation, who, signal }: Question): Promise<GiveBack | null> {
    for (;;) {
      const giveBack = await this.#turns.take(who, signal);
      const pausedMs = this.#pauses.leftMs(ociOperations[operation].service);
      if (giveBack === null || pausedMs === 0) return giveBack;
      giveBack();
      await this.#wait(pausedMs, signal);
    }
  }

  #pause(service: string, { retryAfterMs }: Undelivered, attempt: number): void {
    this.#pauses.pause(service, Math.min(retryAfterMaxMs, retryAfterMs ?? throttledMs(attempt)));
  }

  async #prepare(operation: OciOperationName, params: OciParams, hasLimit: boolean): Promise<Prepared | Undelivered> {
    const { region, credentials } = this.#parts;
    const request = requestOf(operation, params, hasLimit);
    if (request === null) return notSent(operation, 'it cannot be asked with these parameters');
    if (!regionForm.test(region)) return notSent(operation, 'there is no region of that name');
    const credential = await credentials.current();
    if (credential.kind === 'no-credential') return without(operation, credential);
    const client = await this.#client(operation, params, credential);
    return client === null ? notSent(operation, 'its endpoint is none of OCI’s') : { request, credential, client };
  }

  async #client(operation: OciOperationName, { endpoint }: OciParams, { home }: Credential): Promise<SdkClient | null> {
    const { region, access } = this.#parts;
    const instead = access.endpoints[region];
    if (endpoint === undefined)
      return this.#clients.clientFor(
        operation,
        instead === undefined ? { region: await placeOf(home, region) } : { endpoint: bare(instead) },
      );
    if (instead !== undefined) return this.#clients.clientAt(operation, bare(instead));
    return isOfRealm(endpoint, home.realm.secondLevelDomain) ? this.#clients.clientAt(operation, bare(endpoint)) : null;
  }

  /** A 401 may mean that a token was recalled, or a key replaced: another credential is tried once. */
  async #sendBelieved(sending: Sending): Promise<Outcome> {
    const { operation, credential, isRetry } = sending;
    const first = await this.#send(sending, isRetry);
    if (first.kind === 'delivered' || first.failed.status !== 401) return first;
    const another = await this.#parts.credentials.renewed(credential);
    if (another.kind === 'no-credential') return without(operation, another);
    if (another === credential) return this.#explained(first, credential);
    const second = await this.#send({ ...sending, credential: another }, true);
    return second.kind === 'undelivered' && second.failed.status === 401 ? this.#explained(second, another) : second;
  }

  #explained(outcome: Undelivered, { whyRefused }: Credential): Undelivered {
    const why = clockWords(this.#watch.clockAheadSeconds) ?? whyRefused();
    const { failed } = outcome;
    return why === null ? outcome : { ...outcome, failed: { ...failed, detail: `${failed.detail}: ${why}` } };
  }

  async #send({ operation, request, client, credential, signal }: Sending, isRetry: boolean): Promise<Outcome> {
    const { usage, access, parts } = this.#parts;
    const outcome = await sendSigned({
      operation,
      request,
      client,
      signer: credential.signer,
      signal: AbortSignal.any([signal, AbortSignal.timeout(access.callTimeoutMs)]),
      watch: this.#watch,
      now: () => parts.now(),
      onSent: () => {
        usage.count(operation, 'calls');
        if (isRetry) usage.count(operation, 'retries');
      },
    });
    if (!signal.aborted && (outcome.kind === 'delivered' || outcome.sign !== 'none')) usage.count(operation, counterOf(outcome));
    return outcome;
  }

  #failingFast(operation: OciOperationName): TenancyFailed {
    this.#parts.usage.count(operation, 'notAsked');
    return notSent(operation, `not asked, since ${this.#parts.region} has been failing`, '').failed;
  }

  #wait(ms: number, signal: AbortSignal): Promise<void> {
    return (this.#parts.parts.wait ?? waitByTimer)(ms, signal);
  }
}

interface Prepared {
  readonly request: Readonly<Record<string, string>>;
  readonly credential: Credential;
  readonly client: SdkClient;
}

interface Sending extends Prepared {
  readonly operation: OciOperationName;
  readonly signal: AbortSignal;
  readonly isRetry: boolean;
}

const without = (operation: OciOperationName, { what, reason, status, code }: NoCredential): Undelivered => {
  const outcome = notSent(operation, what, code);
  return { ...outcome, failed: { ...outcome.failed, reason, status } };
};

const counterOf = (outcome: Outcome): 'answered' | 'throttled' | 'failed' =>
  outcome.kind === 'delivered' ? 'answered' : outcome.failed.status === 429 ? 'throttled' : 'failed';

const placeOf = (home: Region, name: string): Promise<Region> => quietly(() => regionBeside(home, name));

const bare = (url: string): string => url.replace(/\/+$/, '');

const waitByTimer = (ms: number, signal: AbortSignal): Promise<void> => timer(ms, undefined, { signal }).catch(() => {});
