// What a daemon answered, held against what was expected of it: another program, or another version, is said and not guessed at.
import type { Static, TSchema } from 'typebox/type';
import { schemaProblems } from '../contract/schema.ts';
import { CannotError } from './command.ts';
import type { Daemon } from './daemon-client.ts';

export async function asked<S extends TSchema>(daemon: Daemon, path: string, schema: S): Promise<Static<S>> {
  return expected(daemon, path, await daemon.get(path), schema);
}

export function expected<S extends TSchema>(daemon: Daemon, path: string, body: unknown, schema: S): Static<S> {
  const [problem] = schemaProblems(schema, body);
  if (problem === undefined) return body as Static<S>;
  throw new CannotError(
    `what answers at ${daemon.address} is not of this version (${path}: ${problem.instancePath} ${problem.message ?? problem.keyword})`,
  );
}
