// An HTTP route as data: what the server enforces, what OpenAPI documents and what is tested are the same declaration.
import type { Static, TSchema } from 'typebox/type';
import type { Encoding } from './encoding.ts';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** In OpenAPI's form: `/v1/checks/{id}`. */
  readonly path: string;
  /** The right that a caller needs; null for what anybody who can connect may ask. */
  readonly right: string | null;
  /** Who asks is not looked at, so that a link on another site leads here: for what tells nothing of anybody. */
  readonly isOpen?: true;
  readonly summary: string;
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly body?: { readonly schema: TSchema; readonly bytesMax: number };
  /** By status. Problems that every route can answer with are added by the document. */
  readonly answers: Readonly<Record<number, AnswerDeclared>>;
  readonly handle: (asked: Asked) => Answer | Promise<Answer>;
}

export interface AnswerDeclared {
  readonly describes: string;
  /** JSON unless `type` says otherwise; none for an answer without a body. */
  readonly schema?: TSchema;
  readonly type?: string;
}

export interface Asked<Params = unknown, Query = unknown, Body = unknown> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Aborts when the caller went away. */
  readonly caller: Caller;
}

/** Who asks: how a log and a rate limit name them. */
export interface Caller {
  readonly name: string;
  readonly rights: readonly string[];
}

export interface Answer {
  readonly status: number;
  /** Objects are sent as JSON; text and bytes as they are. */
  readonly body?: object | string | Uint8Array;
  readonly type?: string;
  /** Quoted; an equal If-None-Match is answered with 304. */
  readonly etag?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body in other forms, for callers that take one; made when it is asked for. */
  readonly encoded?: Readonly<Partial<Record<Encoding, () => Promise<Uint8Array>>>>;
  /** In place of a body: what is sent as it comes. */
  readonly stream?: StreamBegun;
}

/** Called once the head is sent; what it answers is called when the stream is over, whoever ended it. */
export type StreamBegun = (sink: Sink) => () => void;

export interface Sink {
  /** Ends the stream of a caller that would not be let in any more, and cuts one off that does not read. */
  send(text: string): void;
}

interface Declared<Params extends TSchema, Query extends TSchema, Body extends TSchema> {
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: { readonly schema: Body; readonly bytesMax: number };
  readonly handle: (asked: Asked<Static<Params>, Static<Query>, Static<Body>>) => Answer | Promise<Answer>;
}

/** Ties the handler's types to the schemas that are checked before it is called. */
export function defineRoute<Params extends TSchema, Query extends TSchema, Body extends TSchema>(
  route: Omit<Route, 'params' | 'query' | 'body' | 'handle'> & Declared<Params, Query, Body>,
): Route {
  return route as unknown as Route;
}
