// Judges rules that are there and allow nothing, since the group that they name is gone.
import type { AloneRule } from '../../contract/rule.ts';
import { command } from '../../formats/remedy-words.ts';
import type { Facts, RuleFact } from './facts.ts';
import type { Settings } from './settings.ts';

export const invalidRule: AloneRule<Facts, Settings> = {
  code: 'network/rule-invalid',
  kind: 'alone',
  severity: 'warning',
  title: 'A rule of the standby names a network security group that was deleted: it allows nothing',
  why: 'The list of rules looks complete, and the traffic is dropped. A group that was created again has another OCID.',
  remedy: ({ with: fill = {} }) =>
    [
      '# replace it with a rule that names the group of today',
      `${command('oci network nsg rules list', { 'nsg-id': fill.id ?? '<OCID>', region: fill.region ?? '<region>', query: 'data[?"is-valid"==`false`]' })} --all`,
      command('oci network nsg rules remove', {
        'nsg-id': fill.id ?? '<OCID>',
        region: fill.region ?? '<region>',
        'security-rule-ids': '["<id>"]',
      }),
    ].join('\n'),
  judge: ({ nsgs, rules, region }) =>
    nsgs.flatMap(({ id, name, rules: own }) =>
      'kind' in own
        ? []
        : own.invalid.map((place) => ({
            subject: `${name} ${say(rules[place]!)}`,
            expected: 'a group that exists',
            actual: 'references a deleted network security group',
            with: { id, region: region.name },
          })),
    ),
};

/** Its peer has no name any more: the last characters of the OCID tell two such rules apart. */
function say({ direction, protocol, destination, peer }: RuleFact): string {
  const name = { '6': 'tcp', '17': 'udp', '1': 'icmp', '58': 'icmpv6', all: 'all protocols' }[protocol] ?? `protocol ${protocol}`;
  const [min, max] = destination ?? [];
  const ports = min === undefined ? '' : ` ${min === max ? min : `${min}-${max}`}`;
  return `${direction} ${name}${ports} ${direction === 'ingress' ? 'from' : 'to'} a deleted group (…${peer.slice(-6)})`;
}
