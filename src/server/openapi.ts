// The OpenAPI document, made from the same routes that are served.

import { ProblemSchema, problemType, titles } from './problem.ts';
import type { AnswerDeclared, Route } from './route.ts';

export interface ApiDescription {
  readonly title: string;
  readonly version: string;
  readonly describes: string;
}

/** What any route may answer with, whatever it declares. */
const commonProblems = [400, 401, 403, 408, 429, 500] as const;

export function openApiDocument(api: ApiDescription, routes: readonly Route[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) };
  return {
    openapi: '3.1.0',
    info: { title: api.title, version: api.version, description: api.describes },
    paths,
    components: {
      schemas: { Problem: ProblemSchema },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        certificate: { type: 'mutualTLS' },
      },
    },
  };
}

function operation(route: Route): object {
  const problems = [...commonProblems, ...(route.body === undefined ? [] : [413, 415])].filter(
    (status) => route.answers[status] === undefined,
  );
  return {
    operationId: operationId(route),
    summary: route.summary,
    // Locally, the way in is credential enough: hence the empty alternative.
    security: route.right === null ? [] : [{ bearer: [route.right] }, { certificate: [] }, {}],
    parameters: [...parameters(route, 'path'), ...parameters(route, 'query')],
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: route.body.schema } } } }),
    responses: Object.fromEntries([
      ...Object.entries(route.answers).map(([status, answer]) => [status, response(Number(status), answer)]),
      ...problems.map((status) => [String(status), response(status, { describes: titles[status]! })]),
    ]),
  };
}

const operationId = (route: Route): string =>
  `${route.method.toLowerCase()}${route.path
    .split(/[/.{}]+/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('')}`;

function parameters(route: Route, place: 'path' | 'query'): readonly object[] {
  const schema = place === 'path' ? route.params : route.query;
  const properties = (schema as { properties?: Record<string, { description?: string }> } | undefined)?.properties ?? {};
  const required = new Set((schema as { required?: readonly string[] } | undefined)?.required ?? []);
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || required.has(name),
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }));
}

function response(status: number, answer: AnswerDeclared): object {
  const isProblem = status >= 400 && answer.schema === undefined;
  if (isProblem) return { description: answer.describes, content: { [problemType]: { schema: { $ref: '#/components/schemas/Problem' } } } };
  if (answer.schema === undefined && answer.type === undefined) return { description: answer.describes };
  return {
    description: answer.describes,
    content: { [answer.type ?? 'application/json']: { schema: answer.schema ?? { type: 'string' } } },
  };
}
