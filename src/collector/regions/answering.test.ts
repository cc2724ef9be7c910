import { expect, test } from 'vitest';
import type { Changes } from '../../contract/changes.ts';
import type { HttpClient } from '../http/client.ts';
import { regionContact } from './address.ts';
import { withRegions } from './answering.ts';

const limits = { timeoutMs: 1_000, bytesMax: 1_000 };

function client() {
  const dialled: string[] = [];
  const http: HttpClient = {
    request: async ({ address }) => {
      dialled.push(address);
      return { kind: 'answered', status: 204, headers: {}, body: '', tookMs: 0, waitedMs: 0, readMs: 0 };
    },
    send: async (url) => {
      dialled.push(url);
      return { kind: 'answered', status: 204, headers: {}, body: '', tookMs: 0, waitedMs: 0, readMs: 0 };
    },
    forget: ({ address }) => void dialled.push(`forgot ${address}`),
    problems: () => [],
    count: () => 0,
    close: () => {},
  };
  return { http, dialled };
}

const page = { nodeId: 'region' } as Changes;

test('what is meant for a region is answered here, and nobody is dialled', async () => {
  const { http, dialled } = client();
  const asked: unknown[] = [];
  const routed = withRegions(http, (address, query) => {
    asked.push([address, query]);
    return page;
  });
  const answer = await routed.request(regionContact('region:billing/zrh'), {
    ...limits,
    path: '/v1/changes?after=7&limit=100&named=abc&known=d%2Fe',
  });
  expect(answer).toMatchObject({ kind: 'answered', status: 200, body: JSON.stringify(page) });
  expect(asked).toEqual([['region:billing/zrh', { after: 7, limit: 100, named: 'abc', known: 'd/e' }]]);
  routed.forget(regionContact('region:billing/zrh'));
  expect(dialled).toEqual([]);
});

test('what is meant for anybody else goes out as ever', async () => {
  const { http, dialled } = client();
  const routed = withRegions(http, () => page);
  expect(await routed.request(regionContact('https://app1:7807'), limits)).toMatchObject({ status: 204 });
  expect(await routed.send('https://hooks.example.com', limits)).toMatchObject({ status: 204 });
  routed.forget(regionContact('https://app1:7807'));
  expect(dialled).toEqual(['https://app1:7807', 'https://hooks.example.com', 'forgot https://app1:7807']);
});

test.each([
  ['a region that is not watched', '/v1/changes?after=0', undefined, 404],
  ['a history that cannot be read', '/v1/changes?after=0', null, 503],
  ['another path', '/v1/snapshot', page, 404],
  ['a cursor that is none', '/v1/changes?after=-1', page, 404],
])('%s is refused as an agent would', async (_, path, answer, status) => {
  const routed = withRegions(client().http, () => answer);
  expect(await routed.request(regionContact('region:billing/zrh'), { ...limits, path })).toMatchObject({ kind: 'answered', status });
});
