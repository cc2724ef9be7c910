// Secrets with a common mark, to be looked for afterwards in whatever left a process.
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface Canaries {
  /** A new secret, remembered by what it was planted as. */
  plant(as: string, shape?: (mark: string) => string): string;
  /** Something secret that was made elsewhere, such as a private key. */
  watch(as: string, secret: string): void;
  /** What it was planted as, for each secret in the text, plain or in base64, hexadecimal or percent signs. */
  in(text: string): readonly string[];
}

export interface CanaryOptions {
  /** The beginning and the end of a secret are looked for, too, where no part of one may be told. */
  readonly inParts?: boolean;
}

export function canaries({ inParts = false }: CanaryOptions = {}): Canaries {
  const planted = new Map<string, string>();
  const forms = (): readonly (readonly [string, string])[] =>
    [...planted].flatMap(([as, secret]) => [...encodings(secret), ...(inParts ? parts(secret) : [])].map((form) => [as, form] as const));
  return {
    plant: (as, shape = (mark) => mark) => {
      const secret = shape(`cnry${randomBytes(6).toString('hex')}`);
      planted.set(as, secret);
      return secret;
    },
    watch: (as, secret) => void planted.set(as, secret),
    in: (text) => [...new Set(forms().flatMap(([as, form]) => (text.includes(form) ? [as] : [])))],
  };
}

function encodings(secret: string): readonly string[] {
  // In base64 a text looks like one of three, by how many bytes stand before it; first and last digits belong to its neighbours.
  const base64 = [0, 1, 2].map((before) =>
    Buffer.from(`${' '.repeat(before)}${secret}`)
      .toString('base64')
      .replace(/=+$/, '')
      .slice(before === 0 ? 0 : before + 1, -1),
  );
  const forUrls = base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'));
  return [secret, ...base64, ...forUrls, Buffer.from(secret).toString('hex'), encodeURIComponent(secret)];
}

/** Eight characters of a mark are half of it; ten of another text do not come by chance. */
const parts = (secret: string): readonly string[] => [secret.slice(0, 8), secret.slice(-10)];

/** Every file below a folder, as text. */
export function filesIn(folder: string): readonly { readonly path: string; readonly text: string }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    .map((path) => ({ path, text: `${path}\n${readFileSync(path, 'latin1')}` }));
}
