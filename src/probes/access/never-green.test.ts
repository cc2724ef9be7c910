// Whatever comes back: what is not allowed is never taken for allowed, and says so by at least one finding that counts.
import { describe, expect, it } from 'vitest';
import { accessSnapshot, factsOf, judged } from '../../../test/support/access-look.ts';
import { recordedMachine } from '../../../test/support/recorded.ts';
import type { CloudCallSeen, CloudFailure, CloudTried } from '../../contract/cloud.ts';
import type { Machine } from '../../contract/machine.ts';
import { type Call, type Principal, resultClasses } from './facts.ts';

const settings = { buckets: [{ name: 'b' }], secretsByName: [{ name: 'w', compartment: 'ocid1.compartment.oc1..a' }] };
const now = Date.UTC(2026, 10, 23, 12);
const { signal } = new AbortController();

/** A recorded machine with a cloud of our own making behind it. */
async function machineWith(tried: Partial<CloudTried>): Promise<Machine> {
  const machine = (await recordedMachine()).forLook(signal);
  const token: CloudTried['principal'] = {
    stage: 'token',
    failure: null,
    region: 'eu-zurich-1',
    instanceId: null,
    compartmentId: null,
    tenancyId: null,
    certificate: { notBeforeMs: now - 3_600_000, notAfterMs: now + 3_600_000 },
    clockAheadSeconds: 0,
  };
  return { ...machine, tryCloud: async () => ({ kind: 'cloud-tried', principal: token, calls: [], tookMs: 1, peakRssBytes: 1, ...tried }) };
}

const look = async (tried: Partial<CloudTried>, given: object = settings) => accessSnapshot(await machineWith(tried), given, {}, signal);

const allowed: CloudCallSeen = { kind: 'answered', status: 200, isMissing: false, tookMs: 5 };
const failure = (status: number | null, code: string): CloudFailure => ({ status, code, message: '', requestId: null, host: 'h.example' });

describe('a machine', () => {
  it('is ready where all is allowed', async () => {
    expect(judged(await look({ calls: [allowed, allowed] }), null).verdict).toBe('ready');
  });

  const statuses = [null, 0, 100, 200, 204, 301, 304, 400, 401, 403, 404, 405, 409, 412, 413, 418, 429, 500, 502, 503, 504, 599];
  const codes = ['', 'TIMEOUT', 'ECONNREFUSED', 'NotAuthorizedOrNotFound', 'NOT_RECORDED', 'x', '<html>', 'a b\n'];
  it.each(statuses)('is never ready with a call refused with status %s, under any code', async (status) => {
    for (const code of codes) {
      const refused: CloudCallSeen = { kind: 'refused', failure: failure(status, code), tookMs: 5 };
      expect(judged(await look({ calls: [allowed, refused] }), null).verdict, code).not.toBe('ready');
    }
  });

  it.each(['metadata', 'federation', 'token'] as const)('is never ready without a token, ended at the stage %s', async (stage) => {
    for (const status of statuses) {
      for (const code of codes) {
        const { principal } = await (await machineWith({}))
          .tryCloud({ calls: [], callTimeoutMs: 1, timeoutMs: 1 })
          .then((one) => one as CloudTried);
        const snapshot = await look({ principal: { ...principal, stage, failure: failure(status, code) } });
        expect(judged(snapshot, null).verdict, `${status} ${code}`).not.toBe('ready');
        expect(factsOf(snapshot).calls.map(({ result }) => result.class)).toEqual(['not-tried', 'not-tried']);
      }
    }
  });

  it('is not ready with fewer answers than questions', async () => {
    expect(judged(await look({ calls: [allowed] }), null).verdict).toBe('unknown');
  });

  it('answers that nobody asked for are left', async () => {
    const snapshot = await look({ calls: [allowed, allowed, allowed] });
    expect(factsOf(snapshot).calls).toHaveLength(2);
    expect(judged(snapshot, null).verdict).toBe('ready');
  });
});

