// Where applications on this machine see a name otherwise than DNS has it, and what of a name could not be seen at all.
import type { Draft } from '../../contract/rule.ts';
import type { Answer, NameFact } from './facts.ts';
import { dig, digParts, word } from './remedy.ts';
import { type Alone, entryOf, viasOf } from './rules-common.ts';
import { type NameSettings, subjectOf } from './settings.ts';

const hostsOverride: Alone = {
  code: 'dns/hosts-override',
  kind: 'alone',
  severity: 'warning',
  title: 'The hosts file fixes a name, whatever DNS says',
  why: 'Changing the record at a switchover does not reach applications on this machine: they go on using the address in the file.',
  judge: (facts) =>
    facts.names.flatMap((fact) => {
      if (!Array.isArray(fact.hostsFile) || fact.hostsFile.length === 0) return [];
      const actual = `/etc/hosts says ${fact.hostsFile.join(', ')}`;
      return [{ subject: subjectOf(fact), expected: 'no line in /etc/hosts', actual, with: { name: fact.name } }];
    }),
  remedy: (draft) => [`$ grep -nwF ${word(draft, 'name')} /etc/hosts`, '# delete that line:', '$ sudoedit /etc/hosts'].join('\n'),
};

const applicationDiffers: Alone = {
  code: 'dns/application-differs',
  kind: 'alone',
  severity: 'warning',
  title: 'Applications resolve a name to something else than DNS says',
  why: 'Something between the C library and the resolvers answers first: a cache (nscd, sssd), a search domain or another nsswitch source.',
  dependsOn: ['dns/no-resolver'],
  judge: (facts, context) =>
    facts.names.flatMap((fact) => {
      const isFixed = !Array.isArray(fact.hostsFile) || fact.hostsFile.length > 0;
      if (isFixed || entryOf(fact, context.settings)?.rotates) return [];
      const told = fact.vias.filter(({ answer }) => answer.kind === 'answered' || answer.kind === 'nothing');
      const library = libraryText(fact);
      // With resolvers that disagree, any of their answers is one that DNS gave.
      if (library === null || told.length === 0 || told.some(({ answer }) => addressText(answer) === library)) return [];
      const expected = [...new Set(told.map(({ answer }) => addressText(answer)))].join(' or ');
      return [{ subject: subjectOf(fact), expected, actual: library, with: { name: fact.name } }];
    }),
  remedy: (draft) =>
    [
      `$ getent ahosts ${word(draft, 'name')}`,
      '$ grep ^hosts /etc/nsswitch.conf',
      '# a cache in between: restart nscd or sssd; systemd-resolved:',
      '$ sudo resolvectl flush-caches',
    ].join('\n'),
};

function libraryText(fact: NameFact): string | null {
  switch (fact.application.kind) {
    case 'addresses':
      return fact.application.addresses.join(', ');
    case 'no-such-name':
      return 'no address';
    case 'failed':
      return `no answer (${fact.application.code})`;
    case 'not-asked':
    case 'unseen':
      return null;
  }
}

const addressText = (answer: Answer): string => (answer.kind === 'answered' ? answer.data.join(', ') : 'no address');

const nameUnseen: Alone = {
  code: 'dns/name-unseen',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'Something about a name could not be looked at',
  why: 'What was not seen may be what fails on the day.',
  dependsOn: ['dns/no-resolver', 'dns/resolver-silent', 'dns/resolver-unseen'],
  judge: (facts, context) => facts.names.flatMap((fact) => unseenOf(fact, entryOf(fact, context.settings))),
  remedy: (draft) => ['# as the agent’s user; a local firewall or the sandbox of the service may forbid it:', dig(draft)].join('\n'),
};

function unseenOf(fact: NameFact, entry: NameSettings | undefined): Draft[] {
  const subject = subjectOf(fact);
  const server = fact.vias[0]?.server ?? '<resolver>';
  const draft = (about: string, actual: string, by = server): Draft => ({
    subject: `${subject} ${about}`,
    expected: 'to be looked at',
    actual,
    cause: by,
    with: digParts(by, fact.name, fact.type),
  });
  const hasWrongAccepts = entry?.expect.accepts !== undefined && fact.type !== 'A' && fact.type !== 'AAAA';
  return [
    ...viasOf(fact, 'unseen').map((via) => draft(`@${via.server}`, via.answer.detail, via.server)),
    ...(fact.vias.length === 0 ? [draft('resolvers', 'there is no resolver to ask')] : []),
    ...(fact.application.kind === 'unseen' ? [draft('as applications resolve it', fact.application.detail)] : []),
    ...(Array.isArray(fact.hostsFile) ? [] : [draft('in /etc/hosts', fact.hostsFile.detail)]),
    ...fact.targets
      .filter((target) => !target.isSeen)
      .map((target) => draft(`${target.address} port ${target.port}`, `not tried: ${target.result}`)),
    ...(hasWrongAccepts ? [draft('accepts', 'connections are tried for types A and AAAA only')] : []),
  ];
}

export const applicationRules: readonly Alone[] = [hostsOverride, applicationDiffers, nameUnseen];
