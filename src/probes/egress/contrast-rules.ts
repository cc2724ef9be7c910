// Judges a standby's way out beside its primary's: who gets through where the other does not.
import { formatDuration, parseDurationMs } from '../../contract/duration.ts';
import type { PairedContext, PairedRule } from '../../contract/rule.ts';
import type { AttemptClass, EndpointFacts, Facts, Result } from './facts.ts';
import type { Settings } from './settings.ts';
import { failures, isThrough, particulars, publicAddressOf, say, sayAll, tellingFailure } from './wording.ts';

type Rule = PairedRule<Facts, Settings>;

/** What a vendor, or a firewall that knows addresses, does to an address it does not know. */
const classesOfDenial: readonly AttemptClass[] = [
  'connect-timeout',
  'connect-refused',
  'connect-reset',
  'tls-refused',
  'tls-broken',
  'no-answer',
  'http-denied',
  'block-page',
];

/** Also what a vendor in trouble answers. */
const classesOfOutage: readonly AttemptClass[] = [...classesOfDenial, 'not-http', 'unexpected-status', 'tls-expired', 'proxy-failed'];

interface Pair {
  readonly mine: EndpointFacts;
  readonly theirs: EndpointFacts;
}

const pairs = (standby: Facts, primary: Facts): readonly Pair[] =>
  standby.endpoints.flatMap((mine) => {
    const theirs = primary.endpoints.find((endpoint) => endpoint.name === mine.name);
    return theirs === undefined ? [] : [{ mine, theirs }];
  });

/** Two looks far apart are no contrast: the vendor may have changed in between. */
function isContrast({ standby, primary }: PairedContext<Settings>): boolean {
  return Math.abs(standby.seenAt - primary.seenAt) <= contrastMs(standby.settings);
}

const contrastMs = (settings: Settings | undefined): number => parseDurationMs(settings?.contrastWithin ?? '') ?? 15 * 60_000;

const isDenied = (endpoint: EndpointFacts, facts: Facts, classes: readonly AttemptClass[]): boolean => {
  const telling = isThrough(endpoint) ? null : tellingFailure(endpoint, facts);
  return telling !== null && (classes.includes(telling.class) || isRoutersWord(telling) || isClientsFault(telling));
};

/** Web application firewalls also hide behind 404 or 406; too early, too often and an error of the vendor are no denial. */
const isClientsFault = ({ class: class_, cause }: Result): boolean => class_ === 'unexpected-status' && /^HTTP 4(?!08|25|29)/.test(cause);

/** A host that is unreachable is what a rejecting firewall on the way says; a network that is, mostly this machine. */
const isRoutersWord = (result: Result): boolean => result.class === 'unreachable' && result.cause === 'EHOSTUNREACH';

const allowListGap: Rule = {
  code: 'egress/allow-list-gap',
  kind: 'paired',
  severity: 'blocker',
  dependsOn: ['egress/no-default-route', 'egress/resolver-down'],
  title: 'A third party lets the primary through and not the standby',
  why: 'The vendor, or a firewall on the way, knows the addresses of the primary’s site only. After a failover the system is cut off from it.',
  remedy: (draft) => {
    const fill = draft.with ?? {};
    return [
      `# Send to the vendor of ${draft.subject}: please allow ${fill.public} (our disaster-recovery site) to reach ${fill.target},`,
      `#   as ${fill.primary} (production) may already. Seen from the new address: ${draft.actual}`,
      `# If your own egress firewall, NSG or proxy decides: give ${fill.source} the rule that the primary has for ${fill.target}`,
      '# On the standby and on the primary, to see the difference:',
      `${fill.check}`,
    ].join('\n');
  },
  judge: (standby, primary, context) =>
    !isContrast(context)
      ? []
      : pairs(standby, primary).flatMap(({ mine, theirs }) => {
          if (!isThrough(theirs) || !isDenied(mine, standby, classesOfDenial)) return [];
          const fill = particulars(standby, mine, context.standby.settings, tellingFailure(mine, standby));
          return [
            {
              subject: mine.name,
              expected: 'let through, as the primary is',
              actual: sayAll(failures(mine, standby)),
              with: { ...fill, primary: publicAddressOf(primary, theirs.sourceAddresses.join(', ')) },
            },
          ];
        }),
};

const vendorDown: Rule = {
  code: 'egress/vendor-down',
  kind: 'paired',
  severity: 'warning',
  dependsOn: ['egress/no-default-route', 'egress/resolver-down'],
  title: 'A third party lets neither side through',
  why: 'Both fail in the same way at the same time: the vendor has an outage, or has turned the whole system away. No gap between the sides.',
  remedy: (draft) => `# Look at the vendor’s status page; production is cut off too\n${draft.with?.check}`,
  judge: (standby, primary, context) =>
    !isContrast(context)
      ? []
      : pairs(standby, primary).flatMap(({ mine, theirs }) =>
          isSameOutage(mine, standby, theirs, primary)
            ? [
                {
                  subject: mine.name,
                  expected: 'at least the primary let through',
                  actual: `both: ${sayAll(failures(mine, standby))}`,
                  with: particulars(standby, mine, context.standby.settings, tellingFailure(mine, standby)),
                },
              ]
            : [],
        ),
};

