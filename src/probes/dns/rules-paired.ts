// What shows only when the standby is set beside its primary.
import type { PairedContext, PairedRule } from '../../contract/rule.ts';
import { withoutSite } from '../../contract/site.ts';
import type { DnsFacts, NameFact } from './facts.ts';
import { networkOf } from './networks.ts';
import { dig, digParts, flush, recordParts, updateRecord } from './remedy.ts';
import { addressesOf } from './rules-common.ts';
import { silence } from './rules-resolvers.ts';
import { type DnsSettings, type NameSettings, plainName, subjectOf } from './settings.ts';

type Paired = PairedRule<DnsFacts, DnsSettings>;

const entryOf = (fact: NameFact, settings: DnsSettings): NameSettings | undefined =>
  settings.names.find((entry) => subjectOf(entry) === subjectOf(fact));

type Context = PairedContext<DnsSettings>;

/** Sites lawfully ask other resolvers and have domains of their own, so that type and name without the site are what both have in common. */
function twinsOf(fact: NameFact, facts: DnsFacts, { standby, primary }: Context): readonly NameFact[] {
  const own = withoutSite(fact.name, standby.node.site);
  return facts.names.filter(
    (other) => other.type === fact.type && (other.name === fact.name || withoutSite(other.name, primary.node.site) === own),
  );
}

const leadsToPrimarySite: Paired = {
  code: 'dns/leads-to-primary-site',
  kind: 'paired',
  severity: 'blocker',
  title: 'A name leads from the standby into the primary’s site',
  why: 'When the primary’s site is gone, the standby goes on looking for its parts there: the stale endpoint that a failover rehearsal with both sites up never shows.',
  judge: (standby, _primary, context) => {
    const theirs = context.primary.node.site.networks ?? [];
    const ours = context.standby.node.site.networks ?? [];
    return standby.names.flatMap((fact) => {
      const entry = entryOf(fact, context.standby.settings);
      if (entry?.movesAtSwitchover) return [];
      const astray = addressesOf(fact).filter(({ address }) => isOnlyIn(address, theirs, ours));
      const aliases = aliasesOf(fact).filter(
        (alias) => isBelow(alias, context.primary.node.site.domains) && !isBelow(alias, context.standby.node.site.domains),
      );
      const actual = [...new Set([...astray.map(({ address }) => address), ...aliases])];
      if (actual.length === 0) return [];
      const expected =
        ours.length > 0 ? `within ${ours.join(', ')}` : `outside ${[...theirs, ...(context.primary.node.site.domains ?? [])].join(', ')}`;
      return [{ subject: subjectOf(fact), expected, actual: actual.join(', '), with: recordParts(fact, entry, 60) }];
    });
  },
  remedy: (draft) =>
    [
      dig(draft),
      '# give the standby a record of its own (a private view in its network), or change it in the plan of the switchover and set movesAtSwitchover:',
      updateRecord(draft),
    ].join('\n'),
};

/** The sites’ blocks may overlap (a hub in between); what lies in both is no finding. */
const isOnlyIn = (address: string, theirs: readonly string[], ours: readonly string[]): boolean =>
  networkOf(address, theirs) !== null && networkOf(address, ours) === null;

const aliasesOf = (fact: NameFact): readonly string[] =>
  fact.vias.flatMap(({ answer }) => {
    if (answer.kind !== 'answered') return [];
    return fact.type === 'CNAME' ? [...answer.chain, ...answer.data] : answer.chain;
  });

const isBelow = (name: string, domains: readonly string[] | undefined): boolean =>
  (domains ?? []).map(plainName).some((domain) => name === domain || name.endsWith(`.${domain}`));

const answersDiffer: Paired = {
  code: 'dns/answers-differ',
  kind: 'paired',
  severity: 'warning',
  title: 'A name that should be the same on both sides is not',
  why: 'The record was changed in one of the two private zones only, or one side still has the old answer cached.',
  judge: (standby, primary, context) =>
    standby.names.flatMap((fact) => {
      const entry = entryOf(fact, context.standby.settings);
      if (entry?.sameAsPrimary !== true || entry.rotates) return [];
      const theirs = answersOf(twinsOf(fact, primary, context));
      const ours = answersOf([fact]);
      if (theirs.length === 0 || ours.length === 0 || theirs.some((answer) => ours.includes(answer))) return [];
      return [{ subject: subjectOf(fact), expected: theirs.join(' or '), actual: ours.join(' or '), with: recordParts(fact, entry, 60) }];
    }),
  remedy: (draft) =>
    [dig(draft), '# the same on the primary; then, on the side that is wrong:', updateRecord(draft), flush(draft)].join('\n'),
};

/** What the resolvers of one side say in the end, each answer once. */
const answersOf = (facts: readonly NameFact[]): string[] => {
  const answers = facts.flatMap(({ vias }) => vias.map(({ answer }) => answer));
  const told = answers.flatMap((answer) =>
    answer.kind === 'answered' ? [answer.data.join(', ')] : answer.kind === 'nothing' ? ['no record of the type'] : [],
  );
  return [...new Set(told)].sort();
};

