import { describe, expect, it } from 'vitest';
import { isOfRealm } from './vault-endpoint.ts';

describe('the endpoint of a vault', () => {
  it.each(['https://avnh5rraaabbc-management.kms.us-phoenix-1.oraclecloud.com', 'https://a.kms.us-phoenix-1.oci.oraclecloud.com/'])(
    'is %s in the commercial realm',
    (endpoint) => {
      expect(isOfRealm(endpoint, 'oraclecloud.com')).toBe(true);
      expect(isOfRealm(endpoint, 'oraclegovcloud.com')).toBe(false);
    },
  );

  it.each([
    'http://a.kms.us-phoenix-1.oraclecloud.com',
    'https://oraclecloud.com',
    'https://evil-oraclecloud.com',
    'https://a.oraclecloud.com.evil.example',
    'https://user:word@a.oraclecloud.com',
    'https://a.oraclecloud.com:8443',
    'https://a.oraclecloud.com/path',
    'https://a.oraclecloud.com?query',
    'https://a.oraclecloud.com#x',
    'https://evil.example\\@a.oraclecloud.com',
    'https://evil.example/.oraclecloud.com',
    'ftp://a.oraclecloud.com',
    '',
    'a.oraclecloud.com',
  ])('is not %j', (endpoint) => {
    expect(isOfRealm(endpoint, 'oraclecloud.com')).toBe(false);
  });
});
