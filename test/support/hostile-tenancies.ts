// Regions on which nothing works, each in its own way: what every region probe must come away from with an honest answer.
import type { Role } from '../../src/contract/node.ts';
import { isListOperation, type OciOperationName } from '../../src/contract/oci-operations.ts';
import type { OciParams, Tenancy, TenancyFailed, TenancyGot, TenancyListed, TenancySource } from '../../src/contract/tenancy.ts';
import { failureOf } from '../../src/tenancy/answer.ts';
import { recordedTenancy } from '../../src/tenancy/recorded.ts';
import { endedEarly } from '../../src/tenancy/until-aborted.ts';
import { casesOf, regionOf, topology } from './oci-cases.ts';

type Answer = TenancyListed | TenancyGot | TenancyFailed;

/** What a region answers to any question. */
type Answering = (operation: OciOperationName, params: OciParams) => Answer | Promise<Answer>;

export interface HostileTenancy {
  readonly tenancy: (side: Role) => Tenancy;
  /** What was left of the bodies may be all that matters: whether it is ready is not said. */
  readonly mayBeReady?: true;
}

const denied = (status: number, code: string) => (operation: OciOperationName) => failureOf(operation, status, { code, message: 'x' });

const failing =
  (reason: TenancyFailed['reason']) =>
  (operation: OciOperationName): TenancyFailed => ({ kind: 'failed', reason, status: null, code: '', detail: `${operation}: ${reason}` });

/** Lists of these entries, and things that are this. */
const filledWith =
  (items: readonly unknown[], body: unknown) =>
  (operation: OciOperationName): Answer =>
    isListOperation(operation) ? { kind: 'list', items } : { kind: 'object', body };

const strange = Object.fromEntries(
  ['__proto__', 'constructor', 'toString', 'id', 'displayName', 'name', 'lifecycleState'].map((name) => [name, 'constructor']),
);

/** Three hundred of everything in a compartment, and eight of everything in each of them. */
function long(operation: OciOperationName, params: OciParams): Answer {
  if (!isListOperation(operation)) return { kind: 'object', body: longList[0] };
  const isOfOneThing = Object.keys(params).some((name) => /(?:[a-z]Id|NameOrId|endpoint)$/.test(name) && name !== 'compartmentId');
  return { kind: 'list', items: isOfOneThing ? longList.slice(0, 8) : longList };
}

const longList = Array.from({ length: 300 }, (_, at) => {
  const id = `ocid1.thing.oc1.phx.${String(at).padStart(60, 'a')}`;
  const name = `thing-${at}`;
  const names = { id, displayName: name, name, secretName: name, certificateName: name, domain: `${name}.example.com` };
  const places = { compartmentId: topology.standby.compartmentId, vcnId: id, subnetId: id, vaultId: id, zoneId: id };
  const rule = { direction: 'INGRESS', protocol: '6', source: `10.1.${at % 256}.0/24`, sourceType: 'CIDR_BLOCK', isValid: true };
  const grants = { statements: [`Allow dynamic-group ${name} to read buckets in tenancy`], matchingRule: `ALL {instance.id = '${id}'}` };
  return { ...names, ...places, ...rule, ...grants, lifecycleState: 'ACTIVE', timeCreated: '2026-07-01T00:00:00.000Z', rdata: '10.1.0.1' };
});

/** By name, for the titles of tests. */
export const hostileTenancies: Readonly<Record<string, HostileTenancy>> = {
  'every question is answered with 404': of(denied(404, 'NotAuthorizedOrNotFound')),
  'every question is answered with 401': of(denied(401, 'NotAuthenticated')),
  'every question is throttled': of(denied(429, 'TooManyRequests')),
  'every question fails': of(denied(500, 'InternalError')),
  'every question runs into its time limit': of(failing('timeout')),
  'every answer is too long': of(failing('too-much-output')),
  'no answer is what was asked for': of(failing('unparsable')),
  'every list is empty and nothing is there': of((operation) =>
    isListOperation(operation) ? { kind: 'list', items: [] } : denied(404, 'NotAuthorizedOrNotFound')(operation),
  ),
  'every list is empty and every thing is null': of(filledWith([], null)),
  'every entry is null': of(filledWith([null, null], null)),
  'every entry is without a field': of(filledWith([{}, {}], {})),
  'every entry is a list': of(filledWith([[], [[]]], [])),
  'every entry is a text': of(filledWith(['', '<html>', '[]', 'null'], '<html>Bad Gateway</html>')),
  'every entry is a number': of(filledWith([0, -1, 1e21, Number.NaN], 7)),
  'every name is one of JavaScript’s own': { ...of(filledWith([strange, strange], strange)), mayBeReady: true },
  'every value is of another kind': ofBodies(otherKind),
  'lists are long': { ...of(long), mayBeReady: true },
  'every entry lacks half of its fields': { ...ofBodies((body) => halfOf(body, 0)), mayBeReady: true },
  'every entry lacks the other half of its fields': { ...ofBodies((body) => halfOf(body, 1)), mayBeReady: true },
};

