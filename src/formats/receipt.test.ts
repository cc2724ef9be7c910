import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyOf, fullBody } from '../../test/support/receipt.ts';
import type { ReceiptBody } from '../contract/receipt.ts';
import { keyIdOf, signReceipt, verifyReceipt, verifyReceiptText } from './receipt.ts';

const own = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');
const receipt = signReceipt(fullBody, own.privateKey);
const text = JSON.stringify(receipt);
const bytes = Buffer.from(text);

describe('a receipt', () => {
  it('is valid by the key that signed it, among others', () => {
    expect(verifyReceipt(receipt, [other.publicKey, own.publicKey])).toEqual({ kind: 'valid', receipt });
    expect(receipt.signature.keyId).toBe(keyIdOf(own.publicKey));
    expect(createPublicKey(own.privateKey).equals(own.publicKey)).toBe(true);
  });

  it('is whole and no more, where its key was not given', () => {
    expect(verifyReceipt(receipt, [])).toEqual({ kind: 'untrusted', receipt });
    expect(verifyReceipt(receipt, [other.publicKey]).kind).toBe('untrusted');
  });

  it('is the same however its members are ordered and its file is laid out', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, one]) => [key, reversed(one)]),
      );
    };
    expect(verifyReceiptText(Buffer.from(JSON.stringify(reversed(receipt), null, 4)), [own.publicKey]).kind).toBe('valid');
    expect(verifyReceiptText(Buffer.from(text.replaceAll('\u2028', '\\u2028')), [own.publicKey]).kind).toBe('valid');
  });

  it('that somebody else signed anew is whole, and not by a key that is trusted', () => {
    const { signature: _, ...body } = receipt;
    expect(verifyReceipt(signReceipt({ ...body, verdict: 'ready' }, other.privateKey), [own.publicKey]).kind).toBe('untrusted');
  });
});

describe('a change', () => {
  it('of any byte of any member is found', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 255 }), (by) => {
        const unnoticed = [...bytes.keys()].filter((at) => {
          const changed = Buffer.from(bytes);
          changed[at] = changed[at]! ^ by;
          const { kind } = verifyReceiptText(changed, [own.publicKey]);
          return kind === 'valid' || kind === 'untrusted';
        });
        expect(unnoticed).toEqual([]);
      }),
      { numRuns: 8 },
    );
  });

  it('of any value is found, and so is a member that is added or taken away', () => {
    const places = paths(receipt).map((path) => fc.constant(path));
    fc.assert(
      fc.property(fc.oneof(...places), fc.constantFrom('change', 'add', 'remove'), fc.jsonValue(), (path, act, value) => {
        const copy = structuredClone(receipt) as unknown;
        const name = path.at(-1)!;
        const parent = path.slice(0, -1).reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], copy) as Record<
          string,
          unknown
        >;
        const before = JSON.stringify(copy);
        if (act === 'change') parent[name] = value;
        else if (act === 'remove') delete parent[name];
        else if (!Array.isArray(parent)) parent[`more-${name}`] = value;
        const { kind } = verifyReceiptText(Buffer.from(JSON.stringify(copy)), [own.publicKey]);
        return JSON.stringify(copy) === before || kind === 'broken' || kind === 'no-receipt';
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['a member given twice, of which readers see either', text.replace('"verdict":', '"verdict":"ready","verdict":')],
    ['a number with more digits than it keeps', text.replace(/"issuedAt":(\d+)/, '"issuedAt":$1.00000000000000000001')],
    ['a member more inside the signature', text.replace('"algorithm":', '"verdict":"ready","algorithm":')],
    ['the name of another key', text.replace(receipt.signature.keyId, keyIdOf(other.publicKey))],
    [
      'another key and its name',
      text
        .replace(receipt.signature.keyId, keyIdOf(other.publicKey))
        .replace(receipt.signature.publicKey, other.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')),
    ],
    ['a signature with other padding bits', text.replace(receipt.signature.value, otherBits(receipt.signature.value))],
  ])('%s is found', (_, changed) => {
    expect(changed).not.toBe(text);
    expect(verifyReceiptText(Buffer.from(changed), [own.publicKey, other.publicKey]).kind).toBe('broken');
  });
});

describe('what is no receipt', () => {
  it.each([
    ['not text', Buffer.from([0xff, 0xfe]), 'it is not UTF-8 text'],
    ['no JSON', Buffer.from('{"format":'), 'it is not JSON'],
    ['a list', Buffer.from('[]'), 'it must be object'],
    ['something else', Buffer.from('{}'), "it must have required property 'format'"],
    ['a receipt without its signature', Buffer.from(JSON.stringify(bodyOf())), "it must have required property 'signature'"],
    ['one with a verdict that is none', Buffer.from(text.replace('"verdict":"not-ready"', '"verdict":"fine"')), '/verdict must be'],
    ['one with a place further in', Buffer.from(text.replace('"kind":"stale"', '"kind":"dusty"')), '/pairs/0/blindSpots/0/kind must be'],
  ])('%s is told, with where', (_, given, detail) => {
    const check = verifyReceiptText(given, [own.publicKey]);
    expect(check).toEqual({ kind: 'no-receipt', detail: expect.stringContaining(detail) });
  });

  it('a text that is nested without end is no fault of ours', () => {
    const deep = text.replace(/^\{/, `{"x":${'['.repeat(50_000)}${']'.repeat(50_000)},`);
    expect(verifyReceiptText(Buffer.from(deep), [own.publicKey]).kind).toBe('broken');
  });

  it('another kind of key inside is told', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const check = verifyReceipt({ ...receipt, signature: { ...receipt.signature, publicKey: rsa } }, []);
    expect(check).toEqual({ kind: 'broken', detail: 'the public key in it is no Ed25519 key' });
  });
});

it('every body that can be is signed and read again', () => {
  const any = fc.record({ reason: fc.string({ unit: 'binary' }), by: fc.string({ unit: 'binary' }), id: fc.string({ unit: 'binary' }) });
  fc.assert(
    fc.property(any, ({ reason, by, id }) => {
      const body: ReceiptBody = bodyOf({ id, override: { by, reason } });
      const read = verifyReceiptText(Buffer.from(JSON.stringify(signReceipt(body, own.privateKey), null, 2)), [own.publicKey]);
      return read.kind === 'valid';
    }),
  );
});

/** Every place in a value, as the keys that lead there. */
function paths(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  const here = path.length === 0 ? [] : [path];
  if (typeof value !== 'object' || value === null) return here;
  return [...here, ...Object.entries(value).flatMap(([key, one]) => paths(one, [...path, key]))];
}

/** The same bytes in base64 that no encoder writes: its last character but the padding has bits that are not read. */
function otherBits(base64: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  return base64.replace(/.==$/, (end) => `${alphabet[alphabet.indexOf(end[0]!) ^ 1]}==`);
}
