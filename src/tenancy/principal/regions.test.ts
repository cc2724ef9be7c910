import { describe, expect, it } from 'vitest';
import { notSent } from '../wire/failure.ts';
import type { Metadata } from './metadata.ts';
import { ownRegion, regionBeside } from './regions.ts';

const silent: Metadata = async () => notSent('ECONNREFUSED', 'nobody there');
const telling =
  (told: unknown): Metadata =>
  async () =>
    JSON.stringify(told);
const shown = ({ regionId, realm }: { regionId: string; realm: { secondLevelDomain: string } }) => `${regionId}.${realm.secondLevelDomain}`;

describe('the region of an instance', () => {
  it('is known by its key and by its name', async () => {
    expect(shown(await ownRegion('iad', silent))).toBe('us-ashburn-1.oraclecloud.com');
    expect(shown(await ownRegion('FRA', silent))).toBe('eu-frankfurt-1.oraclecloud.com');
    expect(shown(await ownRegion('sa-saopaulo-1', silent))).toBe('sa-saopaulo-1.oraclecloud.com');
    expect(shown(await ownRegion('us-gov-ashburn-1', silent))).toBe('us-gov-ashburn-1.oraclegovcloud.com');
  });

  it('is in the realm that the instance is told, where the SDK has never heard of it', async () => {
    const told = { regionIdentifier: 'xx-newtown-1', realmKey: 'oc977', realmDomainComponent: 'oraclecloud977.example', regionKey: 'NEW' };
    expect(shown(await ownRegion('new', telling(told)))).toBe('xx-newtown-1.oraclecloud977.example');
  });

  it('is taken for one of the commercial realm where nothing tells otherwise', async () => {
    expect(shown(await ownRegion('xx-othertown-1', silent))).toBe('xx-othertown-1.oraclecloud.com');
    expect(shown(await ownRegion('xx-thirdtown-1', telling({ regionIdentifier: 'a/b', realmKey: 'oc1' })))).toBe(
      'xx-thirdtown-1.oraclecloud.com',
    );
  });

  it('has others beside it, in its own realm', async () => {
    const own = await ownRegion('us-gov-ashburn-1', silent);
    expect(shown(await regionBeside(own, 'us-gov-phoenix-1'))).toBe('us-gov-phoenix-1.oraclegovcloud.com');
    expect(shown(await regionBeside(own, 'us-gov-newtown-1'))).toBe('us-gov-newtown-1.oraclegovcloud.com');
  });
});
