// One region behind the port. Others have their own queue, circuits, clients and answers: what happens to them does not reach it.
import { isListOperation, type OciOperationName, ociOperations } from '../../contract/oci-operations.ts';
import type { OciParams, Tenancy, TenancyFailed, TenancyGot, TenancyListed, TenancySource } from '../../contract/tenancy.ts';
import type { OciAccess, RegionState, RegionUsage, TenancyParts } from '../access.ts';
import { entriesOf } from '../recorded.ts';
import { endedEarly } from '../until-aborted.ts';
import type { Credentials } from './credentials.ts';
import { Flights } from './flights.ts';
import { Kept } from './kept.ts';
import { notSent } from './outcome.ts';
import { allPages, type Texts } from './pages.ts';
import { regionKey } from './region-key.ts';
import { Requests } from './requests.ts';
import { Usage } from './usage.ts';

export interface LiveParts {
  readonly access: OciAccess;
  readonly parts: TenancyParts;
  readonly credentials: Credentials;
  /** Aborts with everything. */
  readonly closing: AbortSignal;
}

export interface LiveRegion {
  readonly source: TenancySource;
  ready(): Promise<void>;
  usage(): readonly RegionUsage[];
  state(): RegionState;
}

/** Of a look: all probes of one round see the same list. */
const lookMs = 20_000;
/** `round`: the check that looks most often at what people write does so each ten minutes (`zones`). */
const keepMs = { look: lookMs, round: 480_000, day: 86_400_000 } as const;

/** What failed a moment ago is not asked again by the next probe. */
const failureMs = 3_000;

/** The answers of a region of five hundred instances, two hundred groups and five thousand rules are a fifth of it. */
const keptTerms = { answersMax: 20_000, charsMax: 67_108_864 } as const;

type Answer = Texts | TenancyFailed;

export function liveRegion(name: string, { access, parts, credentials, closing }: LiveParts): LiveRegion {
  const usage = new Usage(name);
  const requests = new Requests({ region: name, access, parts, credentials, usage });
  const kept = new Kept<Answer>(keptTerms, parts.monotonicMs);
  const flights = new Flights<Answer>();
  let key: string | null = null;

  const fetch = async (operation: OciOperationName, params: OciParams, who: symbol, signal: AbortSignal): Promise<Answer> => {
    const ask = (params: OciParams) => requests.ask({ operation, params, who, signal });
    if (isListOperation(operation)) return allPages(operation, params, ask);
    const answer = await ask(params);
    return answer.kind === 'failed' ? answer : { kind: 'texts', texts: [answer.text], chars: answer.text.length };
  };

  const answerTo = (operation: OciOperationName, params: OciParams, who: symbol, signal: AbortSignal): Promise<Answer> => {
    const question = questionKey(operation, params);
    const before = kept.get(question);
    if (before !== undefined || flights.isUnderWay(question)) usage.count(operation, 'fromCache');
    if (before !== undefined) return Promise.resolve(signal.aborted ? endedEarly(operation) : before);
    const begin = async (alone: AbortSignal): Promise<Answer> => {
      const answer = await fetch(operation, params, who, AbortSignal.any([alone, closing])).catch(
        () => notSent(operation, 'it could not be asked').failed,
      );
      const forMs = keptForMs(operation, answer);
      if (forMs > 0) kept.set(question, answer, answer.kind === 'texts' ? answer.chars : 0, forMs);
      return answer;
    };
    return flights.join(question, signal, begin, endedEarly(operation));
  };

  const forLook = (signal: AbortSignal): Tenancy => {
    const who = Symbol(name);
    return {
      now: () => parts.now(),
      get region() {
        return { name, key };
      },
      get tenancyId() {
        return credentials.known()?.tenancyId ?? null;
      },
      list: async (operation, params = {}) => listed(operation, await answerTo(operation, params, who, signal)),
      get: async (operation, params) => got(await answerTo(operation, params, who, signal)),
    };
  };
  const source: TenancySource = { now: () => parts.now(), forLook };

  return {
    source,
    ready: async () => {
      key ??= await regionKey(name, credentials, forLook(AbortSignal.any([closing, AbortSignal.timeout(access.callTimeoutMs)])));
    },
    usage: () => usage.list(),
    state: () => ({ region: name, ...requests.state(), kept: kept.size }),
  };
}

/** The same for the same question, in whatever order its parameters stand. */
const questionKey = (operation: OciOperationName, params: OciParams): string =>
  JSON.stringify([operation, ...Object.entries(params).sort(([one], [other]) => (one < other ? -1 : 1))]);

function keptForMs(operation: OciOperationName, answer: Answer): number {
  if (answer.kind === 'failed') return answer.status === null ? 0 : failureMs;
  const { keep } = ociOperations[operation];
  // What was asked together is not asked again together.
  return keep === 'look' ? lookMs : keepMs[keep] * (0.8 + 0.2 * Math.random());
}

function listed(operation: OciOperationName, answer: Answer): TenancyListed | TenancyFailed {
  if (answer.kind === 'failed') return answer;
  return { kind: 'list', items: answer.texts.flatMap((text) => entriesOf(operation, JSON.parse(text)) ?? []) };
}

const got = (answer: Answer): TenancyGot | TenancyFailed =>
  answer.kind === 'failed' ? answer : { kind: 'object', body: JSON.parse(answer.texts[0]!) };
