// The gate at a shell: a real agent in this process, the program as another; and peers that answer as no daemon should.
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { observed } from '../../src/contract/outcome.ts';
import { type Receipt, ReceiptSchema } from '../../src/contract/receipt.ts';
import { schemaProblems } from '../../src/contract/schema.ts';
import { signReceipt, verifyReceiptText } from '../../src/formats/receipt.ts';
import { type ServedAgent, serveAgent, settled, type TestProbe, temporaryFolder, testProbe } from '../support/agent.ts';
import { bodyOf, fullBody, pairOf, waiverOf } from '../support/receipt.ts';
import { type Ran, understudy } from '../support/understudy.ts';

const lastOf = (text: string): string => text.trimEnd().split('\n').at(-1)!;
const key = generateKeyPairSync('ed25519');

const door = (): TestProbe =>
  testProbe('door', {
    rules: [
      {
        code: 'door/differs',
        kind: 'paired',
        severity: 'blocker',
        title: 'The door differs',
        why: 'for tests',
        remedy: () => '# On the standby:\n$ sudo doorctl mend',
        judge: (own, theirs) => (own.value === theirs.value ? [] : [{ subject: 'door', expected: theirs.value, actual: own.value }]),
      },
    ],
  });

interface Standby {
  readonly served: ServedAgent;
  readonly gate: (...argv: readonly string[]) => Promise<Ran>;
}

/** An agent that was left its primary's snapshot; `value` is what it sees itself, the primary having seen `same`. */
async function standby(value: string | null): Promise<Standby> {
  const probe = door();
  const access = { tokens: [], clients: [], localRights: ['read', 'run', 'twin'], requestsPerMinute: 6_000 } as const;
  const served = await serveAgent({ probes: [probe], config: { access } });
  await served.agent.firstJudgement();
  await settled();
  const own = served.agent.snapshot();
  if (value !== null) served.agent.takeTwin({ ...own, node: { ...own.node, id: 'ffff', name: 'app1-fra', role: 'primary' } }, null);
  if (value !== null && value !== 'same') {
    probe.answer = async () => observed({ value });
    await served.agent.lookNow('door');
  }
  return { served, gate: (...argv) => understudy(['gate', '--agent', served.socket, ...argv]) };
}

type Answering = (request: IncomingMessage, response: ServerResponse) => void;

/** Stands where a collector would, and answers as the test says. */
async function peer(answer: Answering): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const json =
  (body: unknown, status = 200): Answering =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

describe('a standby by itself', () => {
  it('that equals its primary is ready, and the last line says so', async () => {
    const { gate } = await standby('same');
    const { code, stdout, stderr } = await gate();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('✔ READY  app1');
    expect(lastOf(stdout)).toMatch(/^understudy: READY - billing: oldest look \d+ m?s ago$/);
  });

  it('that is behind is not ready: the blocker with its remedy, both sides with their ages', async () => {
    const { gate } = await standby('drifted');
    const { code, stdout } = await gate('--max-age', '10m');
    expect(code).toBe(2);
    expect(stdout).toMatch(/standby {2}app1-zrh; oldest look \d+ m?s ago, heard 0 ms ago/);
    expect(stdout).toMatch(/primary {2}app1-fra; oldest look \d+ m?s ago, heard \d+ m?s ago/);
    expect(stdout).toContain(
      '✖ blocker  The door differs [door/differs]\n      door: expected same, actual drifted\n      $ sudo doorctl mend\n',
    );
    expect(lastOf(stdout)).toBe('understudy: NOT READY - billing: 1 blocker: app1 door/differs door');
  });

  it('without a primary left behind is unknown', async () => {
    const { gate } = await standby(null);
    const { code, stdout } = await gate();
    expect([code, lastOf(stdout)]).toEqual([
      3,
      'understudy: UNKNOWN - billing: 1 blind spot: app1 no-primary: there is no primary to compare with',
    ]);
  });

  it('is folded into open and closed', async () => {
    const { gate } = await standby(null);
    const [closed, open] = await Promise.all([gate('--fail-on', 'unknown'), gate('--fail-on', 'not-ready')]);
    expect([closed.code, lastOf(closed.stdout)]).toEqual([1, expect.stringContaining('understudy: GATE CLOSED - UNKNOWN - billing')]);
    expect([open.code, lastOf(open.stdout)]).toEqual([0, expect.stringContaining('understudy: GATE OPEN - UNKNOWN - billing')]);
  });

  it('is found where its configuration says, and asked for its group only if that is its own', async () => {
    const { served } = await standby('same');
    const file = join(served.folder, 'agent.yaml');
    writeFileSync(file, `listen: {socket: ${served.socket}, address: null}\n`);
    const here = (...argv: readonly string[]) => understudy(['gate', ...argv, '--local', '--config', file]);
    expect((await here()).code).toBe(0);
    expect((await here('billing')).code).toBe(0);
    const { code, stdout } = await here('payments');
    expect([code, lastOf(stdout)]).toEqual([3, `understudy: UNKNOWN - ${served.socket} answers for "billing", not for "payments"`]);
  });

  it('looks that are older than was asked make it unknown', async () => {
    const { gate } = await standby('same');
    const { code, stdout } = await gate('--max-age', '1ms');
    expect([code, lastOf(stdout)]).toEqual([
      3,
      expect.stringMatching(/app1 door stale: the last look is \d+ m?s old, and the gate allows 1 ms$/),
    ]);
  });

  it('of which a finding was accepted is ready, and gate and status both say by whom', async () => {
    const { gate, served } = await standby('drifted');
    const { id, code, check, subject, expected, actual } = served.agent.review.judgeNow().findings[0]!;
    const waiver = waiverOf({ finding: id, code, check, subject, expected, actual, until: Date.now() + 3_600_000 });
    const twin = served.agent.ledger.ask((store) => store.twins.get())!.snapshot;
    served.agent.takeTwin(twin, { lawful: [], waivers: [waiver], site: null, expectedChecks: [] });
    const [answer, status] = await Promise.all([gate(), understudy(['status', '--agent', served.socket])]);
    expect([answer.code, status.code]).toEqual([0, 0]);
    expect(lastOf(answer.stdout)).toMatch(/^understudy: READY - billing: 1 waived, oldest look/);
    for (const { stdout } of [answer, status]) expect(stdout).toContain('~ accepted door/differs door, by anna until');
  });

  it('as JSON is the receipt and nothing else', async () => {
    const { gate } = await standby('drifted');
    const { code, stdout, stderr } = await gate('--format', 'json');
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(schemaProblems(ReceiptSchema, JSON.parse(stdout))).toEqual([]);
    expect(verifyReceiptText(Buffer.from(stdout), []).kind).toBe('untrusted');
  });
});

