import { describe, expect, it } from 'vitest';
import type { Site } from '../../contract/node.ts';
import { namesSite } from './names-site.ts';

const fra: Site = {
  name: 'eu-frankfurt-1',
  tokens: { region: 'fra', ad: '1', stage: 'prod', octets: '10.1', vip: '192.0.2.10' },
  domains: ['fra.example.com'],
  networks: ['10.1.0.0/16', '2001:db8:1::/48'],
};
const zrh: Site = {
  name: 'eu-zurich-1',
  tokens: { region: 'zrh', ad: '2', stage: 'prod' },
  domains: ['zrh.example.com'],
  networks: ['10.2.0.0/16'],
};

describe('a value that names a site', () => {
  it.each([
    'jdbc:oracle:thin:@//db.fra.example.com:1521/app',
    'https://objectstorage.EU-Frankfurt-1.oraclecloud.com',
    'app-fra-01',
    'DB_FRA',
    '10.1.3.7:1521',
    'a,10.1.0.0/24',
    'http://[2001:db8:1::5]/',
    '192.0.2.10',
    'ocid1.subnet.oc1.eu-frankfurt-1.aaaa',
  ])('%s', (value) => {
    expect(namesSite(value, fra, zrh)).toBe(true);
  });

  it.each([
    'infrastructure',
    'fraction',
    'port 1',
    'version 3.10.1',
    'prod',
    'app.zrh.example.com',
    '10.2.3.7',
    '10.11.0.1',
    '110.1.3.7',
    '10.1.3.7.2',
    '',
  ])('not %s', (value) => {
    expect(namesSite(value, fra, zrh)).toBe(false);
  });

  it('what both sites share does not count, and does where nothing is known of the own one', () => {
    expect(namesSite('prod', fra)).toBe(true);
    expect(namesSite('10.1.3.7', fra, { networks: ['10.1.0.0/16'] })).toBe(false);
    expect(namesSite('x', {}, zrh)).toBe(false);
  });
});
