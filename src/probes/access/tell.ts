// From what was tried to facts. Pure.
import type { CloudCallSeen, CloudFailure, CloudRequest, CloudTried } from '../../contract/cloud.ts';
import { type NamedCall, serviceOf } from './calls.ts';
import { asSilence, certificateOf, classifyCall, classifyFailure, clockOf, isAnswer } from './classify.ts';
import type { Call, Facts, Principal, Result } from './facts.ts';
import { ocidOrNull, regionName } from './origin.ts';

export type Limits = Pick<CloudRequest, 'callTimeoutMs' | 'timeoutMs'>;

export interface Asked {
  /** What is told of. */
  readonly named: readonly NamedCall[];
  /** What was asked for, in the order of asking. */
  readonly tried: readonly NamedCall[];
  readonly limits: Limits;
}

export function tell(seen: CloudTried, asked: Asked, now: number): Facts {
  const principal = tellPrincipal(seen, asked.limits, now);
  return { principal, calls: tellCalls(seen, asked, principal) };
}

function tellPrincipal(seen: CloudTried, limits: Limits, now: number): Principal {
  const { stage, failure, region, instanceId, compartmentId, tenancyId, certificate, clockAheadSeconds } = seen.principal;
  const clock = clockOf(clockAheadSeconds);
  const result = failure === null ? tokenOrNothing(stage) : classifyStage(failure, stage, clock);
  return {
    stage: stage === 'token' && failure !== null ? 'federation' : stage,
    // Nothing else is asked of these hosts.
    result: asSilence(result, wasCut(0, seen, limits)),
    region: region !== null && /^[A-Za-z0-9-]{1,64}$/.test(region) ? regionName(region) : null,
    instance: ocidOrNull(instanceId),
    compartment: ocidOrNull(compartmentId),
    tenancy: ocidOrNull(tenancyId),
    certificate: certificateOf(certificate, now, clockAheadSeconds),
    clock,
  };
}

/** The metadata service is no part of OCI's API: it takes any clock, and its refusals have neither code nor request id. */
const classifyStage = (failure: CloudFailure, stage: Principal['stage'], clock: Principal['clock']): Result =>
  stage === 'metadata' ? classifyFailure(failure, 'not-told', false) : classifyFailure(failure, clock, true);

const tokenOrNothing = (stage: Principal['stage']): Result => plain(stage === 'token' ? 'allowed' : 'unseen');

const plain = (class_: Result['class'], cause = ''): Result => ({ class: class_, cause, host: null });

interface Attempt {
  readonly result: Result;
  readonly service: string;
  readonly isCut: boolean;
}

function tellCalls(seen: CloudTried, { named, tried, limits }: Asked, principal: Principal): Call[] {
  const attempts = new Map(
    tried.map((one, at): readonly [NamedCall, Attempt] => {
      const answer = seen.calls[at];
      return [
        one,
        { result: resultOf(answer, one, principal), service: serviceOf(one.call), isCut: wasCut(answer?.tookMs ?? 0, seen, limits) },
      ];
    }),
  );
  const answering = new Set([...attempts.values()].filter(({ result }) => isAnswer(result)).map(({ service }) => service));
  return named.map((one): Call => {
    const { call: _, ...fact } = one;
    return { ...fact, result: finalResult(attempts.get(one), answering) };
  });
}

function resultOf(answer: CloudCallSeen | undefined, { kind }: NamedCall, principal: Principal): Result {
  if (principal.result.class !== 'allowed') return plain('not-tried');
  return answer === undefined ? plain('unseen') : classifyCall(answer, kind, principal.clock);
}

/** The configuration does not load with a target that is not OCI's; settings from elsewhere may still hold one. */
const finalResult = (attempt: Attempt | undefined, answering: ReadonlySet<string>): Result =>
  attempt === undefined ? plain('unseen', 'not a host of OCI') : asSilence(attempt.result, attempt.isCut || answering.has(attempt.service));

/** The limit of all calls together ended this one: nobody can be called silent who was not waited for. */
const wasCut = (tookMs: number, { tookMs: allMs }: CloudTried, { callTimeoutMs, timeoutMs }: Limits): boolean =>
  allMs >= timeoutMs - lastMs && tookMs < callTimeoutMs * 0.9;

/** The process ends by itself somewhat before it would be ended. */
const lastMs = 500;
