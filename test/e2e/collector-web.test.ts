// The dashboard's files as a browser gets them, whichever way it was led here.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/agent.ts';
import { serveCollector } from '../support/collector.ts';

const script = `console.log('understudy');\n`.repeat(100);

function builtFolder(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Understudy</title>');
  writeFileSync(join(folder, 'assets/index-C4f1.js'), script);
  writeFileSync(join(folder, 'assets/index-C4f1.js.map'), '{}');
  writeFileSync(join(folder, '.built'), 'a mark of the build');
  writeFileSync(join(folder, '../secret.txt'), 'not of the dashboard');
  return folder;
}

interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** The path as it is, without anything made straight. */
function browse(url: string, path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Got> {
  const { hostname, port } = new URL(url);
  const { promise, resolve, reject } = Promise.withResolvers<Got>();
  const asked = request({ hostname, port, path, method, headers, agent: false }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, bytes: Buffer.concat(chunks) }));
  });
  asked.on('error', reject).end();
  return promise;
}

describe('the dashboard', () => {
  test('is at / and at /index.html, asked for anew each time, with a policy that lets it ask nobody else', async () => {
    const { url } = await serveCollector({ webFolder: builtFolder() });
    for (const path of ['/', '/index.html', '/?from=a-ticket']) {
      const { status, headers, bytes } = await browse(url, path);
      expect([path, status, headers['content-type'], bytes.toString()]).toEqual([
        path,
        200,
        'text/html; charset=utf-8',
        '<!doctype html><title>Understudy</title>',
      ]);
      expect(headers['cache-control']).toBe('no-cache');
      expect(headers['content-security-policy']).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(await browse(url, path, { 'if-none-match': headers.etag! })).toMatchObject({ status: 304, bytes: Buffer.alloc(0) });
    }
  });

  test('has files that are named after what is in them, which a browser keeps for good', async () => {
    const { url } = await serveCollector({ webFolder: builtFolder() });
    const { status, headers, bytes } = await browse(url, '/assets/index-C4f1.js');
    expect([status, headers['content-type'], bytes.toString()]).toEqual([200, 'text/javascript; charset=utf-8', script]);
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const head = await browse(url, '/assets/index-C4f1.js', {}, 'HEAD');
    expect([head.status, head.headers['content-length'], head.bytes.length]).toEqual([200, String(script.length), 0]);
  });

  test.each([
    ['br, gzip', 'br', (bytes: Buffer) => brotliDecompressSync(bytes)],
    ['gzip, deflate', 'gzip', (bytes: Buffer) => gunzipSync(bytes)],
    ['br;q=0, gzip;q=0.5', 'gzip', (bytes: Buffer) => gunzipSync(bytes)],
    ['identity', undefined, (bytes: Buffer) => bytes],
    ['gzip;q=0', undefined, (bytes: Buffer) => bytes],
  ])('comes compressed to who takes %s', async (accepted, encoding, unpacked) => {
    const { url } = await serveCollector({ webFolder: builtFolder() });
    const { headers, bytes } = await browse(url, '/assets/index-C4f1.js', { 'accept-encoding': accepted });
    expect(headers).toMatchObject({ vary: 'accept-encoding' });
    expect(headers['content-encoding']).toBe(encoding);
    expect(unpacked(bytes).toString()).toBe(script);
    if (encoding !== undefined) expect(bytes.length).toBeLessThan(script.length / 10);
  });

  test.each([
    ['a link on another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
    ['another name, as a reverse proxy passes it on', { host: 'readiness.example.com' }],
    ['both', { host: 'readiness.example.com', 'sec-fetch-site': 'cross-site', origin: 'https://wiki.example.com' }],
  ])('is given behind %s, while what it asks for is guarded as ever', async (_, headers) => {
    const { url } = await serveCollector({ webFolder: builtFolder() });
    expect((await browse(url, '/', headers)).status).toBe(200);
    expect((await browse(url, '/assets/index-C4f1.js', headers)).status).toBe(200);
    expect((await browse(url, '/v1/fleet', headers)).status).toBe(403);
    expect((await browse(url, '/v1/me', headers)).status).toBe(403);
  });

  test('behind a reverse proxy a token lets its page in, by whatever name it came', async () => {
    const token = { name: 'page', sha256: createHash('sha256').update('page-token').digest('hex'), rights: ['read' as const] };
    const access = { tokens: [token], clients: [], localRights: ['read' as const], requestsPerMinute: 60_000 };
    const { url } = await serveCollector({ webFolder: builtFolder(), config: { access } });
    const headers = { host: 'readiness.example.com', 'sec-fetch-site': 'same-origin' };
    expect((await browse(url, '/v1/me', headers)).status).toBe(403);
    expect((await browse(url, '/v1/me', { ...headers, authorization: 'Bearer page-token' })).status).toBe(200);
  });

  test('is given whatever credential comes with the request, and held back by address alone', async () => {
    const access = { tokens: [], clients: [], localRights: [], requestsPerMinute: 60 };
    const { url } = await serveCollector({ webFolder: builtFolder(), config: { access } });
    expect((await browse(url, '/', { authorization: 'Bearer wrong' })).status).toBe(200);
    const statuses = await Promise.all(Array.from({ length: 70 }, async () => (await browse(url, '/')).status));
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(50);
  });

  test.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '//etc/passwd',
    '/assets/',
    '/assets',
    '/.built',
    '/assets/index-C4f1.js.map',
    '/assets/index-C4f1.js%00.html',
    '/ASSETS/index-C4f1.js',
  ])('has nothing at %s', async (path) => {
    const { url } = await serveCollector({ webFolder: builtFolder() });
    const { status, bytes } = await browse(url, path);
    expect([400, 404]).toContain(status);
    expect(bytes.toString()).not.toContain('not of the dashboard');
  });

  test('that was not built says how to build it, and all else works', async () => {
    const { url } = await serveCollector({ webFolder: join(temporaryFolder(), 'nothing') });
    const { status, headers, bytes } = await browse(url, '/');
    expect([status, headers['content-type']]).toEqual([503, 'text/plain; charset=utf-8']);
    expect(bytes.toString()).toContain('npm run build');
    expect((await browse(url, '/v1/fleet')).status).toBe(200);
    expect((await browse(url, '/index.html')).status).toBe(404);
  });

  test('takes nothing but questions', async () => {
    const { url } = await serveCollector({ webFolder: builtFolder() });
    expect((await browse(url, '/', {}, 'POST')).status).toBe(405);
  });
});