describe('an override', () => {
  it('exits 0, and is in the receipt and in the last line', async () => {
    const { gate, served } = await standby('drifted');
    const file = join(served.folder, 'gate.json');
    const { code, stdout } = await gate('--fail-on', 'not-ready', '--override', 'Frankfurt is dark', '--by', 'anna', '--receipt', file);
    expect([code, lastOf(stdout)]).toEqual([
      0,
      'understudy: GATE OVERRIDDEN by anna: Frankfurt is dark - NOT READY - billing: 1 blocker: app1 door/differs door',
    ]);
    expect(stdout).toContain('override by anna: Frankfurt is dark');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ isPassed: true, verdict: 'not-ready', override: { by: 'anna' } });
  });

  it('holds where nobody can be asked any more, and says that there is no receipt', async () => {
    const gone = join(temporaryFolder(), 'gone.sock');
    const { code, stdout } = await understudy(['gate', '--agent', gone, '--fail-on', 'unknown', '--override', 'fire', '--by', 'anna']);
    expect([code, lastOf(stdout)]).toEqual([
      0,
      expect.stringMatching(/^understudy: GATE OVERRIDDEN by anna: fire - UNKNOWN, NO RECEIPT - no agent answers at /),
    ]);
  });

  it('does not hold where whoever is asked does not let this caller', async () => {
    const refusing = await peer(json({ title: 'Forbidden', status: 403, detail: 'loopback has not the right to waive' }, 403));
    const { code, stdout } = await understudy(['gate', 'billing', '--collector', refusing, '--override', 'fire', '--by', 'anna']);
    expect([code, lastOf(stdout)]).toEqual([
      3,
      expect.stringMatching(/^understudy: UNKNOWN - the collector at .* refuses it: .*right to waive$/),
    ]);
  });

  it('holds at an agent that lets this caller ask nothing: nobody refused to override', async () => {
    const access = { tokens: [], clients: [], localRights: [], requestsPerMinute: 6_000 } as const;
    const { socket } = await serveAgent({ probes: [door()], config: { access } });
    const argv = ['gate', '--agent', socket, '--fail-on', 'unknown'];
    const [overridden, not] = await Promise.all([understudy([...argv, '--override', 'fire', '--by', 'anna']), understudy(argv)]);
    expect([overridden.code, lastOf(overridden.stdout)]).toEqual([0, expect.stringContaining('UNKNOWN, NO RECEIPT - the agent at')]);
    expect([not.code, lastOf(not.stdout)]).toEqual([1, expect.stringContaining('asks for a token: --token-file FILE')]);
  });

  it('in a file counts; one that is over is said, and the gate stays closed', async () => {
    const { gate, served } = await standby('drifted');
    const asked = (until: string) => {
      const file = join(served.folder, `${until}.yaml`);
      writeFileSync(file, `reason: Frankfurt is dark\nby: anna\nuntil: ${until}\n`, { mode: 0o644 });
      return gate('--fail-on', 'unknown', '--override-file', file);
    };
    const [good, over] = await Promise.all([asked('2999-01-01'), asked('2020-01-01')]);
    expect([good.code, lastOf(good.stdout)]).toEqual([
      0,
      expect.stringContaining('GATE OVERRIDDEN by anna: Frankfurt is dark - NOT READY'),
    ]);
    expect([over.code, lastOf(over.stdout)]).toEqual([1, expect.stringMatching(/^understudy: GATE CLOSED - NOT READY/)]);
    expect(over.stdout).toMatch(/^note: .*2020-01-01\.yaml held until 2020-01-02 00:00:00Z, which is over: nothing is overridden$/m);
  });
});