describe('each way in which an attempt can end', () => {
  const principal = (given: Partial<Principal>): Principal => ({
    stage: 'token',
    result: { class: 'allowed', cause: '', host: null },
    region: null,
    instance: null,
    compartment: null,
    tenancy: null,
    certificate: 'valid',
    clock: 'right',
    ...given,
  });
  const call = (given: Partial<Call>): Call => ({
    subject: 's',
    kind: 'get',
    label: null,
    name: 'n',
    compartment: null,
    region: null,
    isRequired: true,
    result: { class: 'allowed', cause: '', host: null },
    ...given,
  });

  it.each(resultClasses.filter((one) => one !== 'allowed' && one !== 'not-tried'))('%s: of a call, required or not', async (class_) => {
    const snapshot = await look({ calls: [allowed, allowed] });
    for (const isRequired of [true, false]) {
      const result = { class: class_, cause: '', host: null };
      const facts = { principal: principal({}), calls: [call({}), call({ subject: 't', isRequired, result })] };
      const [check] = snapshot.checks;
      const current = { ...check!.current!, outcome: { kind: 'observed', facts } as const };
      expect(judged({ ...snapshot, checks: [{ ...check!, current }] }, null).verdict, `${isRequired}`).not.toBe('ready');
    }
  });
});

describe('silence', () => {
  const late = (tookMs: number): CloudCallSeen => ({ kind: 'refused', failure: failure(null, 'TIMEOUT'), tookMs });
  const classes = async (tried: Partial<CloudTried>, given: object = settings) =>
    factsOf(await look(tried, given)).calls.map(({ result }) => result.class);

  it('is out of reach where nothing of the service answered', async () => {
    expect(await classes({ calls: [late(10_000), allowed] })).toEqual(['silent', 'allowed']);
  });

  it('is only slow where the same service answered another call', async () => {
    const two = { buckets: [{ name: 'b' }, { name: 'c' }] };
    expect(await classes({ calls: [late(10_000), allowed] }, two)).toEqual(['slow', 'allowed']);
  });

  it('is not said of a call for which there was no time left', async () => {
    expect(await classes({ calls: [late(10_000), late(3)], tookMs: 89_760 })).toEqual(['silent', 'slow']);
  });

  it('a throttled call is an answer too', async () => {
    const two = { buckets: [{ name: 'b' }, { name: 'c' }] };
    const throttled: CloudCallSeen = { kind: 'refused', failure: failure(429, 'TooManyRequests'), tookMs: 1 };
    expect(await classes({ calls: [late(10_000), throttled] }, two)).toEqual(['slow', 'throttled']);
  });
});

describe('readings', () => {
  it('of a certificate whose dates cannot be read there are none', async () => {
    const { principal } = (await (await machineWith({})).tryCloud({ calls: [], callTimeoutMs: 1, timeoutMs: 1 })) as CloudTried;
    const certificate = { notBeforeMs: Number.NaN, notAfterMs: Number.NaN };
    const [check] = (await look({ principal: { ...principal, certificate }, calls: [allowed, allowed] })).checks;
    expect(check?.current?.readings.map(({ name }) => name)).toEqual(['clockAheadSeconds', 'tryMs', 'peakRssBytes', 'callMs', 'callMs']);
  });
});

describe('one refusal', () => {
  it('says nothing of the groups that the instance is in', async () => {
    const refused: CloudCallSeen = { kind: 'refused', failure: failure(404, 'NotAuthorizedOrNotFound'), tookMs: 1 };
    const { findings } = judged(await look({ calls: [refused] }, { buckets: [{ name: 'b' }] }), null);
    expect(findings.map(({ code }) => code)).toEqual(['access/denied']);
  });
});

describe('what the system goes on without', () => {
  it('is a warning also where all of it is refused', async () => {
    const refused: CloudCallSeen = { kind: 'refused', failure: failure(404, 'NotAuthorizedOrNotFound'), tookMs: 1 };
    const optional = { buckets: ['a', 'b', 'c'].map((name) => ({ name, required: false })) };
    const { verdict, findings } = judged(await look({ calls: [refused, refused, refused] }, optional), null);
    expect(verdict).toBe('degraded');
    expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['access/optional-denied']));
  });
});
