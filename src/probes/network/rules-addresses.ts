// Judges whether the standby goes out with the addresses that the fleet file declares, which others have on their allow-lists.

import type { RegionScope } from '../../contract/region.ts';
import type { AloneRule, Draft, PairedContext, PairedRule } from '../../contract/rule.ts';
import { mapped } from '../../formats/region-words.ts';
import { command } from '../../formats/remedy-words.ts';
import type { Facts } from './facts.ts';
import { isListWhole } from './rules-unseen.ts';
import type { Settings } from './settings.ts';

/** Whose address it is; told once, of the gateway. */
const gatewayOf = ({ gateways }: Facts, { names }: RegionScope, shared: string): string =>
  gateways.find(({ kind, id, name }) => kind === 'natgateway' && (mapped(names, id) ?? mapped(names, name) ?? name) === shared)?.name ??
  shared;

/** Public addresses that this side has for good. */
function heldBy({ gateways, publicIps }: Facts): ReadonlySet<string> {
  const reserved = 'kind' in publicIps ? [] : publicIps.map(({ address }) => address);
  return new Set([...reserved, ...gateways.flatMap(({ address }) => address ?? [])]);
}

const natDiffers: AloneRule<Facts, Settings> = {
  code: 'network/egress-address-differs',
  kind: 'alone',
  severity: 'warning',
  gap: 'allow-lists',
  title: 'A NAT gateway goes out with an address that the fleet file does not declare for it',
  why: 'Third parties let in the address that they were told. From another one, calls are refused after a failover.',
  remedy: ({ with: fill = {} }) =>
    [
      '# give the gateway its reserved address, or declare the new one under `addresses` and tell whoever lets it in',
      command('oci network nat-gateway get', { 'nat-gateway-id': fill.id ?? '<OCID>', region: fill.region ?? '<region>' }),
    ].join('\n'),
  judge: ({ gateways, region }, { settings: { scope } }) =>
    gateways.flatMap(({ kind, id, name, address }): readonly Draft[] => {
      const declared = mapped(scope.addresses, mapped(scope.names, id) ?? mapped(scope.names, name) ?? name);
      if (kind !== 'natgateway' || address === null || declared === undefined || declared.includes(address)) return [];
      return [{ subject: `NAT gateway ${name}`, expected: declared.join(', '), actual: address, with: { id, region: region.name } }];
    }),
};

const notHeld: PairedRule<Facts, Settings> = {
  code: 'network/declared-address-missing',
  kind: 'paired',
  severity: 'warning',
  gap: 'allow-lists',
  dependsOn: ['network/egress-address-differs'],
  title: 'An address that is declared for the standby is not among its reserved ones, while the primary has its own',
  why: 'It is on allow-lists and in DNS, and the standby cannot go out or be reached with it.',
  remedy: () => '# reserve it and assign it, or declare what the standby has: oci network public-ip list --scope REGION',
  judge: (standby, primary, context: PairedContext<Settings>) => {
    if ('kind' in standby.publicIps || !isListWhole(standby, 'listNatGateways')) return [];
    const mine = heldBy(standby);
    const theirs = heldBy(primary);
    const scopes: readonly RegionScope[] = [context.standby.settings.scope, context.primary.settings.scope];
    const [here, there] = scopes;
    return Object.entries(there!.addresses).flatMap(([name, addresses]) => {
      if (addresses.length === 0 || !addresses.every((address) => theirs.has(address))) return [];
      const missing = (here!.addresses[name] ?? []).filter((address) => !mine.has(address));
      return missing.map((address) => ({
        subject: `${name} ${address}`,
        expected: 'reserved at the standby',
        actual: 'not among its addresses',
        cause: `NAT gateway ${gatewayOf(standby, here!, name)}`,
      }));
    });
  },
};

const addressesUnseen: PairedRule<Facts, Settings> = {
  code: 'network/addresses-unseen',
  kind: 'paired',
  severity: 'warning',
  gap: 'allow-lists',
  isBlind: true,
  title: 'The reserved addresses of the standby could not be listed, and some are declared',
  why: 'Whether it has the addresses that others let in is then not known.',
  remedy: () => '# Allow dynamic-group <collector> to read virtual-network-family in compartment <compartment>',
  judge: (standby, primary, context: PairedContext<Settings>) => {
    if (!('kind' in standby.publicIps)) return [];
    const theirs = heldBy(primary);
    const isNeeded = Object.values(context.primary.settings.scope.addresses).some((addresses) =>
      addresses.some((address) => theirs.has(address)),
    );
    return isNeeded ? [{ subject: 'reserved addresses', expected: 'a list that can be read', actual: standby.publicIps.detail }] : [];
  },
};

export const addressRules = [natDiffers, notHeld, addressesUnseen] as const;
