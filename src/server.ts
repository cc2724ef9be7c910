// The only place where Fastify is built: limits, access and the shape of errors for whatever routes it is given.
import type { IncomingMessage, RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { Ajv } from 'ajv';
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { TSchema } from 'typebox/type';
import { depthMax, isTooDeep } from './contract/depth.ts';
import { type SchemaProblem, schemaProblems } from './contract/schema.ts';
import { type Access, callerOf, demandRight, type Origin, type RequestHead } from './server/access.ts';
import { encodingFor } from './server/encoding.ts';
import { Problem, type ProblemDocument, problem, problemType } from './server/problem.ts';
import { rateLimit } from './server/rate-limit.ts';
import type { Answer, Caller, Route, StreamBegun } from './server/route.ts';
import { createStreams, type Streams } from './server/streams.ts';

export interface ServerParts {
  readonly routes: readonly Route[];
  /** Asked at each request: the configuration can be read again. */
  readonly access: () => Access;
  readonly monotonicMs: () => number;
  /** What a caller is only told as "internal error". */
  readonly onError: (error: Error, request: { readonly method: string; readonly path: string }) => void;
}

export interface HttpServer {
  readonly onRequest: RequestListener;
  /** `closing` aborts when the door that it came in by closes. */
  readonly onConnection: (socket: Socket, origin: Origin, closing: AbortSignal) => void;
  close(): Promise<void>;
}

/** Routes with a body of their own say how large it may be. */
const bodyBytesMax = 16 * 1024;
/** Of one path parameter; longer ones are no route. */
const paramLengthMax = 200;

const commonHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** Built, not listening: doors are opened by `openDoor` with what it answers. */
export async function buildServer(parts: ServerParts): Promise<HttpServer> {
  const entries: Entries = new WeakMap();
  const streams = createStreams();
  const handler = Promise.withResolvers<RequestListener>();
  const app = fastify({
    logger: false,
    bodyLimit: bodyBytesMax,
    routerOptions: { maxParamLength: paramLengthMax },
    // What the router refuses before there is a request, and so before any hook.
    frameworkErrors: (error, _request, reply) => {
      sendProblem(reply.headers(commonHeaders), problem(error.statusCode ?? 400, fastifyWords[error.code]));
    },
    exposeHeadRoutes: true,
    return503OnClosing: false,
    forceCloseConnections: false,
    serverFactory: (handle) => {
      handler.resolve(handle as RequestListener);
      return unusedServer();
    },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, app.getDefaultJsonParser('error', 'error'));
  app.setValidatorCompiler(compileValidator);
  app.setErrorHandler((error: FastifyError, request, reply) => sendError(parts, error, request, reply));
  app.setNotFoundHandler((request, reply) => sendNotFound(parts, request, reply));
  app.addHook('onRequest', admission(parts, entries));
  const sending: Sending = { parts, entries, streams };
  for (const route of parts.routes) addRoute(app, route, sending);
  await app.ready();
  const onRequest = await handler.promise;
  return {
    onRequest,
    onConnection: (socket, origin, closing) => entries.set(socket, { origin, closing }),
    close: () => {
      streams.end();
      return app.close();
    },
  };
}

/** How each connection came in. */
type Entries = WeakMap<Socket, { readonly origin: Origin; readonly closing: AbortSignal }>;

declare module 'fastify' {
  interface FastifyRequest {
    caller?: Caller;
  }
  interface FastifyContextConfig {
    right?: string | null;
    isOpen?: boolean;
  }
}

/** Several doors share one handler, so Fastify gets a server that it never opens. */
function unusedServer() {
  const { Server } = process.getBuiltinModule('node:http');
  return new Server();
}

function admission(parts: ServerParts, entries: Entries) {
  const limit = rateLimit(() => parts.access().requestsPerMinute, parts.monotonicMs);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    reply.headers(commonHeaders);
    const origin = entries.get(request.raw.socket)?.origin;
    if (origin === undefined) throw new Problem(403, 'It is not known how this connection came in');
    const { right = null, isOpen = false } = request.routeOptions.config;
    // Those who guess tokens are held back by their address.
    const address = origin.kind === 'socket' ? 'local socket' : origin.address;
    if (isOpen) {
      refuseTooMany(limit.take(address));
      request.caller = { name: address, rights: [] };
      return;
    }
    const caller = await admitted(
      () => callerOf(parts.access(), origin, headOf(request.raw)),
      () => refuseTooMany(limit.take(address)),
    );
    refuseTooMany(limit.take(caller.name));
    demandRight(caller, right);
    request.caller = caller;
  };
}

async function admitted(admit: () => Caller, onRefused: () => void): Promise<Caller> {
  try {
    return admit();
  } catch (error) {
    onRefused();
    throw error;
  }
}

function refuseTooMany(waitSeconds: number | null): void {
  if (waitSeconds === null) return;
  throw new Problem(429, `Too many requests; ask again in ${waitSeconds} s`, { headers: { 'retry-after': String(waitSeconds) } });
}

const headOf = ({ headers }: IncomingMessage): RequestHead => ({
  authorization: headers.authorization,
  host: headers.host,
  page: headers.origin,
  fetchSite: headers['sec-fetch-site'] as string | undefined,
});

interface Sending {
  readonly parts: ServerParts;
  readonly entries: Entries;
  readonly streams: Streams;
}

function addRoute(app: FastifyInstance, route: Route, sending: Sending): void {
  app.route({
    method: route.method,
    url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    config: { right: route.right, isOpen: route.isOpen ?? false },
    bodyLimit: route.body?.bytesMax ?? bodyBytesMax,
    schema: {
      ...(route.params === undefined ? {} : { params: route.params }),
      querystring: route.query ?? noQuery,
      ...(route.body === undefined ? {} : { body: route.body.schema }),
    },
    handler: async (request, reply) => {
      const { params, query, body } = request;
      const answer = await route.handle({ params, query, body, caller: request.caller! });
      if (answer.stream === undefined) await send(request, reply, answer);
      else sendStream(sending, route, request, reply, answer, answer.stream);
      return reply;
    },
  });
}

const noQuery = { type: 'object', properties: {}, additionalProperties: false };

async function send(request: FastifyRequest, reply: FastifyReply, answer: Answer): Promise<void> {
  const { status, etag, encoded = null } = answer;
  if (etag !== undefined) reply.headers({ etag: encoded === null ? etag : `W/${etag}`, 'cache-control': 'no-cache' });
  if (encoded !== null) reply.header('vary', 'accept-encoding');
  reply.headers(answer.headers ?? {});
  if (etag !== undefined && isKnown(request.headers['if-none-match'], etag)) {
    reply.code(304).send();
    return;
  }
  const encoding = encoded === null ? null : encodingFor(request.headers['accept-encoding'] as string | undefined, encoded);
  const body = encoding === null ? answer.body : await encoded![encoding]!();
  if (encoding !== null) reply.header('content-encoding', encoding);
  reply.code(status).type(answer.type ?? 'application/json; charset=utf-8');
  reply.send(typeof body === 'object' && !(body instanceof Uint8Array) ? JSON.stringify(body) : (body ?? ''));
}

function sendStream(
  { parts, entries, streams }: Sending,
  { right }: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  { status, type = 'text/plain; charset=utf-8', headers = {} }: Answer,
  begin: StreamBegun,
): void {
  const { raw: response } = reply;
  const { origin, closing } = entries.get(request.raw.socket)!;
  const head = headOf(request.raw);
  const isAdmitted = (): boolean => {
    try {
      demandRight(callerOf(parts.access(), origin, head), right);
      return true;
    } catch {
      return false;
    }
  };
  if (request.method !== 'HEAD') streams.demandRoom();
  reply.hijack();
  // A connection that was kept for another request would keep a door open that closes.
  response.writeHead(status, { ...commonHeaders, ...headers, 'content-type': type, connection: 'close' });
  if (request.method === 'HEAD') response.end();
  else streams.open({ response, begin, isAdmitted, closing });
}

const isKnown = (header: string | undefined, etag: string): boolean =>
  (header ?? '').split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === etag);

