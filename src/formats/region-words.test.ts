import { describe, expect, test } from 'vitest';
import type { RegionScope } from '../contract/region.ts';
import { blockTexts, readBlock } from './cidr.ts';
import { regionWords } from './region-words.ts';

const scope = (more: Partial<RegionScope>): RegionScope => ({
  compartments: { pay: 'ocid1.compartment.oc1..a' },
  networks: {},
  hosts: {},
  addresses: {},
  names: {},
  ...more,
});

const primary = scope({
  networks: { pay: '10.0.0.0/16', mgmt: '10.0.99.0/24' },
  hosts: { app: { addresses: ['10.0.20.11'] } },
  names: { 'ocid1.vault.oc1.iad.a': 'vault', 'nsg-a': 'nsg' },
});
const standby = scope({
  networks: { pay: '10.1.0.0/16', mgmt: '10.9.9.0/24' },
  hosts: { app: { addresses: ['10.1.20.31'] } },
  names: { 'nsg-b': 'nsg' },
});
const words = regionWords(primary, standby);
const put = (text: string): readonly string[] => blockTexts(words.block(readBlock(text)!));

describe('a block of the primary, in the words of the standby', () => {
  test.each([
    ['a network', '10.0.0.0/16', '10.1.0.0/16'],
    ['a part of it, at the same offset', '10.0.20.0/24', '10.1.20.0/24'],
    ['a network of the standby, which is then the primary’s', '10.1.20.0/24', '10.0.20.0/24'],
    ['the narrowest mapped network that holds it', '10.0.99.0/25', '10.9.9.0/25'],
    ['a machine, which is its twin', '10.0.20.11/32', '10.1.20.31/32'],
    ['the twin, which is that machine', '10.1.20.31/32', '10.0.20.11/32'],
    ['another address beside it', '10.0.20.12/32', '10.1.20.12/32'],
    ['what holds a mapped network', '10.0.0.0/8', '10.0.0.0/8'],
    ['everything', '0.0.0.0/0', '0.0.0.0/0'],
    ['what lies elsewhere', '192.168.10.0/24', '192.168.10.0/24'],
    ['another family', '::/0', '::/0'],
  ])('%s', (_, own, other) => {
    expect(put(own)).toEqual([other]);
  });

  test('networks of two sizes have no offset in common, and mean themselves', () => {
    const uneven = regionWords(scope({ networks: { a: '10.0.0.0/16' } }), scope({ networks: { a: '10.1.0.0/17' } }));
    expect(blockTexts(uneven.block(readBlock('10.0.1.0/24')!))).toEqual(['10.0.1.0/24']);
  });
});

test('names: what the fleet file calls it, by OCID before display name; else the display name, or what it is', () => {
  expect(words.shared('ocid1.vault.oc1.iad.a', 'anything')).toBe('vault');
  expect(words.shared('ocid1.x', 'nsg-a')).toBe('nsg');
  expect(words.shared('ocid1.x', 'nsg-web')).toBe('nsg-web');
  expect(words.shared('ocid1.x')).toBe('ocid1.x');
});

test.each(['toString', 'constructor', '__proto__', 'hasOwnProperty'])('a thing may be called %s', (name) => {
  expect(words.shared('ocid1.x', name)).toBe(name);
  expect(words.shared(name)).toBe(name);
});
