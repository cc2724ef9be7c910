// The gate over HTTP, what it leaves behind, and what people accept before they ask it.
import { createHash, createPublicKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { verifyReceipt } from '../../src/formats/receipt.ts';
import { ask, got } from '../support/asking.ts';
import { groupOf, type ServedCollector, see, serveCollector, servePair, type TestPair } from '../support/collector.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const tokens = [
  { name: 'ops', sha256: sha256('ops'), rights: ['read', 'waive'] as const },
  { name: 'looker', sha256: sha256('looker'), rights: ['read'] as const },
];
const soon = () => Date.now() + 60_000;

interface Behind extends ServedCollector {
  readonly pair: TestPair;
}

/** A group whose one standby is behind. */
async function serveBehind(): Promise<Behind> {
  const pair = await servePair('app1');
  await see(pair.primary, 9);
  const access = { tokens, clients: [], localRights: ['read', 'waive'] as const, requestsPerMinute: 60_000 };
  const served = await serveCollector({ groups: [groupOf('billing', [pair.config])], config: { access } });
  return { ...served, pair };
}

const linesOf = ({ log }: ServedCollector, about: RegExp) => log.said.filter(({ message }) => about.test(message));

describe('the gate', () => {
  test('answers with a receipt that the collector’s key vouches for, whatever the verdict', async () => {
    const served = await serveBehind();
    const { json: receipt } = await ask(`${served.url}/v1/gate/billing?failOn=not-ready&maxAge=600000`, { token: 'looker' });
    expect(receipt).toMatchObject({
      verdict: 'not-ready',
      isPassed: false,
      override: null,
      issuer: { kind: 'collector', name: 'watch1' },
      asked: { group: 'billing', by: 'token looker', maxAgeMs: 600_000, failOn: 'not-ready' },
      pairs: [{ pair: 'app1', verdict: 'not-ready', findings: [{ code: 'levels/behind' }] }],
    });
    const key = await ask(`${served.url}/v1/gate-key`);
    expect(key.headers['content-type']).toMatch(/^application\/x-pem-file/);
    expect(verifyReceipt(receipt, [createPublicKey(key.text)]).kind).toBe('valid');
    expect(verifyReceipt({ ...receipt, verdict: 'ready' }, [createPublicKey(key.text)]).kind).toBe('broken');
  });

  test('judges for the asking: what was heard a moment ago counts', async () => {
    const served = await serveBehind();
    await see(served.pair.standby, 9);
    await served.collector.poller.pollNow();
    expect(await got(served, '/v1/gate/billing')).toMatchObject({ verdict: 'ready' });
  });

  test('is logged each time that it is asked', async () => {
    const served = await serveBehind();
    const { json } = await ask(`${served.url}/v1/gate/billing`, { token: 'looker' });
    expect(linesOf(served, /the gate/)).toMatchObject([
      { level: 'info', fields: { group: 'billing', verdict: 'not-ready', by: 'token looker', receipt: json.id } },
    ]);
  });

  test('is overridden by those who may waive, with a mark in the receipt and in the log', async () => {
    const served = await serveBehind();
    const path = `/v1/gate/billing?failOn=degraded&override=${encodeURIComponent('Frankfurt is dark')}`;
    const refused = await ask(`${served.url}${path}&by=Ada`, { token: 'looker' });
    expect(refused).toMatchObject({ status: 403, json: { detail: expect.stringContaining('not the right to waive') } });
    expect(await ask(served.url + path, { token: 'ops' })).toMatchObject({
      status: 400,
      json: { detail: expect.stringContaining('by whom') },
    });
    expect(linesOf(served, /the gate/)).toEqual([]);
    const { json } = await ask(`${served.url}${path}&by=Ada`, { token: 'ops' });
    expect(json).toMatchObject({ verdict: 'not-ready', isPassed: true, override: { by: 'Ada', reason: 'Frankfurt is dark' } });
    expect(linesOf(served, /the gate/)).toMatchObject([
      { level: 'warn', message: 'the gate was overridden', fields: { overriddenBy: 'Ada', reason: 'Frankfurt is dark', by: 'token ops' } },
    ]);
  });

  test('leaves receipts that can be read again, as they were signed', async () => {
    const served = await serveBehind();
    const first = await got(served, '/v1/gate/billing');
    const second = await got(served, '/v1/gate/billing?failOn=unknown');
    const { receipts } = await got(served, '/v1/receipts?group=billing');
    expect(
      receipts.map(({ id, verdict, isPassed }: { id: string; verdict: string; isPassed: boolean }) => [id, verdict, isPassed]),
    ).toEqual([
      [second.id, 'not-ready', false],
      [first.id, 'not-ready', null],
    ]);
    expect(receipts[0]).not.toHaveProperty('pairs');
    expect(await got(served, `/v1/receipts/${first.id}`)).toEqual(first);
    expect((await got(served, '/v1/receipts?group=crm')).receipts).toEqual([]);
    expect((await got(served, '/v1/receipts?limit=1')).receipts).toHaveLength(1);
  });
});

