// The gate of an agent that is left alone: what it says by itself and beside the snapshot that its primary left, and what it signs.
import { createPublicKey } from 'node:crypto';
import { chmodSync, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Snapshot } from '../../src/contract/observation.ts';
import { observed, unseen } from '../../src/contract/outcome.ts';
import type { AnyProbe } from '../../src/contract/probe.ts';
import type { Receipt } from '../../src/contract/receipt.ts';
import type { Terms } from '../../src/contract/twin.ts';
import { loadSigningKey } from '../../src/daemon/signing-key.ts';
import { verifyReceipt } from '../../src/formats/receipt.ts';
import {
  type AgentWish,
  buildAgent,
  hour,
  minute,
  type ServedAgent,
  serveAgent,
  settled,
  type TestProbe,
  testProbe,
} from '../support/agent.ts';

const access = { tokens: [], clients: [], localRights: ['read', 'twin'], requestsPerMinute: 6_000 } as const;

/** Its facts are a text in which both sides are to agree, and one that means trouble by itself. */
const doors = (): TestProbe =>
  testProbe('door', {
    rules: [
      {
        code: 'door/differs',
        kind: 'paired',
        severity: 'blocker',
        title: 'It differs',
        why: 'for tests',
        remedy: () => '$ true',
        judge: (own: { value: string }, theirs: { value: string }) =>
          own.value === theirs.value ? [] : [{ subject: 'door', expected: theirs.value, actual: own.value }],
      },
      {
        code: 'door/ajar',
        kind: 'alone',
        severity: 'warning',
        title: 'It is ajar',
        why: 'for tests',
        remedy: () => '$ true',
        judge: (own: { value: string }) => (own.value === 'ajar' ? [{ subject: 'door', expected: 'shut', actual: 'ajar' }] : []),
      },
    ] as AnyProbe['rules'],
  });

async function serve(wish: Partial<AgentWish> = {}): Promise<ServedAgent> {
  const served = await serveAgent({ probes: [doors()], ...wish, config: { access, ...wish.config } });
  await served.agent.firstJudgement();
  await settled();
  return served;
}

const ask = async (served: ServedAgent, query = ''): Promise<Receipt> => {
  const reply = await fetch(`${served.url}/v1/gate${query}`);
  expect(reply.status).toBe(200);
  return (await reply.json()) as Receipt;
};

const keyOf = async (served: ServedAgent) => createPublicKey(await (await fetch(`${served.url}/v1/gate-key`)).text());

/** What the primary saw: the same as this node, unless it is said. */
function primaryOf(served: ServedAgent, value?: string): Snapshot {
  const snapshot = served.agent.snapshot();
  const node = { ...snapshot.node, id: 'ffff', name: 'app1-fra', role: 'primary' as const, site: { name: 'fra' } };
  const checks = snapshot.checks.map((state) => {
    const current = value === undefined ? state.current : { ...state.current!, outcome: observed({ value }) };
    return { ...state, current };
  });
  return { ...snapshot, node, checks };
}

const noTerms: Terms = { lawful: [], waivers: [], site: null, expectedChecks: [] };