const notComparable: Paired = {
  code: 'dns/not-comparable',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'A name that should be the same on both sides could not be compared',
  why: 'What the primary gets for it is not known, so that a change on one side only stays hidden.',
  judge: (standby, primary, context) =>
    standby.names.flatMap((fact) => {
      const entry = entryOf(fact, context.standby.settings);
      if (entry?.sameAsPrimary !== true || entry.rotates) return [];
      const twins = twinsOf(fact, primary, context);
      if (answersOf(twins).length > 0) return [];
      const actual = twins.length === 0 ? 'the primary does not watch this name and type' : 'the primary got no answer';
      return [{ subject: subjectOf(fact), expected: 'an answer that the primary got', actual, with: recordParts(fact, entry, 60) }];
    }),
  remedy: (draft) => ['# on the primary; the name has to stand under names in its configuration, too:', dig(draft)].join('\n'),
};

const siteNotTold: Paired = {
  code: 'dns/site-not-told',
  kind: 'paired',
  severity: 'note',
  title: 'Whether names lead into the primary’s site cannot be told',
  why: 'The configuration of the primary says neither which networks nor which domains are its site’s, so that no address can be known as its.',
  judge: (standby, _primary, { standby: { settings }, primary: { node } }) => {
    const isTold = (node.site.networks ?? []).length + (node.site.domains ?? []).length > 0;
    const open = standby.names.filter((fact) => isAddressed(fact) && !isSettled(entryOf(fact, settings)));
    if (isTold || open.length === 0) return [];
    const names = [...new Set(open.map(({ name }) => name))].sort();
    return [
      {
        subject: node.name,
        expected: 'networks and domains of the primary’s site',
        actual: `none; it matters for ${names.slice(0, namesShown).join(', ')}${names.length > namesShown ? ' and more' : ''}`,
      },
    ];
  },
  remedy: () =>
    [
      '# on the primary, under node: site: networks (CIDR) and domains; or say for each name with expect.within where it has to lead',
      '$ understudy config check',
    ].join('\n'),
};

const namesShown = 5;

const isAddressed = ({ type }: NameFact): boolean => type === 'A' || type === 'AAAA' || type === 'CNAME';

/** The settings say by themselves where it has to lead. */
function isSettled(entry: NameSettings | undefined): boolean {
  const { within, notWithin, equals, cname } = entry?.expect ?? {};
  return entry === undefined || entry.movesAtSwitchover || [within, notWithin, equals, cname].some((each) => each !== undefined);
}

const silentHereOnly: Paired = {
  code: 'dns/resolver-silent-here-only',
  kind: 'paired',
  severity: 'warning',
  title: 'A resolver answers the primary and not the standby',
  why: 'The resolver lives, so that a rule or a route between the standby’s network and it is missing.',
  dependsOn: ['dns/no-resolver'],
  judge: (standby, primary) =>
    standby.resolvers.flatMap((resolver) => {
      const twin = primary.resolvers.find(({ server }) => server === resolver.server);
      // A loopback or link-local address is another resolver on each side.
      if (isLocal(resolver.server) || resolver.answer.kind !== 'silent' || twin?.answer.kind !== 'answers') return [];
      return [
        {
          subject: resolver.server,
          expected: 'an answer, as on the primary',
          actual: silence(resolver.answer.how),
          with: digParts(resolver.server, '.', 'NS'),
        },
      ];
    }),
  remedy: (draft) =>
    [
      dig(draft),
      '# allow UDP and TCP port 53 from the standby’s subnet to it (security list, NSG, the resolver’s own access rules), and a route over the DRG',
    ].join('\n'),
};

const isLocal = (server: string): boolean => /^(?:127\.|169\.254\.|\[?::1|\[?fe80:)/i.test(server);

const setUpDiffers: Paired = {
  code: 'dns/resolver-options-differ',
  kind: 'paired',
  severity: 'note',
  title: 'The standby resolves short names or waits for resolvers differently',
  why: 'Search domains and options decide what a short name means and how long a dead resolver holds up an application.',
  judge: (standby, primary, context) => {
    if (standby.system.kind !== 'read' || primary.system.kind !== 'read') return [];
    const [ours, theirs] = [standby.system, primary.system];
    const searches = [
      translated(ours.search, context.standby.node.site.domains),
      translated(theirs.search, context.primary.node.site.domains),
    ] as const;
    const options = [ours.options.join(' '), theirs.options.join(' ')] as const;
    const draft = (subject: string, [actual, expected]: readonly [string, string]) =>
      actual === expected ? [] : [{ subject, expected: expected === '' ? 'none' : expected, actual: actual === '' ? 'none' : actual }];
    return [...draft('search', searches), ...draft('options', options)];
  },
  remedy: (draft) =>
    `# in what writes /etc/resolv.conf (DHCP options, NetworkManager, systemd-resolved), bring this line in step with the primary:\n$ grep '^${draft.subject}' /etc/resolv.conf`,
};

/** A side's own domains lawfully differ; what is searched in which order must not. */
const translated = (search: readonly string[], domains: readonly string[] | undefined): string =>
  search
    .map((domain) => ((domains ?? []).map(plainName).some((own) => domain === own || domain.endsWith(`.${own}`)) ? '<own domain>' : domain))
    .join(' ');

export const pairedRules: readonly Paired[] = [leadsToPrimarySite, siteNotTold, answersDiffer, notComparable, silentHereOnly, setUpDiffers];