/** Query and path come as text and are turned into numbers; bodies are taken as they are. */
// The schemas are our own: to check them against their meta-schema costs 2 MiB and 20 ms.
const coercing = new Ajv({ allErrors: true, strict: false, coerceTypes: true, useDefaults: true, meta: false, validateSchema: false });

function compileValidator({ schema, httpPart }: { readonly schema: unknown; readonly httpPart?: string }) {
  if (httpPart === 'body')
    return (value: unknown) => valid(value, 'body', isTooDeep(value) ? [tooDeep] : schemaProblems(schema as TSchema, value));
  const validate = coercing.compile(schema as TSchema);
  return (value: unknown) => valid(value, httpPart ?? 'request', validate(value) ? [] : (validate.errors ?? []));
}

const tooDeep: SchemaProblem = {
  keyword: 'depth',
  instancePath: '',
  schemaPath: '',
  params: {},
  message: `is nested more than ${depthMax} deep`,
};

const valid = (value: unknown, part: string, problems: readonly SchemaProblem[]) =>
  problems.length === 0 ? { value } : { error: new Invalid(part, problems) };

/** A request that does not fit its route's schema. */
class Invalid extends Error {
  readonly statusCode = 400;
  readonly errors: NonNullable<ProblemDocument['errors']>;

  constructor(part: string, errors: readonly SchemaProblem[]) {
    super('invalid');
    const place = part === 'params' ? 'path' : part === 'querystring' ? 'query' : part;
    this.errors = errors.slice(0, 20).map((one) => ({ at: `${place}${one.instancePath}`, message: messageOf(one) }));
  }
}

