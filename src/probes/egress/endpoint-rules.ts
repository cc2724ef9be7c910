// What can be wrong with one endpoint as this machine sees it: one rule for each thing that somebody else has to mend.
import type { Gap } from '../../contract/gap.ts';
import type { AloneRule, Draft, Severity } from '../../contract/rule.ts';
import type { AttemptClass, Facts } from './facts.ts';
import type { Settings } from './settings.ts';
import { endpointNamed, expectation, failures, isThrough, particulars, sayAll, tellingFailure } from './wording.ts';

interface Kind {
  readonly code: string;
  readonly classes: readonly AttemptClass[];
  readonly severity: Severity;
  readonly title: string;
  readonly why: string;
  readonly gap?: Gap;
  /** Findings of the whole machine that bring this one about. */
  readonly follows?: readonly string[];
  readonly remedy: (fill: Readonly<Record<string, string>>, draft: Draft) => readonly string[];
}

/** Findings about both sides say more than what one side saw of the same endpoint. */
const explainedByContrast = ['egress/allow-list-gap', 'egress/vendor-down'] as const;

const route = 'egress/no-default-route';
const resolver = 'egress/resolver-down';

const rulesOfNetwork = (fill: Readonly<Record<string, string>>): readonly string[] => [
  `# OCI: an egress rule must allow TCP to ${fill.host} port ${fill.port} in a security list of the subnet or in an NSG of this VNIC, and the route table needs a way out:`,
  `#   direction EGRESS, protocol 6, destination CIDR of ${fill.host}, destination port range min ${fill.port} max ${fill.port}`,
];

