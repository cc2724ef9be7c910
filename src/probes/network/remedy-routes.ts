// The commands that mend a route table of the standby, in its own words.
import type { Draft } from '../../contract/rule.ts';
import { command, comment } from '../../formats/remedy-words.ts';
import type { Facts } from './facts.ts';

/** `all-services-in-oracle-services-network` as this region calls it. */
export const serviceLabel = (label: string, { region }: Facts): string =>
  label.replace(/^(all|oci)-/, `$1-${region.key?.toLowerCase() ?? '<key>'}-`);

export function routeRemedy({ with: fill = {} }: Draft): string {
  const { table = '<route table>', region = '<region>', subnet = '', wanted = '' } = fill;
  if (subnet !== '')
    return [
      comment('the table that stands for the primary’s is there, and the subnet uses another one'),
      command('oci network subnet update', { 'subnet-id': subnet, 'route-table-id': wanted, region }),
    ].join('\n');
  return [
    comment('an update replaces the whole table: save its rules, change them in the file, then write them back'),
    `${command('oci network route-table get', { 'rt-id': table, region, query: 'data."route-rules"' })} > routes.json`,
    comment(changeOf(fill)),
    command('oci network route-table update', { 'rt-id': table, region, 'route-rules': 'file://routes.json' }),
  ].join('\n');
}

function changeOf({ kind = '', destination = '', target = '' }: Readonly<Record<string, string>>): string {
  if (kind === 'more' || kind === 'aside')
    return `take out the route to ${destination} via ${target}, or give it to the primary if it belongs there`;
  const route = JSON.stringify({
    destination,
    destinationType: destination.includes('/') ? 'CIDR_BLOCK' : 'SERVICE_CIDR_BLOCK',
    networkEntityId: `<OCID of the standby’s ${target}>`,
  });
  return `the route${kind === 'target' ? ', in place of the one to this destination' : ''}: ${route}`;
}
