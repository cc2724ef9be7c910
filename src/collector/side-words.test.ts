// What counts as a side's own words, so that two sides that each say theirs are not told to differ.
import { describe, expect, test } from 'vitest';
import type { RegionScope } from '../contract/region.ts';
import { sideWords } from './side-words.ts';

const scopeOf = (more: Partial<RegionScope>): RegionScope => ({
  compartments: {},
  networks: {},
  hosts: {},
  addresses: {},
  names: {},
  ...more,
});

const machine = (name: string, second: number) =>
  sideWords({ identity: { name, site: { name: `site-${second}`, networks: [`10.${second}.0.0/16`] } }, settings: {}, facts: {} });

describe('of a machine', () => {
  const [own, theirs] = [machine('app-zrh', 2), machine('app-fra', 1)];
  const alike: readonly (readonly [name: string, own: string, theirs: string])[] = [
    ['its name', 'http://app-zrh:80/', 'http://app-fra:80/'],
    ['its site', 'log.site-2.gz', 'log.site-1.gz'],
    ['an address at the same place of its network', '10.2.3.4', '10.1.3.4'],
    ['a block at the same place of its network', '10.2.3.0/24', '10.1.3.0/24'],
  ];

  test.each(alike)('%s is its own word', (_, mine, others) => {
    expect(own(mine)).toBe(theirs(others));
    expect(own(mine)).not.toBe(mine);
  });

  const others: readonly (readonly [name: string, own: string, theirs: string])[] = [
    ['an address at another place', '10.2.3.5', '10.1.3.4'],
    ['an address of no network', '192.0.2.1', '192.0.2.2'],
    ['a larger block', '10.2.0.0/15', '10.1.0.0/15'],
    ['a part of a word', 'site-22', 'site-11'],
  ];

  test.each(others)('%s is not', (_, mine, other) => {
    expect(own(mine)).not.toBe(theirs(other));
  });
});

describe('of a region', () => {
  const region = (key: string, second: number, names: readonly string[]) =>
    sideWords({
      identity: { name: key, site: {} },
      settings: {
        scope: scopeOf({
          compartments: { shop: `ocid1.compartment.oc1..${key}` },
          networks: { apps: `10.${second}.0.0/16` },
          hosts: { web: { id: `ocid1.instance.oc1.${key}.web`, addresses: [`192.0.2.${second}`] } },
          names: { [`${key}-db`]: 'db' },
        }),
      },
      facts: {
        region: { name: `eu-${key}-1`, key },
        subnets: names.map((name, at) => ({ id: `ocid1.subnet.oc1.${key}.${second}${at}`, name })),
      },
    });
  const [own, theirs] = [region('zrh', 2, ['front', 'same', 'same', 'zrh-back']), region('fra', 1, ['other', 'front', 'same', 'fra-back'])];

  test('ids are its own words for what has one name on both sides', () => {
    expect(own('ocid1.subnet.oc1.zrh.20')).toBe(theirs('ocid1.subnet.oc1.fra.11'));
    expect(own('ocid1.subnet.oc1.zrh.23')).toBe(theirs('ocid1.subnet.oc1.fra.13'));
    expect(own('ocid1.compartment.oc1..zrh')).toBe(theirs('ocid1.compartment.oc1..fra'));
    expect(own('ocid1.instance.oc1.zrh.web')).toBe(theirs('ocid1.instance.oc1.fra.web'));
  });

  test('ids of what has a name twice, or another name there, are not', () => {
    expect(own('ocid1.subnet.oc1.zrh.21')).not.toBe(theirs('ocid1.subnet.oc1.fra.12'));
    expect(own('ocid1.subnet.oc1.zrh.20')).not.toBe(theirs('ocid1.subnet.oc1.fra.10'));
  });

  test('so are names, networks and addresses that the fleet file gives it', () => {
    expect(own('zrh-db')).toBe(theirs('fra-db'));
    expect(own('10.2.9.9')).toBe(theirs('10.1.9.9'));
    expect(own('192.0.2.2')).toBe(theirs('192.0.2.1'));
    expect(own('lb-zrh.eu-zrh-1')).toBe(theirs('lb-fra.eu-fra-1'));
  });
});