const kinds: readonly Kind[] = [
  {
    code: 'egress/connect-blocked',
    classes: ['connect-timeout'],
    severity: 'blocker',
    title: 'A third party does not answer: packets are dropped on the way',
    why: 'Security lists, NSGs and firewalls drop what no rule allows. After a failover the system waits on this third party until it times out.',
    follows: [route],
    remedy: (fill) => [
      ...rulesOfNetwork(fill),
      `# Or the vendor drops packets from addresses it does not know: ask them to allow ${fill.public}`,
      `$ ip route get ${fill.route}`,
      `${fill.check}`,
    ],
  },
  {
    code: 'egress/refused',
    classes: ['connect-refused', 'connect-reset'],
    severity: 'blocker',
    title: 'A third party, or a firewall in its name, refuses the connection',
    why: 'A refusal comes from the vendor’s host when nothing listens there, or from a firewall that rejects instead of dropping.',
    remedy: (fill) => [
      `# Nothing listens on ${fill.target}, or a firewall rejects; ask the vendor whether ${fill.public} is allowed`,
      ...rulesOfNetwork(fill),
      `${fill.check}`,
    ],
  },
  {
    code: 'egress/unreachable',
    classes: ['unreachable'],
    severity: 'blocker',
    title: 'There is no way to a third party',
    why: 'A router or this machine itself said that the network, the host or the permission to go there is missing.',
    gap: 'network-rules',
    follows: [route],
    remedy: (fill) => [
      `# ${fill.cause}: no route, or a router that says "administratively prohibited"`,
      '$ ip route',
      `$ ip route get ${fill.route}`,
      '# OCI: the subnet’s route table needs a rule 0.0.0.0/0 to a NAT, internet or dynamic routing gateway',
    ],
  },
  {
    code: 'egress/local-firewall',
    classes: ['local-firewall'],
    severity: 'blocker',
    title: 'This machine may not connect to a third party',
    why: 'A local packet filter, SELinux or a prohibiting route stopped the attempt. The primary may have another rule set.',
    gap: 'network-rules',
    remedy: (fill) => [
      `# ${fill.cause} for ${fill.target}: a local rule, or over IPv6 a router that says "administratively prohibited"`,
      '$ nft list ruleset',
      '$ ip route show type prohibit',
      '$ ausearch -m avc -ts recent',
    ],
  },
  {
    code: 'egress/source-address-missing',
    classes: ['source-address'],
    severity: 'blocker',
    title: 'The source address that a third party expects is not on this machine',
    why: 'The system would connect from an address that moves at failover, or from one that was never configured here.',
    remedy: () => [
      '# Either the address moves here at failover (then give the check of this side its present address), or it is missing',
      '$ ip -brief address',
    ],
  },
  {
    code: 'egress/proxy-unreachable',
    classes: ['proxy-unreachable'],
    severity: 'blocker',
    title: 'The proxy towards a third party cannot be reached',
    why: 'Everything that goes through this proxy stops. A standby often still points at the proxy of the primary’s site.',
    follows: [route],
    remedy: (fill) => [
      `# ${fill.proxy} (${fill.cause}): is it the proxy of this site, and may this subnet use it?`,
      '$ env | grep -i _proxy',
      `${fill.check}`,
    ],
  },
  {
    code: 'egress/proxy-denied',
    classes: ['proxy-denied'],
    severity: 'blocker',
    title: 'The proxy does not let this machine out to a third party',
    why: 'The proxy knows the primary’s addresses or account and not the standby’s.',
    remedy: (fill) => [
      `# Ask whoever runs ${fill.proxy} to allow ${fill.source} to reach ${fill.target} (${fill.cause}); 407 means that it wants an account`,
      `${fill.check}`,
    ],
  },
  {
    code: 'egress/proxy-failed',
    classes: ['proxy-failed'],
    severity: 'blocker',
    title: 'The proxy lets this machine in but does not reach the third party',
    why: 'The way from the proxy onwards is closed, or the vendor does not know the proxy’s address.',
    remedy: (fill) => [`# ${fill.proxy} said ${fill.cause} for ${fill.target}: look into its log, and at its own way out`, `${fill.check}`],
  },
  {
    code: 'egress/tls-refused',
    classes: ['tls-refused'],
    severity: 'blocker',
    title: 'A third party refuses TLS with this machine',
    why: 'The alert names what it missed: a client certificate, a known authority, a protocol. The standby may hold an older client certificate.',
    remedy: (fill) => [
      `# The server said: ${fill.cause}. Compare the client certificate and its authority with the primary’s`,
      `${fill.check}`,
    ],
  },
  {
    code: 'egress/tls-broken',
    classes: ['tls-broken'],
    severity: 'blocker',
    title: 'The TLS handshake with a third party breaks off',
    why: 'Firewalls that judge by the server name in the first TLS message let the connection open and cut it there.',
    remedy: (fill) => [
      `# ${fill.cause}: a firewall that looks at server names, or a port that does not speak TLS`,
      `# Ask for ${fill.host} to be allowed for ${fill.source}, or the vendor to allow ${fill.public}`,
      `${fill.check}`,
    ],
  },
  {
    code: 'egress/tls-intercepted',
    classes: ['tls-intercepted'],
    severity: 'blocker',
    title: 'Somebody else’s certificate answers in a third party’s name',
    why: 'An inspecting proxy stands in between. Clients that pin certificates or carry their own trust store fail behind it.',
    remedy: (fill) => [
      `# ${fill.host} answers with a certificate ${fill.cause}: ask the network team to exempt ${fill.host} from TLS inspection for ${fill.source}`,
      `$ ${fill.handshake} -showcerts </dev/null`,
    ],
  },
  {
    code: 'egress/tls-expired',
    classes: ['tls-expired'],
    severity: 'blocker',
    title: 'The certificate of a third party is out of its dates',
    why: 'Clients break off here. If it is fine from the primary, the clock of this machine is wrong or another server answers.',
    remedy: (fill) => [
      `# ${fill.cause}: is this machine’s clock right?`,
      '$ timedatectl',
      `$ ${fill.handshake} </dev/null 2>/dev/null | openssl x509 -noout -dates -issuer`,
    ],
  },
  {
    code: 'egress/tls-untrusted',
    classes: ['tls-untrusted'],
    severity: 'blocker',
    title: 'This machine does not trust a third party’s certificate',
    why: 'An authority that was installed on the primary only, an intercepting proxy, or an answer from the wrong server.',
    remedy: (fill) => [
      `# ${fill.cause}: compare the trusted authorities with the primary’s`,
      `$ ${fill.handshake} -showcerts </dev/null`,
      '# If one is missing here: put its PEM file into the anchors (Debian: /usr/local/share/ca-certificates, then update-ca-certificates)',
      '$ ls -l /etc/pki/ca-trust/source/anchors && sudo update-ca-trust',
    ],
  },
  {
    code: 'egress/tls-wrong-name',
    classes: ['tls-wrong-name'],
    severity: 'blocker',
    title: 'The certificate of a third party is for another name',
    why: 'Clients break off here. Another server answers than the one that was meant: a stale address, a default host, a middlebox.',
    remedy: (fill) => [
      `# ${fill.host} leads to a server with a certificate for other names: compare its addresses with the primary’s, then ask the vendor`,
      `$ getent ahosts ${fill.host}`,
      `$ ${fill.handshake} </dev/null 2>/dev/null | openssl x509 -noout -subject -ext subjectAltName`,
    ],
  },
  {
    code: 'egress/denied',
    classes: ['http-denied'],
    severity: 'blocker',
    title: 'A third party denies this machine',
    why: 'The request arrives and is turned away: an allow-list without this side’s address, or a credential that this side lacks.',
    remedy: (fill) => [
      `# ${fill.cause}. Ask the vendor to allow ${fill.public} for ${fill.host}; with 401, compare the credential with the primary’s first`,
      `${fill.check}`,
    ],
  },
  {
    code: 'egress/block-page',
    classes: ['block-page'],
    severity: 'blocker',
    title: 'A firewall answers with its block page instead of the third party',
    why: 'Such pages often come with status 200, so that simple checks take them for success.',
    remedy: (fill) => [
      `# ${fill.cause}. If the words are your own proxy’s: have ${fill.host} allowed for ${fill.source}`,
      `# If they are the vendor’s firewall: ask the vendor to allow ${fill.public}`,
      `${fill.check}`,
    ],
  },
  {
    code: 'egress/no-answer',
    classes: ['no-answer', 'not-http'],
    severity: 'blocker',
    title: 'A third party takes the connection and gives no whole answer',
    why: 'A firewall that looks into requests, a path with a smaller packet size, or a vendor in trouble.',
    remedy: (fill) => [
      `# ${fill.cause}: if small requests work and larger ones hang, look at the packet size of the path`,
      `$ tracepath -n ${fill.host}`,
      `${fill.check}`,
    ],
  },
  {
    code: 'egress/unexpected-answer',
    classes: ['unexpected-status', 'unexpected-header', 'unexpected-body'],
    severity: 'warning',
    title: 'A third party answers otherwise than expected',
    why: 'It may be an error of the vendor, another environment behind the same name, or a page that no marker knows yet.',
    remedy: (fill) => [`# ${fill.cause}: look at what comes, and correct the check’s \`expect\` if that is right`, `${fill.check}`],
  },
  {
    code: 'egress/name-not-resolved',
    classes: ['no-such-name', 'lookup-failed'],
    severity: 'blocker',
    title: 'The name of a third party cannot be resolved here',
    why: 'Private zones and resolver rules are often made for the primary’s network only.',
    gap: 'dns',
    follows: [resolver, route],
    remedy: (fill) => [
      `$ getent ahosts ${fill.host}`,
      `$ dig ${fill.host}`,
      '# Compare the resolver and its private views with the primary’s',
    ],
  },
];