describe('running out of time', () => {
  it.each([
    [[], 3, 'understudy: UNKNOWN - no answer within 300 ms'],
    [['--fail-on', 'not-ready'], 1, 'understudy: GATE CLOSED - UNKNOWN - no answer within 300 ms'],
    [
      ['--override', 'fire', '--by', 'anna'],
      0,
      'understudy: GATE OVERRIDDEN by anna: fire - UNKNOWN, NO RECEIPT - no answer within 300 ms',
    ],
  ])('%j is unknown, in one line', async (argv, exit, line) => {
    const silent = await peer(() => {});
    const { code, stdout, stderr } = await understudy(['gate', 'billing', '--collector', silent, '--timeout', '300ms', ...argv]);
    expect({ code, stdout, stderr }).toEqual({ code: exit, stdout: `${line}\n`, stderr: '' });
  });

  it('ends an answer that never ends', async () => {
    const dripping = await peer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    });
    const { code, stdout } = await understudy(['gate', 'billing', '--collector', dripping, '--timeout', '400ms']);
    expect([code, stdout]).toEqual([3, 'understudy: UNKNOWN - no answer within 400 ms\n']);
  });

  it('as JSON says it on stderr: there is no document', async () => {
    const silent = await peer(() => {});
    const { code, stdout, stderr } = await understudy(['gate', 'billing', '--collector', silent, '--timeout', '300ms', '--format', 'json']);
    expect({ code, stdout, stderr }).toEqual({ code: 3, stdout: '', stderr: 'understudy: UNKNOWN - no answer within 300 ms\n' });
  });
});

describe('a collector', () => {
  it('is asked for the group, and its answer taken where it is whole', async () => {
    let path = '';
    const body = bodyOf({ asked: { group: 'billing', by: 'x', maxAgeMs: 900_000, failOn: 'unknown' }, pairs: [pairOf({ findings: [] })] });
    const receipt = signReceipt(body, key.privateKey);
    const collector = await peer((request, response) => {
      path = request.url!;
      json(receipt)(request, response);
    });
    const forger = await peer(json({ ...receipt, pairs: [] }));
    const asked = (at: string) => understudy(['gate', 'billing', '--collector', at, '--max-age', '15m', '--fail-on', 'unknown']);
    const [good, forged] = await Promise.all([asked(collector), asked(forger)]);
    expect([good.code, lastOf(good.stdout), path]).toEqual([
      0,
      'understudy: GATE OPEN - READY - billing: oldest look 4 m ago',
      '/v1/gate/billing?maxAge=900000&failOn=unknown',
    ]);
    expect([forged.code, lastOf(forged.stdout)]).toEqual([
      1,
      expect.stringContaining('answered with no whole receipt: it is not what was signed'),
    ]);
  });

  it('that cannot be asked leaves it unknown', async () => {
    const { code, stdout } = await understudy(['gate', 'billing', '--collector', join(temporaryFolder(), 'gone.sock')]);
    expect([code, lastOf(stdout)]).toEqual([3, expect.stringMatching(/^understudy: UNKNOWN - no collector answers at .*gone\.sock/)]);
  });
});

it('what is typed wrongly is told, and is no verdict', async () => {
  const { code, stdout, stderr } = await understudy(['gate']);
  expect({ code, stdout, stderr: stderr.split('\n')[0] }).toEqual({
    code: 3,
    stdout: '',
    stderr: 'understudy: which group? Name it, or ask the agent of this machine about itself: --local',
  });
});

