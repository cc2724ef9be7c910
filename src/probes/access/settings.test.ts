import { describe, expect, it } from 'vitest';
import { accessSettings } from '../../../test/support/access-look.ts';
import { schemaProblems } from '../../contract/schema.ts';
import { callsOf } from './calls.ts';
import { isOciOrigin, ocidOrNull, originOf, regionOfOcid, regionOfUrl } from './origin.ts';
import { foreignOrigins, SettingsSchema } from './settings.ts';

const subjects = (written: object): readonly string[] => callsOf(accessSettings(written)).map(({ subject }) => subject);
const secret = 'ocid1.vaultsecret.oc1.iad.amaaaaaasecret';

describe('where a signed request may go', () => {
  it.each([
    'https://iaas.eu-zurich-1.oraclecloud.com/20160918/vcns',
    'https://objectstorage.us-langley-1.oraclegovcloud.com/n/',
    'https://vaults.eu-frankfurt-2.oci.oraclecloud.eu/',
    'https://identity.uk-gov-london-1.oraclegovcloud.uk/',
  ])('%s is OCI’s', (url) => {
    expect(isOciOrigin(originOf(url))).toBe(true);
  });

  it.each([
    'http://iaas.eu-zurich-1.oraclecloud.com/',
    'https://oraclecloud.com.evil.example/',
    'https://evil-oraclecloud.com/',
    'https://x.apigateway.eu-zurich-1.oci.customer-oci.com/',
    'https://10.0.0.1/',
    'https://iaas.eu-zurich-1.oraclecloud.com:8443/',
    'not an address',
  ])('%s is not', (url) => {
    expect(isOciOrigin(originOf(url))).toBe(false);
  });

  it('is an error of the configuration where it is not OCI, and allowed where somebody said so', () => {
    const gets = [{ url: 'https://iaas.eu-zurich-1.oraclecloud.com/' }, { url: 'https://api.example.com/x' }];
    expect(foreignOrigins(accessSettings({ gets }))).toEqual([{ pointer: '/gets/1/url', name: 'https://api.example.com', known: [] }]);
    const otherOrigins = ['https://api.example.com:443'];
    const [named] = foreignOrigins(accessSettings({ gets: gets.slice(1), otherOrigins }));
    expect(named?.known).toContain(named?.name);
  });

  it.each([
    'https://iaas.eu-zurich-1.oraclecloud.com@evil.example/',
    'http://iaas.eu-zurich-1.oraclecloud.com/',
    'http://127.0.0.1.evil.example/',
  ])('has no user, no password, and TLS: not %s', (url) => {
    expect(schemaProblems(SettingsSchema, { ...accessSettings({}), gets: [{ url, required: true }] })).not.toEqual([]);
    expect(schemaProblems(SettingsSchema, { ...accessSettings({}), endpoints: { vaults: url } })).not.toEqual([]);
  });
});

describe('what is named', () => {
  it('is called by its label, and else by what it is', () => {
    expect(subjects({ buckets: [{ name: 'b' }, { name: 'c', action: 'list' }, { name: 'd', label: 'backups' }] })).toEqual([
      'bucket b',
      'objects of bucket c',
      'backups',
    ]);
    expect(subjects({ secrets: [{ id: secret }, { id: secret, bundle: true }] })).toEqual([
      `secret ${secret}`,
      `value of secret ${secret}`,
    ]);
  });

  it('has one subject each, also where labels or names are the same', () => {
    const compartments = ['a', 'b'].map((one) => `ocid1.compartment.oc1..${one}`);
    const all = subjects({
      buckets: [
        { name: 'b', label: 'x' },
        { name: 'b', label: 'x' },
        { name: 'c', label: 'x' },
      ],
      secretsByName: compartments.map((compartment) => ({ name: 'wallet', compartment })),
    });
    expect(new Set(all).size).toBe(5);
  });

  it('asks for the value of a secret only where that is said', () => {
    const kinds = callsOf(accessSettings({ secrets: [{ id: secret }] })).map(({ kind }) => kind);
    expect(kinds).toEqual(['get-secret']);
  });

  it('lies in a region that its OCID or address tells, else in the one that is called', () => {
    expect(regionOfOcid(secret)).toBe('us-ashburn-1');
    expect(regionOfOcid('ocid1.compartment.oc1..a')).toBeNull();
    expect(regionOfUrl('https://vaults.eu-zurich-1.oci.oraclecloud.com/x')).toBe('eu-zurich-1');
    expect(regionOfUrl('https://vaults.uk-gov-london-1.oraclegovcloud.uk/x')).toBe('uk-gov-london-1');
    expect(regionOfUrl('https://eu-zurich-1.example.com/x')).toBeNull();
    const [bucket] = callsOf(accessSettings({ region: 'eu-frankfurt-1', buckets: [{ name: 'b' }] }));
    expect(bucket?.region).toBe('eu-frankfurt-1');
  });

  it('is no OCID where it is not shaped like one', () => {
    expect(ocidOrNull('ocid1.compartment.oc1..aaaa')).toBe('ocid1.compartment.oc1..aaaa');
    for (const text of ["ocid1.compartment.oc1..a'; rm -rf /", 'ocid1', `ocid1.a.b..${'c'.repeat(300)}`, null])
      expect(ocidOrNull(text)).toBeNull();
  });
});
