import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Site } from '../../contract/node.ts';
import { comparable, keyed } from './fingerprint.ts';

const fleetKey = Buffer.from('0123456789abcdef0123456789abcdef');
const fra: Site = {
  name: 'eu-frankfurt-1',
  tokens: { region: 'fra' },
  domains: ['fra.example.com'],
  networks: ['10.1.0.0/16', '2001:db8:1::/48'],
};
const zrh: Site = {
  name: 'eu-zurich-1',
  tokens: { region: 'zrh' },
  domains: ['zrh.example.com'],
  networks: ['10.2.0.0/16', '2001:db8:2::/48'],
};

describe('fingerprints', () => {
  const { of } = keyed(fleetKey);

  it('are 128 bits of HMAC-SHA-256, so that others can compute them', () => {
    const mac = createHmac('sha256', fleetKey).update('understudy/value/scalar\n').update(Buffer.from('true', 'utf16le')).digest();
    expect(of('true', undefined)).toBe(mac.subarray(0, 16).toString('base64url'));
  });

  it('are equal for equal values only, and of one length', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', 'a', 'A', 'a ', 'a\n', 'a\r\n', 'é', 'e\u0301', '\udc80', '\udc81', '\ufffd'),
    );
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(of(one, fra) === of(other, fra)).toBe(comparable(one, fra) === comparable(other, fra));
        expect(of(one, undefined) === of(other, undefined)).toBe(one === other);
        expect(of(one, undefined)).toMatch(/^[\w-]{22}$/);
      }),
    );
  });

  it('tell null and nothing from an empty text', () => {
    const kinds = ['scalar', 'null', 'empty-list', 'empty-map'] as const;
    expect(new Set(kinds.map((kind) => of({ kind, text: '' }, undefined))).size).toBe(4);
    expect(of({ kind: 'scalar', text: 'x' }, undefined)).toBe(of('x', undefined));
  });

  it('under another key are others, and the key is told by a name that says nothing of it', () => {
    const other = keyed(Buffer.from('another key, of the same length.'));
    expect(other.of('x', undefined)).not.toBe(of('x', undefined));
    expect(other.id).not.toBe(keyed(fleetKey).id);
    expect(keyed(fleetKey).id).toMatch(/^[\w-]{8}$/);
    expect(of('', undefined).startsWith(keyed(fleetKey).id)).toBe(false);
  });

  it.each([
    ['jdbc:oracle:thin:@//db.fra.example.com:1521/app', 'jdbc:oracle:thin:@//db.zrh.example.com:1521/app'],
    ['https://objectstorage.eu-frankfurt-1.oraclecloud.com/n/x', 'https://objectstorage.eu-zurich-1.oraclecloud.com/n/x'],
    ['app-fra-01', 'app-zrh-01'],
    ['10.1.3.7', '10.2.3.7'],
    ['10.1.3.7:8080,10.1.3.8:8080', '10.2.3.7:8080,10.2.3.8:8080'],
    ['http://[2001:db8:1::5]:80/', 'http://[2001:db8:2::5]:80/'],
    ['10.1.0.0/24', '10.2.0.0/24'],
    ['see 10.1.3.7.', 'see 10.2.3.7.'],
    ['(2001:DB8:1:0::5)', '(2001:db8:2::5)'],
  ])('%s in Frankfurt is %s in Zurich', (one, other) => {
    expect(of(one, fra)).toBe(of(other, zrh));
  });

  it.each([
    ['10.1.3.7', '10.2.3.8'],
    ['10.1.3.7', '10.1.3.7'],
    ['10.9.3.7', '10.8.3.7'],
    ['10.1.3.7.1', '10.2.3.7.1'],
    ['110.1.3.7', '110.2.3.7'],
    ['infrastructure-fraction', 'inzrhstructure-zrhction'],
    ['10.1.3.7 10.9.0.1', '10.2.3.7 10.9.0.2'],
  ])('%s in Frankfurt is not %s in Zurich', (one, other) => {
    expect(of(one, fra)).not.toBe(of(other, zrh));
  });

  it('the narrowest of the networks counts, by its place in the list', () => {
    const site: Site = { networks: ['10.0.0.0/8', '10.1.0.0/16', 'no network'] };
    expect(comparable('10.1.0.9 10.2.0.1 300.1.1.1', site)).toBe('{network 2}+9 {network 1}+131073 300.1.1.1');
  });

  it('a value of megabytes that looks like addresses takes no time', { timeout: 10_000 }, () => {
    for (const piece of ['1.', '10.1.3.7.', ':', 'a:', '::1', '10.1.3.7 ']) of(piece.repeat(300_000), fra);
  });
});