const ruleOf = (kind: Kind): AloneRule<Facts, Settings> => ({
  code: kind.code,
  kind: 'alone',
  severity: kind.severity,
  title: kind.title,
  why: kind.why,
  ...(kind.gap !== undefined && { gap: kind.gap }),
  dependsOn: [...explainedByContrast, ...(kind.follows ?? [])],
  remedy: (draft) => kind.remedy(draft.with ?? {}, draft).join('\n'),
  judge: (facts, { settings }) => facts.endpoints.flatMap((endpoint) => draftOf(kind, facts, endpoint, settings)),
});

/** An endpoint has one such finding: for the attempt that came furthest. The others are told with it. */
function draftOf(kind: Kind, facts: Facts, endpoint: Facts['endpoints'][number], settings: Settings): readonly Draft[] {
  if (isThrough(endpoint)) return [];
  const telling = tellingFailure(endpoint, facts);
  if (telling === null || !kind.classes.includes(telling.class)) return [];
  return [
    {
      subject: endpoint.name,
      expected: expectation(endpointNamed(settings, endpoint.name), endpoint),
      actual: sayAll(failures(endpoint, facts)),
      with: particulars(facts, endpoint, settings, telling),
    },
  ];
}

export const endpointRules: readonly AloneRule<Facts, Settings>[] = kinds.map(ruleOf);