const messageOf = (error: SchemaProblem): string => {
  const extra: unknown = error.params.additionalProperty;
  return typeof extra === 'string' ? `there is no ${JSON.stringify(extra)} here` : (error.message ?? error.keyword);
};

function sendError(parts: ServerParts, error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof Problem) return sendProblem(reply.headers(error.headers), error.document);
  if (error instanceof Invalid) return sendProblem(reply, problem(400, 'The request does not fit what this route takes', error.errors));
  const status = error.statusCode ?? 500;
  if (status < 500) return sendProblem(reply, problem(status, fastifyWords[error.code]));
  parts.onError(error, { method: request.method, path: request.routeOptions.url ?? '' });
  return sendProblem(reply, problem(500, 'The log of the agent says more'));
}

const fastifyWords: Readonly<Record<string, string>> = {
  FST_ERR_BAD_URL: 'The path is not well-formed',
  FST_ERR_MAX_PARAM_LENGTH: 'A part of the path is too long',
  FST_ERR_CTP_BODY_TOO_LARGE: 'The body is larger than this route takes',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'The body has to be application/json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The body is empty; send JSON',
  FST_ERR_CTP_INVALID_JSON_BODY: 'The body is not JSON',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as Content-Length says',
};

function sendNotFound(parts: ServerParts, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = request.url.split('?')[0]!;
  const allowed = parts.routes
    .filter((route) => matches(route.path, path))
    .flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  if (allowed.length === 0) return sendProblem(reply, problem(404, 'There is nothing here; /openapi.json lists what there is'));
  return sendProblem(reply.header('allow', allowed.join(', ')), problem(405, `Here one can only ${allowed.join(', ')}`));
}

const matches = (pattern: string, path: string): boolean => {
  const parts = path.split('/');
  const wanted = pattern.split('/');
  return parts.length === wanted.length && wanted.every((part, index) => part.startsWith('{') || part === parts[index]);
};

const sendProblem = (reply: FastifyReply, document: ProblemDocument): FastifyReply =>
  reply.code(document.status).type(problemType).send(JSON.stringify(document));
