// What the dashboard is measured beside: the same fleet as one plain table, written before anybody asks, without a line of script.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Matrix, PairRow } from '../../src/contract/matrix.ts';

/** Answers the address of the page. */
export async function servePeer(matrix: Matrix): Promise<{ readonly url: string; readonly server: Server }> {
  const page = Buffer.from(pageOf(matrix));
  const server = createServer((_, answer) => answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
}

const pageOf = ({ groups }: Matrix): string => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Fleet</title>
<style>body{font:14px system-ui}td,th{padding:4px 8px;border-bottom:1px solid #ddd;text-align:left}</style><h1>Fleet</h1>
${groups
  .map(
    ({ group, verdict, pairs }) =>
      `<h2>${group}: ${verdict}</h2><table><tr><th>pair<th>verdict${headOf(pairs[0])}</tr>${pairs.map(rowOf).join('\n')}</table>`,
  )
  .join('\n')}</html>`;

const headOf = (first: PairRow | undefined): string => (first?.cells ?? []).map(({ gap }) => `<th>${gap}`).join('');

const rowOf = ({ pair, verdict, cells }: PairRow): string =>
  `<tr class="pair"><td>${pair}<td>${verdict}${cells.map(({ state, count }) => `<td>${state} ${count}`).join('')}</tr>`;