function of(answering: Answering): HostileTenancy {
  return { tenancy: (side) => answeringTenancy(side, answering) };
}

function answeringTenancy(side: Role, answering: Answering): Tenancy {
  const { region: name, regionKey: key } = topology[side];
  return {
    now: () => Date.parse(topology.asOf),
    region: { name, key },
    tenancyId: topology.tenancyId,
    list: async (operation, params = {}) => (await answering(operation, params)) as TenancyListed | TenancyFailed,
    get: async (operation, params) => (await answering(operation, params)) as TenancyGot | TenancyFailed,
  };
}

/** What the recorded cases show, all of them at once, those in order first: as much as a probe can ask for is there. */
export const wholeTenancy = (side: Role): Tenancy => wholeSources[side].forLook(new AbortController().signal);

const wholeSources = { primary: wholeSource('primary'), standby: wholeSource('standby') } as const;

function wholeSource(side: Role): TenancySource {
  const ids = ['symmetric', 'drifted', 'both-broken', 'n/a'].flatMap((verdict) =>
    casesOf()
      .filter((one) => one.verdict === verdict)
      .map(({ id }) => id),
  );
  const [first, ...under] = ids;
  return recordedTenancy(regionOf(first!, side, { under }));
}

const answerOf = (tenancy: Tenancy, operation: OciOperationName, params: OciParams): Promise<Answer> =>
  isListOperation(operation) ? tenancy.list(operation, params) : tenancy.get(operation, params);

/** The whole tenancy, with the bodies of all things changed. */
function ofBodies(change: (body: unknown) => unknown): HostileTenancy {
  return {
    tenancy: (side) => {
      const whole = wholeTenancy(side);
      return answeringTenancy(side, async (operation, params) => {
        const answer = await answerOf(whole, operation, params);
        if (answer.kind === 'failed') return answer;
        return answer.kind === 'list' ? { ...answer, items: answer.items.map(change) } : { ...answer, body: change(answer.body) };
      });
    },
  };
}

/** The whole tenancy, but for what `isDenied`. */
export function partlyDenied(side: Role, isDenied: (operation: OciOperationName) => boolean): Tenancy {
  const whole = wholeTenancy(side);
  return answeringTenancy(side, (operation, params) =>
    isDenied(operation) ? denied(404, 'NotAuthorizedOrNotFound')(operation) : answerOf(whole, operation, params),
  );
}

/** What is asked through it, by name. */
export function watched(tenancy: Tenancy): { readonly tenancy: Tenancy; readonly asked: ReadonlySet<OciOperationName> } {
  const asked = new Set<OciOperationName>();
  return {
    asked,
    tenancy: {
      ...tenancy,
      list: (operation, params) => {
        asked.add(operation);
        return tenancy.list(operation, params);
      },
      get: (operation, params) => {
        asked.add(operation);
        return tenancy.get(operation, params);
      },
    },
  };
}

/** Answers nothing until the look is aborted, and then to every question that it ran out of time. */
export const hangingTenancy = (side: Role, signal: AbortSignal): Tenancy =>
  answeringTenancy(
    side,
    (operation) =>
      new Promise((resolve) => {
        const end = (): void => resolve(endedEarly(operation));
        if (signal.aborted) end();
        else signal.addEventListener('abort', end, { once: true });
      }),
  );

function otherKind(value: unknown): unknown {
  if (Array.isArray(value)) return { 0: 'x' };
  switch (typeof value) {
    case 'string':
      return 7;
    case 'number':
      return 'seven';
    case 'boolean':
      return [];
    default:
      return value === null ? {} : Object.fromEntries(Object.entries(value as object).map(([key, one]) => [key, otherKind(one)]));
  }
}

/** Every second field by name, at all depths. */
function halfOf(value: unknown, rest: 0 | 1): unknown {
  if (Array.isArray(value)) return value.map((one) => halfOf(one, rest));
  if (typeof value !== 'object' || value === null) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => names.indexOf(name) % 2 !== rest)
      .map(([name, one]) => [name, halfOf(one, rest)]),
  );
}