describe('the receipt that is left', () => {
  const pemOf = (folder: string, name: string, publicKey: typeof key.publicKey): string => {
    const file = join(folder, `${name}.pem`);
    writeFileSync(file, publicKey.export({ type: 'spki', format: 'pem' }).toString());
    return file;
  };
  const other = generateKeyPairSync('ed25519');

  const left = (text = JSON.stringify(signReceipt(fullBody, key.privateKey), null, 2)) => {
    const folder = temporaryFolder();
    const file = join(folder, 'gate.json');
    writeFileSync(file, text);
    return { file, own: pemOf(folder, 'own', key.publicKey), others: pemOf(folder, 'others', other.publicKey), folder };
  };
  const verify = (...argv: readonly string[]) => understudy(['receipt', 'verify', ...argv]);

  it('is written whole, for its user and group', async () => {
    const { gate, served } = await standby('drifted');
    const file = join(served.folder, 'left.json');
    await gate('--receipt', file);
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(verifyReceiptText(readFileSync(file), []).kind).toBe('untrusted');
  });

  it('that cannot be written is said, and the exit code stays that of the verdict', async () => {
    const { gate, served } = await standby('drifted');
    const file = join(served.folder, 'gone', 'left.json');
    const { code, stdout } = await gate('--fail-on', 'unknown', '--receipt', file);
    expect([code, lastOf(stdout)]).toEqual([1, expect.stringMatching(/^understudy: GATE CLOSED/)]);
    expect(stdout).toContain(`note: the receipt could not be written to ${file} (ENOENT)\n`);
  });

  it('verifies by the key that the agent shows', async () => {
    const { gate, served } = await standby('same');
    const shown = await understudy(['receipt', 'key', '--agent', served.socket]);
    const [keyFile, file] = [join(served.folder, 'key.pem'), join(served.folder, 'left.json')];
    writeFileSync(keyFile, shown.stdout);
    await gate('--receipt', file);
    const { code, stdout } = await verify(file, '--key', keyFile);
    const { keyId } = (JSON.parse(readFileSync(file, 'utf8')) as Receipt).signature;
    expect([code, stdout]).toEqual([0, expect.stringContaining(`whole, and signed by a trusted key: READY for billing, `)]);
    expect(stdout).toContain(`, by agent app1-zrh, key ${keyId}\n`);
    expect(shown.stderr).toBe(`key ${keyId}, as receipts name it\n`);
  });

  it('by one of several trusted keys is valid, in one file or in many; by another one it is whole and no more', async () => {
    const { file, own, others, folder } = left();
    const both = join(folder, 'both.pem');
    writeFileSync(both, readFileSync(others, 'utf8') + readFileSync(own, 'utf8'));
    const [many, one, wrong, none] = await Promise.all([
      verify(file, '--key', others, '--key', own),
      verify(file, '--key', both),
      verify(file, '--key', others),
      verify(file),
    ]);
    expect([many.code, one.code]).toEqual([0, 0]);
    expect([wrong.code, wrong.stdout]).toEqual([1, expect.stringContaining('signed by none of the keys that were given')]);
    expect([none.code, none.stdout]).toEqual([
      1,
      expect.stringContaining('signed by a key that nobody vouches for; give those to trust with --key'),
    ]);
    expect(none.stdout).toContain('NOT READY for billing, overridden by anna, 2026-11-23 12:00:00Z, by collector collector1');
  });

  it('that was changed, or is none, is told, and not shown', async () => {
    const changed = left(JSON.stringify(signReceipt(fullBody, key.privateKey)).replace('not-ready', 'ready'));
    const none = left('{}');
    const [verified, shown, other] = await Promise.all([
      verify(changed.file, '--key', changed.own),
      understudy(['receipt', 'show', changed.file]),
      verify(none.file),
    ]);
    expect([verified.code, verified.stdout]).toEqual([2, expect.stringContaining('NOT WHOLE: it is not what was signed')]);
    expect([shown.code, shown.stdout, shown.stderr]).toEqual([2, '', expect.stringContaining('NOT WHOLE')]);
    expect([other.code, other.stdout]).toEqual([2, expect.stringContaining("NO RECEIPT: it must have required property 'format'")]);
  });

  it('is shown as it was said, down to the last line', async () => {
    const { file } = left();
    const { code, stdout } = await understudy(['receipt', 'show', file]);
    expect([code, lastOf(stdout)]).toEqual([0, expect.stringContaining('GATE OVERRIDDEN by anna: Frankfurt is dark')]);
    expect(stdout).toContain('= lawful   kernel /packages differs: only the primary is debugged');
  });

  it('is not verified where it, or a key to trust, is not there or no key', async () => {
    const { file, folder } = left();
    const rsa = join(folder, 'rsa.pem');
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    writeFileSync(rsa, publicKey.export({ type: 'spki', format: 'pem' }).toString());
    const cases = [
      [[file, '--key', join(folder, 'none.pem')], 'none.pem cannot be read (ENOENT)'],
      [[file, '--key', file], 'holds no public key as PEM'],
      [[file, '--key', rsa], 'holds something else than an Ed25519 public key as PEM'],
      [[join(folder, 'none.json')], 'there is no '],
    ] as const;
    for (const [argv, words] of cases)
      expect([words, await verify(...argv)]).toEqual([words, { code: 3, stdout: '', stderr: expect.stringContaining(words) }]);
  });
});
