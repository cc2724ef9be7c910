// docs/telling.md against the program: the message that it shows, and the lines with which it says to verify one.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { signatureOf } from '../../src/collector/tell/signature.ts';
import { nodeTroubleKinds } from '../../src/contract/fleet.ts';
import { findingEventKinds } from '../../src/contract/standing.ts';
import { temporaryFolder } from '../support/agent.ts';
import { became, standing, verdictBecame, webhookChannel } from '../support/fleet-news.ts';
import { telling } from '../support/telling.ts';
import { webhookReceiver } from '../support/webhook-receiver.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/telling.md'), 'utf8');

function block(language: string): string {
  const found = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(page)?.[1];
  if (found === undefined) throw new Error(`docs/telling.md has no block of ${language}`);
  return found;
}

/** Every member by its path; what hangs together in a list has one. */
function members(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one) => members(one, `${path}[${one.kind ?? ''}]`));
  if (value === null || typeof value !== 'object') return [path];
  return Object.entries(value).flatMap(([name, inner]) => members(inner, `${path}.${name}`));
}

it('the message on the page has the members of a real one', async () => {
  const receiver = await webhookReceiver();
  const one = telling([webhookChannel(receiver.url)]);
  const now = one.clock.now();
  one.happens(became('opened', now, standing(now)), verdictBecame('ready', 'degraded', now));
  await one.pass(10_000);
  expect([...members(JSON.parse(block('json')))].sort()).toEqual([...members(receiver.received[0]?.message)].sort());
});

it('every event that can be told is on the page', () => {
  const missing = [...findingEventKinds, ...nodeTroubleKinds, 'heard-again', 'gone'].filter((event) => !page.includes(`\`${event}\``));
  expect(missing).toEqual([]);
});

const body = '{"text":"gr\u00fc\u00dfe \\n"}\n';
const now = Date.now();
const cases = [
  ['genuine', signatureOf('hush', body, now), body, true],
  ['signed with another secret', signatureOf('hash', body, now), body, false],
  ['of another body', signatureOf('hush', body, now), `${body} `, false],
  ['of an hour ago', signatureOf('hush', body, now - 3_600_000), body, false],
  ['unsigned', '', body, false],
] as const;

it.each(cases)('the page’s lines in Node take a message that is %s for what it is', (_, signature, text, isGenuine) => {
  const file = join(temporaryFolder(), 'verify.mjs');
  const given = { headers: { 'understudy-signature': signature } };
  const head = `const request = ${JSON.stringify(given)}, secret = 'hush', body = Buffer.from(${JSON.stringify(text)});\n`;
  writeFileSync(file, `${head}${block('js')}process.exit(isGenuine ? 0 : 1);\n`);
  const { status, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
  expect({ isGenuine: status === 0, stderr }).toEqual({ isGenuine, stderr: '' });
});

it.each(cases)('the page’s lines in a shell take a message that is %s for what it is', (_, signature, text, isGenuine) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'body.json'), text);
  writeFileSync(join(folder, 'webhook.secret'), 'hush\n');
  const { stdout } = spawnSync('sh', ['-c', block('sh')], { cwd: folder, encoding: 'utf8', env: { PATH: process.env.PATH, signature } });
  expect(stdout.trim()).toBe(isGenuine ? 'genuine' : '');
});
