// Reads zones and their records. What is not looked up by a client of the system (SOA, NS, TXT) is left out.
// https://docs.oracle.com/en-us/iaas/api/#/en/dns/latest/Record/
import { addressText, readAddress } from '../../formats/cidr.ts';
import { flagIn, numberIn, textIn } from '../../formats/oci.ts';
import type { RecordSet, Zone } from './facts.ts';

const types = ['A', 'AAAA', 'ALIAS', 'CNAME', 'MX', 'SRV'];

/** Null for what is being deleted, made by OCI itself, or no zone. `asked` is the scope that was asked for. */
export function readZone(body: unknown, asked: Zone['scope']): Omit<Zone, 'records'> | null {
  const id = textIn(body, 'id');
  const name = textIn(body, 'name');
  const isGone = ['DELETED', 'DELETING'].includes(textIn(body, 'lifecycleState') ?? '');
  // The zones of subnets within the view of a VCN: OCI writes their records, from the machines that there are.
  if (id === null || name === null || isGone || (asked === 'PRIVATE' && flagIn(body, 'isProtected') === true)) return null;
  const said = textIn(body, 'scope');
  const scope = said === 'GLOBAL' || said === 'PRIVATE' ? said : asked;
  return { id, name: plainHost(name), scope, view: textIn(body, 'viewId') };
}

/** Null where one of them is not what a record is: it may be the one that matters. */
export function readRecords(items: readonly unknown[]): readonly RecordSet[] | null {
  const sets = new Map<string, RecordSet>();
  for (const item of items) {
    const [name, type, data] = [textIn(item, 'domain'), textIn(item, 'rtype')?.toUpperCase(), textIn(item, 'rdata')];
    if (name === null || type === undefined || data === null) return null;
    if (!types.includes(type)) continue;
    const key = `${plainHost(name)} ${type}`;
    const set = sets.get(key) ?? { name: plainHost(name), type, ttl: numberIn(item, 'ttl'), values: [] };
    set.values.push(plainValue(data));
    sets.set(key, set);
  }
  for (const set of sets.values()) set.values.sort();
  return [...sets].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, set]) => set);
}

/** OCI writes names with a dot at their end in data, and without one elsewhere. */
export const plainHost = (name: string): string => name.trim().toLowerCase().replace(/\.$/, '');

/** One text for each address. */
export function plainValue(data: string): string {
  const plain = plainHost(data);
  const address = readAddress(plain);
  return address === null ? plain : addressText(address.family, address.value);
}
