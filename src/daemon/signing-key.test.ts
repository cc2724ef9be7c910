import { execFileSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/agent.ts';
import { loadSigningKey, SigningKeyError } from './signing-key.ts';

const pemOf = (file: string): string => readFileSync(file, 'utf8');

describe('where there is no key', () => {
  it('one is made that only its user may read, and is the same ever after', () => {
    const file = join(temporaryFolder(), 'receipts.key');
    const made = loadSigningKey(file);
    expect(made.asymmetricKeyType).toBe('ed25519');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(createPrivateKey(pemOf(file)).equals(made)).toBe(true);
    expect(loadSigningKey(file).equals(made)).toBe(true);
  });

  it('nothing is left beside it', () => {
    const folder = temporaryFolder();
    loadSigningKey(join(folder, 'receipts.key'));
    expect(readdirSync(folder)).toEqual(['receipts.key']);
  });

  it('daemons that make one at the same moment end up with one and the same', () => {
    const file = join(temporaryFolder(), 'receipts.key');
    const program = `
      const { loadSigningKey } = await import(${JSON.stringify(new URL('./signing-key.ts', import.meta.url).href)});
      while (Date.now() < ${Date.now() + 1_500});
      console.log(loadSigningKey(${JSON.stringify(file)}).export({ type: 'pkcs8', format: 'der' }).toString('hex'));`;
    const line = [1, 2, 3, 4].map(() => `${process.execPath} --input-type=module -e "$0" &`).join(' ');
    const keys = execFileSync('sh', ['-c', `${line} wait`, program], { encoding: 'utf8' })
      .trim()
      .split('\n');
    expect([keys.length, new Set(keys).size]).toEqual([4, 1]);
  });

  it('a folder that is not there is told in one sentence', () => {
    const file = join(temporaryFolder(), 'gone', 'receipts.key');
    expect(() => loadSigningKey(file)).toThrow(
      new SigningKeyError(
        `no signing key can be made at ${file} (ENOENT): is its folder there, with room, for the user of this daemon to write?`,
      ),
    );
  });
});

describe('a key file is refused and left as it is', () => {
  it.each(['0640', '0604', '0620', '0602', '0644'])('when others may have it (%s)', (mode) => {
    const file = join(temporaryFolder(), 'receipts.key');
    loadSigningKey(file);
    chmodSync(file, Number.parseInt(mode, 8));
    const before = pemOf(file);
    expect(() => loadSigningKey(file)).toThrow(/^the signing key .* may be read or written by others \(mode 06\d\d\): .*chmod 600/);
    expect(pemOf(file)).toBe(before);
  });

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const publicOnly = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();
  it.each([
    ['an RSA key', rsa, 'a private key of another kind (rsa)'],
    ['a public key', publicOnly, 'no private key that can be read'],
    ['nothing', '', 'no private key that can be read'],
    ['half a key', rsa.slice(0, 300), 'no private key that can be read'],
    ['what is far too much', 'x'.repeat(100_000), 'no private key that can be read'],
  ])('when it holds %s', (_, text, what) => {
    const file = join(temporaryFolder(), 'receipts.key');
    writeFileSync(file, text, { mode: 0o600 });
    expect(() => loadSigningKey(file)).toThrow(
      new SigningKeyError(
        `${file} holds ${what}, expected an Ed25519 key as PEM without a passphrase: move it away, and another one is made`,
      ),
    );
    expect(pemOf(file)).toBe(text);
  });

  it('when it is a folder', () => {
    const file = join(temporaryFolder(), 'receipts.key');
    mkdirSync(file, { mode: 0o700 });
    expect(() => loadSigningKey(file)).toThrow(SigningKeyError);
    expect(existsSync(file)).toBe(true);
  });
});