function isSameOutage(mine: EndpointFacts, standby: Facts, theirs: EndpointFacts, primary: Facts): boolean {
  if (!isDenied(mine, standby, classesOfOutage) || isThrough(theirs)) return false;
  return tellingFailure(mine, standby)?.class === tellingFailure(theirs, primary)?.class;
}

const noContrast: Rule = {
  code: 'egress/no-contrast',
  kind: 'paired',
  severity: 'note',
  title: 'Whose fault it is that a third party is out of reach cannot be told by contrast',
  why: 'The primary was looked at too long ago, was not able to try, or fails in another way. What the standby saw stands by itself.',
  remedy: () => '# Run the check on both sides within a few minutes\n$ understudy run egress',
  judge: (standby, primary, context) =>
    pairs(standby, primary).flatMap(({ mine, theirs }) => {
      if (isThrough(mine)) return [];
      const actual = withoutContrast(mine, standby, theirs, primary, context);
      return actual === null ? [] : [{ subject: mine.name, expected: 'a look of the primary at the same time that explains it', actual }];
    }),
};

function withoutContrast(
  mine: EndpointFacts,
  standby: Facts,
  theirs: EndpointFacts,
  primary: Facts,
  context: PairedContext<Settings>,
): string | null {
  if (!isContrast(context)) {
    const state = isThrough(theirs) ? 'was let through' : 'did not get through';
    return `the looks are more than ${formatDuration(contrastMs(context.standby.settings))} apart; the primary ${state} then`;
  }
  if (isThrough(theirs) || isSameOutage(mine, standby, theirs, primary)) return null;
  return `the primary does not get through either: ${sayAll(failures(theirs, primary))}`;
}

const primaryDenied: Rule = {
  code: 'egress/primary-denied',
  kind: 'paired',
  severity: 'note',
  title: 'A third party lets the standby through and not the primary',
  why: 'No gap of the standby, but production may be cut off, or the primary’s address has left the allow-list.',
  remedy: (draft) => `# On the primary:\n${draft.with?.check}`,
  judge: (standby, primary, context) =>
    !isContrast(context)
      ? []
      : pairs(standby, primary).flatMap(({ mine, theirs }) => {
          const telling = tellingFailure(theirs, primary);
          if (!isThrough(mine) || isThrough(theirs) || telling === null || telling.class === 'unseen') return [];
          return [
            {
              subject: mine.name,
              expected: 'the primary let through too',
              actual: `primary: ${sayAll(failures(theirs, primary))}`,
              with: particulars(primary, theirs, context.primary.settings, telling),
            },
          ];
        }),
};

const primaryUnseen: Rule = {
  code: 'egress/primary-not-tried',
  kind: 'paired',
  severity: 'warning',
  title: 'A third party could not be tried from the primary',
  why: 'The standby is let through, and nothing shows whether it meets what the primary meets: a proxy on the way shows by contrast only.',
  remedy: (draft) => `# On the primary:\n$ understudy explain egress\n${draft.with?.check}`,
  judge: (standby, primary, context) =>
    pairs(standby, primary).flatMap(({ mine, theirs }) => {
      const untried = theirs.results.find((result) => result.class === 'unseen');
      if (!isThrough(mine) || isThrough(theirs) || untried === undefined) return [];
      const fill = particulars(primary, theirs, context.primary.settings, untried);
      return [{ subject: mine.name, expected: 'tried from the primary too', actual: `primary: ${say(untried)}`, with: fill }];
    }),
};

const issuerDiffers: Rule = {
  code: 'egress/issuer-differs',
  kind: 'paired',
  severity: 'warning',
  dependsOn: ['egress/tls-intercepted'],
  title: 'A third party shows the standby a certificate of another authority than the primary',
  why: 'An inspecting proxy with an authority that this machine trusts looks just like that. Clients with their own trust store fail behind it.',
  remedy: (draft) =>
    [`# On both sides, and compare the issuers of ${draft.subject}:`, `$ ${draft.with?.handshake} -showcerts </dev/null`].join('\n'),
  judge: (standby, primary, context) =>
    pairs(standby, primary).flatMap(({ mine, theirs }) => {
      if (mine.issuers.length === 0 || theirs.issuers.length === 0 || mine.issuers.some((issuer) => theirs.issuers.includes(issuer)))
        return [];
      return [
        {
          subject: mine.name,
          expected: theirs.issuers.join(', '),
          actual: mine.issuers.join(', '),
          with: particulars(standby, mine, context.standby.settings, null),
        },
      ];
    }),
};

const notWatched: Rule = {
  code: 'egress/not-watched',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'A third party is watched from the primary and not from the standby',
  why: 'Whether the standby would be let through is not known.',
  remedy: (draft) =>
    `# Add the endpoint ${draft.subject} (${draft.with?.target}) to the egress check of the standby\n$ understudy config check`,
  judge: (standby, primary) =>
    primary.endpoints
      .filter((theirs) => !standby.endpoints.some((mine) => mine.name === theirs.name))
      .map((theirs) => ({
        subject: theirs.name,
        expected: 'watched from both sides',
        actual: 'not configured on the standby',
        with: { target: theirs.target },
      })),
};

export const contrastRules: readonly Rule[] = [
  allowListGap,
  vendorDown,
  noContrast,
  primaryDenied,
  primaryUnseen,
  issuerDiffers,
  notWatched,
];
