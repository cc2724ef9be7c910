// Reads the file that says what has to be deployed on this machine.

import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import type { Machine } from '../../contract/machine.ts';
import { schemaProblems } from '../../contract/schema.ts';
import { fullName, parseReference } from './containers/reference.ts';
import type { Manifest } from './facts.ts';

const strict = { additionalProperties: false } as const;
const digest = Type.String({ pattern: '^sha256:[0-9a-f]{64}$' });

export const manifestFormat = 'understudy-manifest/1';

/** `images` by name and, where they are to be exactly these, by repository digest; `files` by SHA-256; the others by version. */
const ManifestFileSchema = Type.Object(
  {
    format: Type.Literal(manifestFormat),
    images: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.String({ minLength: 1, maxLength: 512 }),
            digest: Type.Optional(Type.Union([digest, Type.Array(digest, { minItems: 1, maxItems: 20 })])),
          },
          strict,
        ),
        { maxItems: 1_000 },
      ),
    ),
    files: Type.Optional(
      Type.Array(
        Type.Object({ path: Type.String({ pattern: '^/', maxLength: 4_096 }), sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) }, strict),
        {
          maxItems: 5_000,
        },
      ),
    ),
    packages: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9+._-]*$', maxLength: 128 }),
            version: Type.String({ pattern: '^\\S+$', maxLength: 256 }),
          },
          strict,
        ),
        { maxItems: 500 },
      ),
    ),
    endpoints: Type.Optional(
      Type.Array(
        Type.Object(
          { name: Type.String({ minLength: 1, maxLength: 120 }), version: Type.String({ minLength: 1, maxLength: 200 }) },
          strict,
        ),
        {
          maxItems: 100,
        },
      ),
    ),
  },
  strict,
);

type ManifestFile = Static<typeof ManifestFileSchema>;

/** 5,000 files are about 700 KiB. */
const bytesMax = 2_097_152;

export async function readManifest(port: Machine, path: string | undefined): Promise<Manifest> {
  if (path === undefined) return { kind: 'none' };
  const file = await port.readFile(path, { bytesMax });
  if (file.kind === 'missing') return { kind: 'missing' };
  if (file.kind === 'failed') return { kind: 'unseen', detail: file.detail.slice(0, 300) };
  if (file.isCut) return wrong(`it is longer than ${bytesMax} bytes`);
  return parseManifest(file.text);
}

const wrong = (detail: string): Manifest => ({ kind: 'wrong', detail: detail.slice(0, 300) });

/** YAML, of which JSON is a part. What is wrong with it is told by line and column, or by where in it. */
export async function parseManifest(text: string): Promise<Manifest> {
  const { parseDocument } = await import('yaml');
  const document = parseDocument(text, { uniqueKeys: true, prettyErrors: true });
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) return wrong(`it is no YAML: ${error.message.split('\n')[0]!.replace(/:$/, '')}`);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch {
    return wrong('it repeats itself without end');
  }
  if (value === null || value === undefined) return wrong('it is empty');
  const [problem] = schemaProblems(ManifestFileSchema, value);
  if (problem !== undefined) return wrong(`${problem.instancePath === '' ? 'the file' : problem.instancePath} ${said(problem)}`);
  return understood(value as ManifestFile);
}

function said({ keyword, params, message }: ReturnType<typeof schemaProblems>[number]): string {
  if (keyword === 'additionalProperties') return `has a member "${params.additionalProperty}" that is not known`;
  if (keyword === 'type') return `must be ${kinds[String(params.type)] ?? String(params.type)}`;
  if (keyword === 'const') return `must be ${String(params.allowedValue)}`;
  return message ?? 'is wrong';
}

const kinds: Readonly<Record<string, string>> = { object: 'a mapping', array: 'a list', string: 'a text' };

function understood({ images = [], files = [], packages = [], endpoints = [] }: ManifestFile): Manifest {
  const references = images.map(({ name, digest: told = [] }) => ({ name, reference: parseReference(name), digests: [told].flat() }));
  const nameless = references.find(({ reference }) => reference === null);
  if (nameless !== undefined) return wrong(`"${nameless.name}" is no name of an image`);
  return {
    kind: 'read',
    images: references.map(({ reference, digests }) => {
      const { digest: inName } = reference!;
      return {
        name: fullName({ ...reference!, digest: null }),
        digests: [...new Set([...digests, ...(inName === null ? [] : [inName])])].sort(),
      };
    }),
    files,
    packages,
    endpoints,
  };
}