async function leave(served: ServedAgent, snapshot: Snapshot, terms?: Partial<Terms>): Promise<void> {
  const body = { ...snapshot, ...(terms === undefined ? {} : { terms: { ...noTerms, ...terms } }) };
  const reply = await fetch(`${served.url}/v1/twin`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect([reply.status, await reply.text()]).toEqual([204, '']);
}

const codes = ({ pairs }: Receipt): readonly string[] => pairs.flatMap(({ findings }) => findings.map(({ code }) => code));
const blindKinds = ({ pairs }: Receipt): readonly string[] => pairs.flatMap(({ blindSpots }) => blindSpots.map(({ kind }) => kind));

describe('the verdict', () => {
  test('is unknown where no primary was left behind', async () => {
    const receipt = await ask(await serve());
    expect([receipt.verdict, blindKinds(receipt)]).toEqual(['unknown', ['no-primary']]);
  });

  test('is made now, beside the primary that was left behind', async () => {
    const probe = doors();
    const served = await serve({ probes: [probe] });
    await leave(served, primaryOf(served));
    expect((await ask(served)).verdict).toBe('ready');
    probe.answer = async () => observed({ value: 'drifted' });
    await served.agent.lookNow('door');
    const receipt = await ask(served);
    expect(receipt).toMatchObject({
      verdict: 'not-ready',
      counts: { blocker: 1, blindSpots: 0 },
      pairs: [
        {
          pair: 'app1',
          standby: { name: 'app1-zrh' },
          primary: { name: 'app1-fra', nodeId: 'ffff', site: 'fra' },
          findings: [{ code: 'door/differs', state: 'open', expected: 'same', actual: 'drifted', waiver: null }],
        },
      ],
    });
  });

  test('of a primary is unknown: it does not know who is to take over', async () => {
    const probe = doors();
    probe.answer = async () => observed({ value: 'ajar' });
    const node = { name: 'app1-fra', role: 'primary', group: 'billing', twin: 'app1', site: {} } as const;
    const receipt = await ask(await serve({ probes: [probe], config: { node } }));
    expect([receipt.verdict, blindKinds(receipt), codes(receipt)]).toEqual(['unknown', ['no-standby'], []]);
    expect(receipt.pairs[0]).toMatchObject({ standby: null, primary: { name: 'app1-fra' } });
  });

  test('rests on looks that are no older than was asked', async () => {
    const { agent, ...served } = await serve();
    await leave({ agent, ...served }, primaryOf({ agent, ...served }));
    const asked = (ms: number) => ask({ agent, ...served }, `?maxAge=${ms}`);
    expect((await asked(minute)).verdict).toBe('ready');
    await new Promise((resolve) => setTimeout(resolve, 20));
    const old = await asked(5);
    expect([old.verdict, old.asked.maxAgeMs, blindKinds(old)]).toEqual(['unknown', 5, ['stale']]);
  });

  test('passes or not by the verdict it was told to close at, and by an override whatever it is', async () => {
    const served = await serve();
    const passed = async (query: string) => (await ask(served, query)).isPassed;
    expect(await passed('')).toBeNull();
    expect(await passed('?failOn=unknown')).toBe(false);
    expect(await passed('?failOn=not-ready')).toBe(true);
    const overridden = await ask(served, '?failOn=degraded&override=Frankfurt%20is%20dark&by=anna');
    expect(served.log.said.at(-1)).toMatchObject({
      level: 'warn',
      message: 'the gate was overridden',
      fields: { overriddenBy: 'anna', receipt: overridden.id },
    });
    expect(overridden).toMatchObject({ isPassed: true, verdict: 'unknown', override: { by: 'anna', reason: 'Frankfurt is dark' } });
  });

  test.each([
    ['an override by nobody', '?override=fire', 'An override takes both: its reason, and by whom'],
    ['somebody without a reason', '?by=anna', 'An override takes both: its reason, and by whom'],
    ['a verdict that is none', '?failOn=ready', 'The request does not fit what this route takes'],
    ['an age without a number', '?maxAge=5m', 'The request does not fit what this route takes'],
  ])('%s is refused', async (_, query, detail) => {
    const served = await serve();
    const reply = await fetch(`${served.url}/v1/gate${query}`);
    expect([reply.status, await reply.json()]).toEqual([400, expect.objectContaining({ detail })]);
  });
});

describe('what the fleet agreed on', () => {
  const drifted = async (terms?: (served: ServedAgent) => Partial<Terms>): Promise<{ served: ServedAgent; receipt: Receipt }> => {
    const probe = doors();
    probe.answer = async () => observed({ value: 'at zrh.example.com' });
    const served = await serve({ probes: [probe] });
    await leave(served, primaryOf(served, 'at fra.example.com'), terms?.(served));
    return { served, receipt: await ask(served) };
  };

  const waiver = (more: Partial<Terms['waivers'][number]> = {}): Terms['waivers'][number] => ({
    id: 'w1',
    group: 'billing',
    pair: 'app1',
    finding: '',
    code: 'door/differs',
    check: 'door',
    subject: 'door',
    expected: 'at fra.example.com',
    actual: 'at zrh.example.com',
    author: 'anna',
    by: 'token ops',
    reason: 'on Sunday',
    createdAt: Date.now() - hour,
    until: Date.now() + hour,
    endedAt: null,
    endedBecause: null,
    ...more,
  });

  test('nothing: what differs is found', async () => {
    const { receipt } = await drifted();
    expect([receipt.verdict, codes(receipt)]).toEqual(['not-ready', ['door/differs']]);
  });

  test('a lawful difference is not found, and the receipt says that it is one', async () => {
    const lawful = { check: 'door', field: '/value', pairs: [], reason: 'each has its own', until: null };
    const { receipt } = await drifted(() => ({ lawful: [lawful] }));
    expect([receipt.verdict, codes(receipt), receipt.pairs[0]?.lawful]).toEqual([
      'ready',
      [],
      [{ check: 'door', field: '/value', reason: 'each has its own', until: null, state: 'differs' }],
    ]);
  });

  test('a waived finding does not count, at the gate or elsewhere, and is listed with who accepted it', async () => {
    const { served, receipt } = await drifted();
    const finding = receipt.pairs[0]!.findings[0]!.id;
    await leave(served, primaryOf(served, 'at fra.example.com'), { waivers: [waiver({ finding })] });
    const waived = await ask(served);
    expect(waived).toMatchObject({
      verdict: 'ready',
      counts: { blocker: 0, waived: 1 },
      waivers: [{ id: 'w1', author: 'anna' }],
      pairs: [{ findings: [{ code: 'door/differs', waiver: { author: 'anna', reason: 'on Sunday' } }] }],
    });
    const get = async (path: string) => (await fetch(served.url + path)).json();
    expect(await get('/v1/verdict')).toMatchObject({ verdict: 'ready', counts: { blocker: 0, waived: 1 } });
    expect(await get('/v1/findings')).toMatchObject({ findings: [], waived: [{ code: 'door/differs', waiver: { id: 'w1' } }] });
    expect(waived.pairs[0]!.findings[0]!.since).toBe(receipt.pairs[0]!.findings[0]!.since);
  });

  test.each([
    ['has come to its end', { until: Date.now() - 1 }],
    ['was taken back', { endedAt: Date.now() - minute, endedBecause: 'withdrawn' as const }],
    ['was given for something else', { actual: 'at vie.example.com' }],
  ])('a waiver that %s holds no more, and is not listed', async (_, more) => {
    const { served, receipt } = await drifted();
    const finding = receipt.pairs[0]!.findings[0]!.id;
    await leave(served, primaryOf(served, 'at fra.example.com'), { waivers: [waiver({ finding, ...more })] });
    expect(await ask(served)).toMatchObject({ verdict: 'not-ready', waivers: [], counts: { blocker: 1, waived: 0 } });
  });

  test('a check that it expects and that is not there is a blind spot', async () => {
    const served = await serve();
    await leave(served, primaryOf(served), { expectedChecks: ['door', 'kernel'] });
    const { verdict, pairs } = await ask(served);
    expect([verdict, pairs[0]?.blindSpots.map(({ check, kind, detail }) => [check, kind, detail])]).toEqual([
      'unknown',
      [
        ['kernel', 'not-watched', 'the fleet expects this check, and the standby has none of that name'],
        ['kernel', 'not-watched', 'the fleet expects this check, and the primary has none of that name'],
      ],
    ]);
  });

  test('the standby’s own site is what the fleet says it is', async () => {
    const seen: unknown[] = [];
    const probe = testProbe('door', {
      rules: [
        {
          code: 'door/site',
          kind: 'paired',
          severity: 'note',
          title: 'for tests',
          why: 'for tests',
          remedy: () => '',
          judge: (_own, _theirs, { standby }) => {
            seen.push(standby.node.site);
            return [];
          },
        },
      ],
    });
    const node = {
      name: 'app1-zrh',
      role: 'standby' as const,
      group: 'billing',
      twin: 'app1',
      site: { name: 'zrh', domains: ['old.example'] },
    };
    const served = await serve({ probes: [probe], config: { node } });
    await leave(served, primaryOf(served), { site: { domains: ['zrh.example.com'] } });
    expect(seen.at(-1)).toEqual({ name: 'zrh', domains: ['zrh.example.com'] });
  });

  test('how old the primary’s word may be is the fleet’s to say, and is asked at each gate anew', async () => {
    const served = await serve();
    await leave(served, primaryOf(served), { primaryMaxAgeMs: 2_000 });
    expect(blindKinds(await ask(served))).toEqual([]);
    await expect.poll(async () => blindKinds(await ask(served)), { timeout: 10_000 }).toEqual(['primary-stale']);
  });

  test('holds over a restart', async () => {
    const { served } = await drifted(() => ({ lawful: [{ check: 'door', field: '/value', pairs: [], reason: 'own', until: null }] }));
    await served.agent.stop();
    const probe = doors();
    probe.answer = async () => observed({ value: 'at zrh.example.com' });
    const again = await buildAgent({ probes: [probe], folder: served.folder });
    await again.agent.start();
    onTestFinished(() => again.agent.stop());
    expect(again.agent.review.judgeNow()).toMatchObject({ verdict: 'ready', lawful: [{ state: 'differs' }] });
  });

  test('in another form is refused, and what was agreed on before stays', async () => {
    const { served } = await drifted(() => ({ lawful: [{ check: 'door', field: '/value', pairs: [], reason: 'own', until: null }] }));
    const body = { ...primaryOf(served, 'at fra.example.com'), terms: { lawful: 'all' } };
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${served.url}/v1/twin`, { method: 'PUT', headers, body: JSON.stringify(body) })).status).toBe(400);
    expect((await ask(served)).verdict).toBe('ready');
  });
});

describe('the receipt', () => {
  test('says who asked what, of whom, and is valid by the key that the agent shows', async () => {
    const served = await serve();
    await leave(served, primaryOf(served));
    const receipt = await ask(served, '?maxAge=600000&failOn=degraded');
    expect(receipt).toMatchObject({
      issuer: { kind: 'agent', name: 'app1-zrh', version: '0.0.0-test' },
      asked: { group: 'billing', by: 'loopback', maxAgeMs: 600_000, failOn: 'degraded' },
    });
    const own = served.agent.snapshot().checks[0]!.current!.lastAt;
    expect([receipt.pairs[0]!.standby!.asOf, receipt.pairs[0]!.primary!.asOf]).toEqual([own, own]);
    expect(verifyReceipt(receipt, [await keyOf(served)]).kind).toBe('valid');
  });

  test('each has an id of its own', async () => {
    const served = await serve();
    expect((await ask(served)).id).not.toBe((await ask(served)).id);
  });

  test('its key is made when it is first needed, beside the history, and stays the same', async () => {
    const served = await serve();
    const file = join(served.folder, 'agent-receipts.key');
    expect(existsSync(file)).toBe(false);
    const { keyId } = (await ask(served)).signature;
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await served.doors.close();
    await served.agent.stop();
    const again = await serveAgent({ probes: [doors()], folder: served.folder, config: { access } });
    expect((await ask(again)).signature.keyId).toBe(keyId);
  });

  test('is given all the same where no key can be kept; its key is then shown to nobody, and the agent says why', async () => {
    const again = await serve();
    const file = join(again.folder, 'agent-receipts.key');
    loadSigningKey(file);
    chmodSync(file, 0o644);
    const receipt = await ask(again);
    expect([receipt.verdict, verifyReceipt(receipt, []).kind]).toEqual(['unknown', 'untrusted']);
    const reply = await fetch(`${again.url}/v1/gate-key`);
    expect([reply.status, await reply.json()]).toEqual([
      503,
      expect.objectContaining({ detail: expect.stringContaining(`${file} may be read`) }),
    ]);
    const health = await (await fetch(`${again.url}/healthz`)).json();
    expect(health).toMatchObject({ state: 'degraded', problems: [expect.stringContaining('receipts are signed with a key that ends')] });
    await ask(again);
    expect(again.log.said.filter(({ message }) => message === 'the key for receipts cannot be had')).toHaveLength(1);
    chmodSync(file, 0o600);
    expect(verifyReceipt(await ask(again), [await keyOf(again)]).kind).toBe('valid');
    expect(await (await fetch(`${again.url}/healthz`)).json()).toMatchObject({ state: 'ok' });
  });

  test('a look that saw nothing keeps its age', async () => {
    const probe = doors();
    const served = await serve({ probes: [probe] });
    await leave(served, primaryOf(served));
    probe.answer = async () => unseen('denied', 'no');
    await served.agent.lookNow('door');
    expect(await ask(served)).toMatchObject({ verdict: 'unknown', pairs: [{ blindSpots: [{ kind: 'unseen', check: 'door' }] }] });
  });

  test('is for whoever may read, and for nobody else', async () => {
    const served = await serve({ config: { access: { ...access, localRights: [] } } });
    for (const path of ['/v1/gate', '/v1/gate-key']) expect((await fetch(served.url + path)).status).toBe(401);
  });
});
