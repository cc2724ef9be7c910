// Bodies that others published: what is read of them, and what is not made up.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixtures } from '../../../test/support/oci-cases.ts';
import type { RuleFact } from './facts.ts';
import { drgAttachmentsOf, namedOf, subnetOf, vcnOf } from './parse.ts';
import { readRule } from './parse-rules.ts';
import { RuleTable } from './rule-table.ts';

const published = (name: string): Record<string, unknown>[] => JSON.parse(readFileSync(join(fixtures, 'core', `${name}.json`), 'utf8'));

function rulesOf(name: string): readonly RuleFact[] {
  const table = new RuleTable();
  const taken = published(name).map((body) => table.ofList(body));
  expect(taken.flatMap(({ unread }) => unread)).toEqual([]);
  return table.settled().rules;
}

describe('published bodies', () => {
  it('of VCNs have blocks, also where keys are absent, and names that are no keys', () => {
    expect(
      published('listVcns-published')
        .flatMap(vcnOf)
        .every(({ blocks }) => blocks.length > 0),
    ).toBe(true);
    const two = published('listVcns-published-cli').flatMap(vcnOf);
    expect(new Set(two.map(({ name }) => name)).size).toBe(1);
    expect(new Set(two.map(({ id }) => id)).size).toBe(2);
  });

  it.each(['listSubnets-published', 'listSubnets-published-cli'])('of subnets (%s) have tables and lists', (name) => {
    for (const subnet of published(name).flatMap(subnetOf))
      expect(subnet).toMatchObject({ routeTableId: expect.stringContaining('ocid1.routetable.'), securityListIds: [expect.any(String)] });
  });

  it('of security lists are read whole: all protocols, source ports, stateless rules', () => {
    const rules = rulesOf('listSecurityLists-published');
    expect(rules.some(({ protocol }) => protocol === 'all')).toBe(true);
    expect(rules.some(({ isStateless, source }) => isStateless && source?.join('-') === '1024-65535')).toBe(true);
  });

  it('with options that hold no range mean every port', () => {
    const open = rulesOf('listSecurityLists-shapes').filter(({ protocol, destination }) => protocol === '6' && destination === null);
    expect(open.length).toBeGreaterThanOrEqual(2);
  });

  it('of route tables have destinations where the older field is null', () => {
    for (const table of published('listRouteTables-published'))
      for (const route of table.routeRules as { destination: string }[]) expect(route.destination).toMatch(/^[0-9a-z]/);
  });

  it('of DRG attachments say what is attached', () => {
    expect(drgAttachmentsOf(published('listDrgAttachments-published'))).toMatchObject([{ type: 'VCN', state: 'ATTACHED' }]);
  });
});

describe('a rule', () => {
  const tcp = { direction: 'INGRESS', protocol: '6', source: '10.0.0.0/16', sourceType: 'CIDR_BLOCK' };
  const ports = (destinationPortRange: unknown): object => ({ ...tcp, tcpOptions: { destinationPortRange } });

  it.each([
    ['no range', tcp, null],
    ['both ranges null', { ...tcp, tcpOptions: { destinationPortRange: null, sourcePortRange: null } }, null],
    ['one port', ports({ min: 22, max: 22 }), [22, 22]],
  ])('with %s', (_, body, destination) => {
    expect(readRule(body, null)).toMatchObject({ kind: 'rule', isValid: true, rule: { destination, isStateless: false } });
  });

  it.each([
    ['ports that are no numbers', ports({ min: '22', max: '22' })],
    ['ports the wrong way round', ports({ min: 23, max: 22 })],
    ['a port that there is not', ports({ min: 1, max: 70_000 })],
    ['half a range', ports({ min: 22 })],
    ['no direction', { ...tcp, direction: null }],
    ['a protocol by name', { ...tcp, protocol: 'tcp' }],
    ['a protocol that there is not', { ...tcp, protocol: '256' }],
    ['no peer', { ...tcp, source: null }],
    ['a block that is none', { ...tcp, source: '10.0.0.0/33' }],
    ['a peer of a kind that is not known', { ...tcp, sourceType: 'PREFIX_LIST' }],
    ['a code of ICMP without its type', { ...tcp, protocol: '1', icmpOptions: { code: 4 } }],
    ['nothing at all', null],
  ])('with %s is not read, and not left out', (_, body) => {
    expect(readRule(body, null)).toMatchObject({ kind: 'unread', text: expect.any(String) });
  });

  it('is invalid only where OCI says so', () => {
    expect(readRule({ ...tcp, isValid: null }, null)).toMatchObject({ isValid: true });
    expect(readRule({ ...tcp, isValid: false }, null)).toMatchObject({ isValid: false });
  });
});

describe('an entry without an OCID', () => {
  it('is no thing', () => expect([null, 7, {}, { id: 7 }].flatMap(namedOf)).toEqual([]));
});
