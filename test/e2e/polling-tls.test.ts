// An agent behind TLS, polled with tokens and certificates: who is refused, why, and that renewed files are used without a restart.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Contact } from '../../src/config/fleet-config.ts';
import { fakeClock, serveAgent, temporaryFolder, testProbe } from '../support/agent.ts';
import { type CertificateMaker, certificateMaker, type MadeCertificate } from '../support/openssl-certificates.ts';
import { type Polling, polling, targetOf } from '../support/polling.ts';

const valid = { from: '2020-01-01T00:00:00Z', to: '2049-01-01T00:00:00Z' };
let maker: CertificateMaker;
let authority: MadeCertificate;
let server: MadeCertificate;

beforeAll(() => {
  maker = certificateMaker();
  authority = maker.make({ commonName: 'authority', isAuthority: true, ...valid });
  server = maker.make({ commonName: 'app1', names: ['DNS:app1.example.com', 'IP:127.0.0.1'], issuer: authority, ...valid });
});
afterAll(() => maker.remove());

async function served() {
  const agent = await serveAgent({
    probes: [testProbe('dns')],
    config: {
      access: {
        tokens: [{ name: 'collector', sha256: createHash('sha256').update('hunter2').digest('hex'), rights: ['read'] }],
        clients: [{ commonName: 'collector', rights: ['read'] }],
        localRights: [],
        requestsPerMinute: 6_000,
      },
      listen: {
        socket: null,
        tcp: { address: '127.0.0.1', port: 0 },
        tls: { certificateFile: server.certificateFile, keyFile: server.keyFile, clientAuthoritiesFile: authority.certificateFile },
      },
    },
  });
  await agent.agent.firstJudgement();
  return agent.url;
}

const trusting = (more: Partial<Contact> = {}): Partial<Contact> => ({ authoritiesFile: authority.certificateFile, ...more });
const made = (commonName: string): MadeCertificate => maker.make({ commonName, issuer: authority, ...valid });

async function polled(url: string, contact: Partial<Contact>): Promise<{ p: Polling; error: string | null; cursor: number }> {
  const target = targetOf(url, {}, contact);
  const p = polling({ targets: [target] });
  await p.poller.pollNow();
  const { poll, cursor } = p.view(target);
  return { p, error: poll.error, cursor };
}

test('a client certificate is enough, and so is a token', async () => {
  const url = await served();
  const { certificateFile, keyFile } = made('collector');
  expect(await polled(url, trusting({ certificateFile, keyFile }))).toMatchObject({ error: null, cursor: 1 });
  const tokenFile = join(temporaryFolder(), 'token');
  writeFileSync(tokenFile, 'hunter2');
  expect(await polled(url, trusting({ tokenFile }))).toMatchObject({ error: null, cursor: 1 });
});

test('what is wrong is said with what to do, and with no secret', async () => {
  const url = await served();
  const tokenFile = join(temporaryFolder(), 'token');
  writeFileSync(tokenFile, 'hunter3');
  const { certificateFile, keyFile } = made('somebody else');
  const foreign = maker.make({ commonName: 'foreign', isAuthority: true, ...valid });
  const errors = await Promise.all([
    polled(url, trusting()),
    polled(url, trusting({ tokenFile })),
    polled(url, trusting({ certificateFile, keyFile })),
    polled(url, trusting({ serverName: 'app2.example.com' })),
    polled(url, { authoritiesFile: foreign.certificateFile }),
    polled(url, trusting({ tokenFile: '/nowhere/token' })),
  ]);
  expect(errors.map(({ error }) => error)).toEqual([
    expect.stringMatching(/\(401\).*list it under access/),
    expect.stringMatching(/\(401\)/),
    expect.stringMatching(/\(401\)/),
    expect.stringMatching(/not for app2\.example\.com/),
    expect.stringMatching(/not trusted here/),
    expect.stringMatching(/\/nowhere\/token, cannot be read \(ENOENT\)/),
  ]);
  expect(JSON.stringify(errors.map(({ p }) => p.log.said))).not.toContain('hunter3');
});

test('a renewed certificate is shown from the next poll on', async () => {
  const url = await served();
  const folder = temporaryFolder();
  const files = { certificateFile: join(folder, 'client.crt'), keyFile: join(folder, 'client.key') };
  const write = ({ pem, keyPem }: MadeCertificate): void => {
    writeFileSync(files.certificateFile, pem);
    writeFileSync(files.keyFile, keyPem);
  };
  const clock = fakeClock(Date.now());
  const target = targetOf(url, {}, trusting(files));
  const p = polling({ targets: [target], clock });
  write(made('somebody else'));
  await p.poller.pollNow();
  expect(p.view(target).poll.error).toContain('(401)');
  write(made('collector'));
  await clock.advance(1_000);
  await p.poller.pollNow();
  expect(p.view(target)).toMatchObject({ cursor: 1, poll: { error: null } });
  write(made('somebody else'));
  await clock.advance(1_000);
  await p.poller.pollNow();
  expect(p.view(target).poll.error).toContain('(401)');
});
