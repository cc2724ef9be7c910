// What to type: the same question by hand, and the change of the zone. `with` carries every part as text, so that the
// generated docs show the shape with placeholders.
import type { Draft } from '../../contract/rule.ts';
import type { NameFact } from './facts.ts';
import { parseServer } from './parse.ts';
import type { NameSettings } from './settings.ts';

/** A part as one word of a shell: names and texts from the network may hold anything. */
export function word(draft: Draft, key: string): string {
  const text = draft.with?.[key] ?? '';
  return /^(?:[A-Za-z0-9._:%/*-]+|<[^<>']*>)$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The question by hand to one server. */
export function dig(draft: Draft, more = ''): string {
  const question = `$ dig @${word(draft, 'server')} -p ${word(draft, 'port')} ${word(draft, 'name')} ${word(draft, 'type')}`;
  return more === '' ? question : `${question} ${more}`;
}

export function digParts(server: string, name: string, type: string): Record<string, string> {
  const parsed = parseServer(server);
  return { server: parsed?.address ?? server, port: String(parsed?.port ?? 53), name, type };
}

/** The record in OCI's own DNS; the zone where it is known, else how it is found. */
export function updateRecord(draft: Draft): string {
  const isZoneKnown = (draft.with?.zone ?? '') !== '';
  const find = [`$ dig ${word(draft, 'name')} SOA +noall +answer +authority`, '# the zone is the name in front of the SOA record'];
  return [
    ...(isZoneKnown ? [] : find),
    '# with OCI DNS, as whoever may manage dns-records (a private zone also needs --scope PRIVATE --view-id); elsewhere change the same record there:',
    `$ oci dns record rrset update --zone-name-or-id ${isZoneKnown ? word(draft, 'zone') : '<zone>'} --domain ${word(draft, 'name')} --rtype ${word(draft, 'type')} --items ${word(draft, 'items')}`,
  ].join('\n');
}

/** What a remedy about the records of a name needs. */
export function recordParts(fact: NameFact, entry: NameSettings | undefined, budgetSeconds: number): Record<string, string> {
  const [via] = fact.vias;
  const ttl = Math.max(1, Math.min(60, Math.floor(budgetSeconds)));
  const wanted = entry?.expect.equals ?? [`<the ${fact.type} record of this side>`];
  const items = wanted.map((rdata) => ({ domain: fact.name, rdata, rtype: fact.type, ttl }));
  return {
    ...digParts(via?.server ?? '<resolver>', fact.name, fact.type),
    zone: fact.zone.kind === 'zone' ? fact.zone.zone : '',
    items: JSON.stringify(items),
  };
}

/** The resolver drops what it has cached about the name; which program runs it is not seen from here, but for the stub. */
export function flush(draft: Draft): string {
  if (draft.with?.server?.startsWith('127.0.0.5')) return '$ sudo resolvectl flush-caches';
  return [
    '# where a resolver still has the old answer, on that resolver (systemd-resolved; unbound; BIND):',
    '$ sudo resolvectl flush-caches',
    `$ sudo unbound-control flush ${word(draft, 'name')}`,
    `$ sudo rndc flushname ${word(draft, 'name')}`,
  ].join('\n');
}
