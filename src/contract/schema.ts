// Checks values against the contract's schemas. Ajv, because Fastify has it in memory already.
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { TSchema } from 'typebox/type';

export type SchemaProblem = Pick<ErrorObject, 'instancePath' | 'schemaPath' | 'keyword' | 'params' | 'message'>;

// The schemas come from this source tree only; `strict` would reject the annotations that TypeBox adds. What `format` says of a
// setting is judged where settings are read.
// To check them against their meta-schema would cost each Ajv a mebibyte.
const trusted = { meta: false, validateSchema: false } as const;
const ajv = new Ajv({ allErrors: true, strict: false, useDefaults: false, verbose: false, validateFormats: false, ...trusted });
const withDefaults = new Ajv({ allErrors: true, strict: false, useDefaults: true, verbose: false, validateFormats: false, ...trusted });

const compiled = new WeakMap<TSchema, ValidateFunction>();
const compiledWithDefaults = new WeakMap<TSchema, ValidateFunction>();

/** Everything that is wrong with a value, empty when nothing is. Compiled when first used. */
export function schemaProblems(schema: TSchema, value: unknown): readonly SchemaProblem[] {
  return problems(ajv, compiled, schema, value);
}

/** The same, and fills the schema's defaults into the value in place. */
export function fillDefaults(schema: TSchema, value: unknown): readonly SchemaProblem[] {
  return problems(withDefaults, compiledWithDefaults, schema, value);
}

function problems(by: Ajv, cache: WeakMap<TSchema, ValidateFunction>, schema: TSchema, value: unknown): readonly SchemaProblem[] {
  let validate = cache.get(schema);
  if (validate === undefined) {
    validate = by.compile(schema);
    cache.set(schema, validate);
  }
  return validate(value) ? [] : [...(validate.errors ?? [])];
}
