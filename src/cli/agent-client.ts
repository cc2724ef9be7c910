// A guest at an agent's door: HTTP over its Unix socket or TCP, with a limit on time and size.
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, RequestOptions } from 'node:http';
import type { AgentConfig } from '../config/agent-config.ts';
import { agentAddresses } from './addresses.ts';
import { CannotError, type Option } from './command.ts';

export interface Agent {
  readonly address: string;
  get(path: string): Promise<unknown>;
  post(path: string): Promise<unknown>;
}

export const agentOptions = {
  agent: { value: 'ADDRESS', describes: 'the agent: http://…, https://… or its Unix socket; the one of this machine unless given' },
  'token-file': { value: 'FILE', describes: 'file with the bearer token to show' },
  authorities: { value: 'FILE', describes: 'PEM file with the authorities that may have signed the agent’s certificate' },
} as const satisfies Record<string, Option>;

export interface AgentCredentials {
  readonly tokenFile: string | null;
  readonly authoritiesFile: string | null;
}

/** An address, or the path of a socket. */
export async function agentAt(address: string, { tokenFile, authoritiesFile }: AgentCredentials): Promise<Agent> {
  const token = tokenFile === null ? null : (await readSecret(tokenFile)).trim();
  const authorities = authoritiesFile === null ? null : await readSecret(authoritiesFile);
  const target = targetOf(address, authorities);
  const headers = { accept: 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
  const ask = async (method: 'GET' | 'POST', path: string): Promise<unknown> => {
    const options = { ...target.options, method, path: target.prefix + path, headers };
    const { status, body } = await exchange(target.isTls, options, address);
    return answerOf(status, body, address);
  };
  return { address, get: (path) => ask('GET', path), post: (path) => ask('POST', path) };
}

/** Where the agent of this machine should be, by the same configuration. */
export async function localAgent({ listen }: AgentConfig, credentials: AgentCredentials): Promise<Agent> {
  const addresses = agentAddresses(listen);
  const [first, second] = await Promise.all(addresses.map((address) => agentAt(address, credentials)));
  if (first === undefined) throw new CannotError('the configuration gives the agent no address; say where it is with --agent');
  if (second === undefined) return first;
  const either = async (ask: (agent: Agent) => Promise<unknown>): Promise<unknown> => {
    try {
      return await ask(first);
    } catch (error) {
      if (!(error instanceof NobodyThere)) throw error;
    }
    try {
      return await ask(second);
    } catch (error) {
      throw error instanceof NobodyThere ? new NobodyThere(nobodyAt(`${first.address}, nor at ${second.address}`)) : error;
    }
  };
  return { address: first.address, get: (path) => either((agent) => agent.get(path)), post: (path) => either((agent) => agent.post(path)) };
}

async function readSecret(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new CannotError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

interface Target {
  readonly isTls: boolean;
  readonly prefix: string;
  readonly options: RequestOptions & { readonly ca?: string };
}

function targetOf(address: string, authorities: string | null): Target {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(address)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https' && scheme !== 'unix')
    throw new CannotError(`'${address}' is not an address; expected like https://app1:7807, or the path of a socket`);
  if (scheme === undefined || scheme === 'unix')
    return { isTls: false, prefix: '', options: { socketPath: address.replace(/^unix:(\/\/)?/, '') } };
  if (!URL.canParse(address)) throw new CannotError(`'${address}' is not an address; expected like https://app1:7807`);
  const url = new URL(address);
  const isTls = url.protocol === 'https:';
  // The agent's own port, not the web's, where none is given.
  const port = url.port === '' ? 7807 : Number(url.port);
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    isTls,
    prefix: url.pathname.replace(/\/$/, ''),
    options: { hostname, port, ...(authorities === null ? {} : { ca: authorities }) },
  };
}

/** Longer than a check may take: `run` waits for its look. */
const answerMsMax = 120_000;
const answerBytesMax = 64 * 1024 ** 2;

interface Answer {
  readonly status: number;
  readonly body: string;
}

async function exchange(isTls: boolean, options: RequestOptions, address: string): Promise<Answer> {
  const { request } = await (isTls ? import('node:https') : import('node:http'));
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const signal = AbortSignal.timeout(answerMsMax);
  const asked = request({ ...options, agent: false, signal }, (response) => collect(response).then(resolve, reject));
  asked.on('error', reject);
  asked.end();
  try {
    return await promise;
  } catch (error) {
    throw explained(error, address);
  }
}

async function collect(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > answerBytesMax) throw new CannotError('the agent answered with more than 64 MiB; not read');
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') };
}

class NobodyThere extends CannotError {}

const nobodyAt = (place: string): string =>
  `no agent answers at ${place}; start it with \`systemctl start understudy-agent\` or \`understudy agent\``;

function explained(error: unknown, address: string): Error {
  if (error instanceof CannotError) return error;
  const { code, name, message } = error as NodeJS.ErrnoException;
  if (name === 'AbortError' || name === 'TimeoutError')
    return new CannotError(`the agent at ${address} did not answer within ${answerMsMax / 1_000} s`);
  switch (code) {
    case 'ENOENT':
    case 'ECONNREFUSED':
      return new NobodyThere(nobodyAt(address));
    case 'EACCES':
    case 'EPERM':
      return new CannotError(`this user may not open ${address}; ask as root or as a member of the socket's group`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new CannotError(`the name in ${address} does not resolve (${code})`);
    default:
      return new CannotError(`the agent at ${address} cannot be asked: ${message} (${code ?? name})`);
  }
}

function answerOf(status: number, body: string, address: string): unknown {
  const parsed = parseJson(body);
  if (status >= 200 && status < 300 && parsed !== undefined) return parsed;
  const problem = typeof parsed === 'object' && parsed !== null ? (parsed as { readonly title?: unknown; readonly detail?: unknown }) : {};
  const said = [problem.title, problem.detail].filter((one) => typeof one === 'string').join(': ');
  if (status === 401)
    throw new CannotError(`the agent at ${address} asks for a token: --token-file FILE${said === '' ? '' : ` (${said})`}`);
  if (status === 404) throw new NotThere(said || `the agent at ${address} knows no such thing`);
  if (parsed === undefined)
    throw new CannotError(`the agent at ${address} answered ${status} with something else than JSON; is it no agent?`);
  throw new CannotError(`the agent at ${address} answered ${status}${said === '' ? '' : `: ${said}`}`);
}

/** The agent is there and has not what was asked for. */
export class NotThere extends CannotError {}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
