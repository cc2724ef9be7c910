// Where requests go in real life: to the hosts of the region that was named, in its realm.
import { Region } from 'oci-common';
import { describe, expect, it } from 'vitest';
import { type OciOperation, type OciOperationName, ociOperations, pathParams } from '../../src/contract/oci-operations.ts';
import { Clients, callSdk, type SdkClient } from '../../src/tenancy/live/clients.ts';
import { errandClient, runErrand } from '../../src/tenancy/live/errand.ts';
import { requestOf } from '../../src/tenancy/live/request.ts';

const names = Object.keys(ociOperations) as OciOperationName[];

/** The URL that the SDK would send; nothing is sent. */
async function urlOf(client: SdkClient, operation: OciOperationName): Promise<URL> {
  const { path, needs = [], body } = ociOperations[operation] as OciOperation;
  const request = requestOf(operation, Object.fromEntries([...pathParams(path), ...needs].map((name) => [name, 'ocid1.example'])))!;
  let asked = '';
  const send = async (_method: string, url: string): Promise<void> => {
    asked = url;
  };
  await runErrand({ send, empty: body === 'array' ? '[]' : '{}' }, () => callSdk(client, operation, request));
  return new URL(asked);
}

describe.each([Region.US_PHOENIX_1, Region.US_GOV_ASHBURN_1])('in $regionId', (region) => {
  const domain = region.realm.secondLevelDomain;

  it.each(names.filter((name) => name !== 'listKeys'))('%s is asked of a host of that region', async (operation) => {
    const { protocol, hostname } = await urlOf(await new Clients(errandClient).clientFor(operation, { region }), operation);
    expect(protocol).toBe('https:');
    expect(hostname).toMatch(new RegExp(`^[a-z-]+(\\.[a-z]+)?\\.${region.regionId}\\.(oci\\.)?${domain.replaceAll('.', '\\.')}$`));
  });

  it('keys are asked of their vault', async () => {
    const endpoint = `https://example-management.kms.${region.regionId}.${domain}`;
    const url = await urlOf(await new Clients(errandClient).clientAt('listKeys', endpoint), 'listKeys');
    expect(url.href).toMatch(`${endpoint}/20180608/keys?`);
  });

  it('all operations of a client share it, and regions share none', async () => {
    const [one, other] = [new Clients(errandClient), new Clients(errandClient)];
    expect(await one.clientFor('listVcns', { region })).toBe(await one.clientFor('listSubnets', { region }));
    expect(await one.clientFor('listVcns', { region })).not.toBe(await other.clientFor('listVcns', { region }));
  });
});