describe('a finding', () => {
  const accepted = { group: 'billing', pair: 'app1', author: 'Ada', reason: 'patched with the next window' };
  const named = { code: 'levels/behind', subject: 'level' };
  const post = (served: Behind, body: object, token = 'ops') => ask(`${served.url}/v1/waivers`, { method: 'POST', body, token });

  test('that is accepted counts no more, and says by whom, until that is taken back', async () => {
    const served = await serveBehind();
    const { status, json: waiver } = await post(served, { ...accepted, ...named, until: soon() });
    expect([status, waiver]).toEqual([
      201,
      expect.objectContaining({ code: 'levels/behind', author: 'Ada', by: 'token ops', endedAt: null }),
    ]);
    expect(await got(served, '/v1/groups/billing')).toMatchObject({
      verdict: 'ready',
      counts: { blocker: 0, waived: 1 },
      pairs: [{ findings: [{ waiver: { id: waiver.id, author: 'Ada' } }] }],
    });
    expect((await got(served, '/v1/waivers?group=billing')).waivers).toEqual([waiver]);
    const ended = await ask(`${served.url}/v1/waivers/${waiver.id}/end`, { method: 'POST', token: 'ops' });
    expect(ended).toMatchObject({ status: 200, json: { id: waiver.id, endedBecause: 'withdrawn' } });
    expect(await got(served, '/v1/groups/billing')).toMatchObject({ verdict: 'not-ready' });
    expect((await got(served, '/v1/waivers')).waivers).toEqual([]);
    expect((await got(served, '/v1/waivers?all=true')).waivers).toEqual([ended.json]);
  });

  test('is named by its id too', async () => {
    const served = await serveBehind();
    const [{ id: finding }] = (await got(served, '/v1/findings')).findings;
    expect(await post(served, { ...accepted, finding, until: soon() })).toMatchObject({ status: 201, json: { finding } });
  });

  test('that is found anew with another value counts again', async () => {
    const served = await serveBehind();
    await post(served, { ...accepted, ...named, until: soon() });
    await see(served.pair.standby, 5);
    await served.lookAround();
    expect(await got(served, '/v1/groups/billing')).toMatchObject({ verdict: 'not-ready' });
    expect((await got(served, '/v1/waivers?all=true')).waivers).toMatchObject([{ endedBecause: 'evidence-changed' }]);
  });

  test.each<[string, object, number, RegExp]>([
    ['by nobody', { ...named, author: ' ' }, 400, /does not fit/],
    ['without a reason', { ...named, reason: '' }, 400, /does not fit/],
    ['with a reason that would break a line of the log', { ...named, reason: 'a\nb' }, 400, /does not fit/],
    ['until a day that is past', { ...named, until: 5 }, 400, /in the past/],
    ['for good', { ...named, until: Date.now() + 500 * 86_400_000 }, 400, /400 days/],
    ['without being named', {}, 400, /by its id as `finding`, or by its code and subject/],
    ['that is not there', { ...named, subject: 'depth' }, 404, /no finding levels\/behind depth at present/],
    ['by an id that is not there', { finding: 'x' }, 404, /no finding x at present/],
    ['of a pair that is not there', { ...named, pair: 'app2' }, 404, /no pair "app2"; did you mean "app1"/],
    ['of a check that does not make it', { ...named, check: 'kernel' }, 404, /no finding/],
    ['with something that is not known', { ...named, forever: true }, 400, /does not fit/],
  ])('cannot be accepted %s', async (_, body, status, detail) => {
    const served = await serveBehind();
    const reply = await post(served, { ...accepted, until: soon(), ...body });
    expect([reply.status, reply.json.detail]).toEqual([status, expect.stringMatching(detail)]);
    expect((await got(served, '/v1/waivers?all=true')).waivers).toEqual([]);
  });

  test('of two checks is asked about again, with the checks that make it', async () => {
    const pair = await servePair('app1', { checkIds: ['levels', 'more-levels'] });
    await see(pair.primary, 9);
    await pair.primary.agent.agent.lookNow('more-levels');
    const served = {
      ...(await serveCollector({
        groups: [groupOf('billing', [pair.config])],
        config: { access: { tokens, clients: [], localRights: ['read'], requestsPerMinute: 60_000 } },
      })),
      pair,
    };
    const body = { ...accepted, ...named, until: soon() };
    expect(await post(served, body)).toMatchObject({ status: 409, json: { detail: expect.stringContaining('levels, more-levels') } });
    expect(await post(served, { ...body, check: 'more-levels' })).toMatchObject({ status: 201, json: { check: 'more-levels' } });
  });

  test('is accepted, and taken back, only by those who may waive', async () => {
    const served = await serveBehind();
    expect(await post(served, { ...accepted, ...named, until: soon() }, 'looker')).toMatchObject({ status: 403 });
    const { json } = await post(served, { ...accepted, ...named, until: soon() });
    expect((await ask(`${served.url}/v1/waivers/${json.id}/end`, { method: 'POST', token: 'looker' })).status).toBe(403);
    expect((await ask(`${served.url}/v1/waivers/x/end`, { method: 'POST', token: 'ops' })).status).toBe(404);
  });
});
