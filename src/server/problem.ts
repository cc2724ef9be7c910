// Every error as an RFC 9457 problem document, told once and the same way.
import * as Type from 'typebox/type';

export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: 'about:blank where the status says it all' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.Optional(Type.String()),
    errors: Type.Optional(
      Type.Array(
        Type.Object({ at: Type.String({ description: 'Where: query, path or body, and the JSON pointer in it' }), message: Type.String() }),
      ),
    ),
  },
  { additionalProperties: false },
);

export const problemType = 'application/problem+json';

export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly errors?: readonly { readonly at: string; readonly message: string }[];
}

/** Thrown by a handler for what it cannot answer. */
export class Problem extends Error {
  readonly document: ProblemDocument;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    detail?: string,
    more: { readonly headers?: Readonly<Record<string, string>>; readonly errors?: ProblemDocument['errors'] } = {},
  ) {
    super(detail ?? titles[status] ?? 'Error');
    this.document = problem(status, detail, more.errors);
    this.headers = more.headers ?? {};
  }
}

export const problem = (status: number, detail?: string, errors?: ProblemDocument['errors']): ProblemDocument => ({
  type: 'about:blank',
  title: titles[status] ?? 'Error',
  status,
  ...(detail === undefined ? {} : { detail }),
  ...(errors === undefined ? {} : { errors }),
});

export const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};
