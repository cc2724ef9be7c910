// The whole probe on the machine that runs the test: real files, real sockets, and openssl as the judge of what is true.
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CertificateMaker, certificateMaker, type MadeCertificate } from '../../../test/support/openssl-certificates.ts';
import { canonicalJson } from '../../contract/canonical.ts';
import type { Outcome } from '../../contract/outcome.ts';
import { localMachine } from '../../machine/local.ts';
import type { Facts } from './facts.ts';
import { probe } from './index.ts';
import { defaultSettings, type Settings } from './settings.ts';

let maker: CertificateMaker;
let authority: MadeCertificate;
beforeAll(() => {
  maker = certificateMaker();
  authority = maker.make({ commonName: 'Authority', isAuthority: true, to: '2036-01-01T00:00:00Z' });
});
afterAll(() => maker.remove());

async function look(settings: Partial<Settings>, signal = new AbortController().signal): Promise<Outcome<Facts>> {
  return probe.observe(localMachine().forLook(signal), { ...defaultSettings, discover: false, ...settings }, signal);
}

function factsOf(outcome: Outcome<Facts>): Facts {
  if (outcome.kind !== 'observed') throw new Error(JSON.stringify(outcome));
  return outcome.facts;
}

test('what is said of a file is what openssl says of it', async () => {
  const made = maker.make({
    commonName: 'app.example.com',
    names: ['DNS:app.example.com'],
    issuer: authority,
    from: '2024-01-01T00:00:00Z',
    to: '2025-01-01T00:00:00Z',
  });
  const [source] = factsOf(await look({ files: [{ path: made.certificateFile, keyFile: made.keyFile }] })).sources;
  if (source?.content.kind !== 'seen') throw new Error(JSON.stringify(source));
  const [leaf] = source.content.certificates;
  const asked = (...options: string[]): string =>
    execFileSync('openssl', ['x509', '-in', made.certificateFile, '-noout', ...options], { encoding: 'utf8' }).trim();
  expect(`sha256 Fingerprint=${leaf!.sha256.toUpperCase().replaceAll(/..(?=.)/g, '$&:')}`).toBe(asked('-fingerprint', '-sha256'));
  expect(new Date(asked('-enddate').slice('notAfter='.length)).toISOString()).toBe(leaf!.notAfter);
  expect(asked('-issuer')).toBe(`issuer=${leaf!.issuer.replace('=', ' = ')}`);
  expect(source.content.key.kind).toBe('belongs');
});

test('a server that was not reloaded after a renewal is found out', async () => {
  const wish = { commonName: 'app.example.com', names: ['DNS:app.example.com'], issuer: authority };
  const old = maker.make({ ...wish, to: '2027-01-01T00:00:00Z' });
  const renewed = maker.make({ ...wish, to: '2027-06-01T00:00:00Z' });
  const server = createServer({ cert: old.pem, key: old.keyPem }, (socket) => socket.on('error', () => {}).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const settings = { ...defaultSettings, discover: false, files: [renewed.certificateFile], listeners: [{ address: '127.0.0.1', port }] };
  const facts = factsOf(await look(settings));
  server.close();
  const node = { id: 'n', name: 'n', role: null, group: null, twin: null, site: {}, version: '0' };
  const found = probe.rules.flatMap((rule) =>
    rule.kind === 'alone'
      ? rule.judge(facts, { now: Date.parse('2026-11-23T00:00:00Z'), node, settings, readings: [] }).map(() => rule.code)
      : [],
  );
  expect(found).toContain('certs/listener-serves-other');
});

test('a hundred megabytes, ten thousand files and a circle of links leave the rest of the look as it was', async () => {
  const made = maker.make({ commonName: 'app.example.com' });
  const folder = join(maker.folder, 'odd');
  const many = join(folder, 'many');
  mkdirSync(many, { recursive: true });
  const big = join(folder, 'big.pem');
  writeFileSync(big, made.pem);
  truncateSync(big, 100 * 1024 * 1024);
  symlinkSync(folder, join(folder, 'again'));
  symlinkSync(join(folder, 'round.pem'), join(folder, 'round.pem'));
  // One file under ten thousand names: making as many files takes a busy disk half a minute.
  writeFileSync(join(many, '0.pem'), '');
  for (let at = 1; at < 10_000; at++) linkSync(join(many, '0.pem'), join(many, `${at}.pem`));
  const facts = factsOf(
    await look({ files: [made.certificateFile, big, join(folder, 'round.pem'), `${many}/*.pem`, `${folder}/**/none.pem`] }),
  );
  const content = (path: string) => facts.sources.find(({ where }) => where === path)?.content;
  expect(content(made.certificateFile)?.kind).toBe('seen');
  expect(content(big)).toMatchObject({ kind: 'unseen', reason: 'too-much-output' });
  expect(content(join(folder, 'round.pem'))).toMatchObject({ kind: 'unseen', reason: 'unreadable' });
  expect(facts.unsearched).toMatchObject([{ place: `${many}/*.pem`, reason: 'too-much-output' }]);
}, 120_000);

test('two looks at the machine as it is give the same facts', async () => {
  const [first, second] = [await look({ discover: true }), await look({ discover: true })];
  expect(canonicalJson({ ...second, readings: [] })).toBe(canonicalJson({ ...first, readings: [] }));
});

test('an aborted look has seen nothing', async () => {
  const controller = new AbortController();
  controller.abort();
  expect(await look({ files: [authority.certificateFile] }, controller.signal)).toMatchObject({ kind: 'unseen', reason: 'timeout' });
});
