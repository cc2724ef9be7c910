// A guest at a daemon's door: HTTP over its Unix socket or TCP, with a limit on time and size.
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { CannotError, type Option } from './command.ts';

/** How messages speak of a daemon, and the port it has where an address names none. */
export interface DaemonKind {
  readonly noun: string;
  readonly port: number;
  readonly start: string;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface Daemon {
  readonly address: string;
  /** Parsed JSON; null for an answer without a body. Throws a CannotError for every other end, `NotThere` for 404. */
  ask(method: Method, path: string, body?: object): Promise<unknown>;
  get(path: string): Promise<unknown>;
  post(path: string, body?: object): Promise<unknown>;
  /** Of an answer that is no JSON, such as a PEM file. */
  text(path: string): Promise<string>;
}

export const credentialOptions = {
  'token-file': { value: 'FILE', describes: 'file with the bearer token to show' },
  authorities: { value: 'FILE', describes: 'PEM file with the authorities that may have signed its certificate' },
} as const satisfies Record<string, Option>;

export interface Credentials {
  readonly tokenFile: string | null;
  readonly authoritiesFile: string | null;
}

export const credentialsIn = (values: Readonly<Record<string, string>>): Credentials => ({
  tokenFile: values['token-file'] ?? null,
  authoritiesFile: values.authorities ?? null,
});

/** An address, or the path of a socket. */
export async function daemonAt(kind: DaemonKind, address: string, { tokenFile, authoritiesFile }: Credentials): Promise<Daemon> {
  const token = tokenFile === null ? null : (await readSecret(tokenFile)).trim();
  const authorities = authoritiesFile === null ? null : await readSecret(authoritiesFile);
  const target = targetOf(kind, address, authorities);
  const exchanged = async (method: Method, path: string, accept: string, body?: object): Promise<Answer> => {
    const headers = {
      accept,
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const options = { ...target.options, method, path: target.prefix + path, headers };
    return exchange(kind, target.isTls, options, address, body === undefined ? '' : JSON.stringify(body));
  };
  const ask: Daemon['ask'] = async (method, path, body) => jsonOf(kind, await exchanged(method, path, 'application/json', body), address);
  return {
    address,
    ask,
    get: (path) => ask('GET', path),
    post: (path, body) => ask('POST', path, body),
    text: async (path) => {
      const answer = await exchanged('GET', path, '*/*');
      if (answer.status >= 200 && answer.status < 300) return answer.body;
      throw refusal(kind, answer, address);
    },
  };
}

/** The first of several places where somebody is; a place that this user may not enter is passed by, and told where nobody is elsewhere. */
export function firstThere(kind: DaemonKind, daemons: readonly Daemon[]): Daemon {
  const first = async <T>(asking: (daemon: Daemon) => Promise<T>): Promise<T> => {
    let barred: CannotError | null = null;
    for (const daemon of daemons) {
      try {
        return await asking(daemon);
      } catch (error) {
        if (error instanceof MayNotEnter) barred ??= error;
        else if (!(error instanceof NobodyThere)) throw error;
      }
    }
    throw barred ?? new NobodyThere(nobodyAt(kind, daemons.map(({ address }) => address).join(', nor at ')));
  };
  return {
    address: daemons[0]?.address ?? '',
    ask: (method, path, body) => first((daemon) => daemon.ask(method, path, body)),
    get: (path) => first((daemon) => daemon.get(path)),
    post: (path, body) => first((daemon) => daemon.post(path, body)),
    text: (path) => first((daemon) => daemon.text(path)),
  };
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

function targetOf(kind: DaemonKind, address: string, authorities: string | null): Target {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(address)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https' && scheme !== 'unix')
    throw new CannotError(`'${address}' is not an address; expected like https://app1:${kind.port}, or the path of a socket`);
  if (scheme === undefined || scheme === 'unix')
    return { isTls: false, prefix: '', options: { socketPath: address.replace(/^unix:(\/\/)?/, '') } };
  if (!URL.canParse(address)) throw new CannotError(`'${address}' is not an address; expected like https://app1:${kind.port}`);
  const url = new URL(address);
  const isTls = url.protocol === 'https:';
  // The daemon's own port, not the web's, where none is given.
  const port = url.port === '' ? kind.port : Number(url.port);
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

async function exchange(kind: DaemonKind, isTls: boolean, options: RequestOptions, address: string, body: string): Promise<Answer> {
  const { request } = await (isTls ? import('node:https') : import('node:http'));
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const signal = AbortSignal.timeout(answerMsMax);
  const asked = request({ ...options, agent: false, signal }, (response) => collect(kind, response).then(resolve, reject));
  asked.on('error', reject);
  asked.end(body);
  try {
    return await promise;
  } catch (error) {
    throw explained(kind, error, address);
  }
}

async function collect({ noun }: DaemonKind, response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > answerBytesMax) throw new CannotError(`the ${noun} answered with more than 64 MiB; not read`);
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') };
}

class NobodyThere extends CannotError {}

class MayNotEnter extends CannotError {}

const nobodyAt = ({ noun, start }: DaemonKind, place: string): string => `no ${noun} answers at ${place}; start it with ${start}`;

function explained(kind: DaemonKind, error: unknown, address: string): Error {
  if (error instanceof CannotError) return error;
  const { noun } = kind;
  const { code, name, message } = error as NodeJS.ErrnoException;
  if (name === 'AbortError' || name === 'TimeoutError')
    return new CannotError(`the ${noun} at ${address} did not answer within ${answerMsMax / 1_000} s`);
  switch (code) {
    case 'ENOENT':
    case 'ECONNREFUSED':
      return new NobodyThere(nobodyAt(kind, address));
    case 'EACCES':
    case 'EPERM':
      return new MayNotEnter(`this user may not open ${address}; ask as root or as a member of the socket's group`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new CannotError(`the name in ${address} does not resolve (${code})`);
    default:
      return new CannotError(`the ${noun} at ${address} cannot be asked: ${message} (${code ?? name})`);
  }
}

function jsonOf(kind: DaemonKind, answer: Answer, address: string): unknown {
  const { status, body } = answer;
  const parsed = body === '' && status === 204 ? null : parseJson(body);
  if (status >= 200 && status < 300 && parsed !== undefined) return parsed;
  throw refusal(kind, answer, address);
}

function refusal({ noun }: DaemonKind, { status, body }: Answer, address: string): CannotError {
  const parsed = parseJson(body);
  const problem = typeof parsed === 'object' && parsed !== null ? (parsed as { readonly title?: unknown; readonly detail?: unknown }) : {};
  const said = [problem.title, problem.detail].filter((one) => typeof one === 'string').join(': ');
  if (status === 401) return new Refused(`the ${noun} at ${address} asks for a token: --token-file FILE${said === '' ? '' : ` (${said})`}`);
  if (status === 404) return new NotThere(said || `the ${noun} at ${address} knows no such thing`);
  if (status === 403) return new Refused(`the ${noun} at ${address} refuses it${said === '' ? '' : `: ${said}`}`);
  if (parsed === undefined)
    return new CannotError(`the ${noun} at ${address} answered ${status} with something else than JSON; is it no ${noun}?`);
  return new CannotError(`the ${noun} at ${address} answered ${status}${said === '' ? '' : `: ${said}`}`);
}

/** The daemon is there, and does not let this caller do what was asked for. */
export class Refused extends CannotError {}

/** The daemon is there and has not what was asked for. */
export class NotThere extends CannotError {}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
