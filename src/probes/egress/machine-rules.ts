// What is wrong with this machine's way out as a whole, and with what could not be looked at.
import type { AloneRule } from '../../contract/rule.ts';
import type { Facts } from './facts.ts';
import type { Settings } from './settings.ts';
import { failures, isOfMissingFamily, isThrough, particulars, say } from './wording.ts';

type Rule = AloneRule<Facts, Settings>;

const noDefaultRoute: Rule = {
  code: 'egress/no-default-route',
  kind: 'alone',
  severity: 'blocker',
  isNodeWide: true,
  gap: 'network-rules',
  title: 'This machine has no default route',
  why: 'Nothing outside its own networks can be reached. The findings that follow from it are folded under this one.',
  remedy: () =>
    [
      '$ ip route; ip -6 route',
      '$ nmcli -f NAME,DEVICE,IP4.GATEWAY connection show --active',
      '# OCI: the VNIC gets its default route by DHCP from the subnet; secondary VNICs need oci-network-config',
    ].join('\n'),
  judge: (facts) => {
    const { defaultRoute } = facts;
    if (defaultRoute.kind === 'unseen' || defaultRoute.ipv4.length + defaultRoute.ipv6.length > 0) return [];
    const isFelt = facts.endpoints.some((endpoint) => endpoint.results.some((result) => feltWithoutRoute.includes(result.class)));
    return isFelt ? [{ subject: 'default route', expected: 'a default route', actual: 'none, neither IPv4 nor IPv6' }] : [];
  },
};

/** Where everything lies in networks of its own, a machine needs no default route. */
const feltWithoutRoute: readonly string[] = ['unreachable', 'lookup-failed', 'proxy-unreachable', 'connect-timeout'];

const resolverDown: Rule = {
  code: 'egress/resolver-down',
  kind: 'alone',
  severity: 'blocker',
  isNodeWide: true,
  gap: 'dns',
  dependsOn: ['egress/no-default-route'],
  title: 'The resolver answers for no name',
  why: 'No third party can be reached by name. The findings that follow from it are folded under this one.',
  remedy: (draft) =>
    [
      `# Name servers: ${draft.with?.servers ?? ''}`,
      '$ cat /etc/resolv.conf',
      '$ resolvectl status',
      '# OCI: 169.254.169.254 answers in every VCN unless a security list or its DHCP options say otherwise',
    ].join('\n'),
  judge: ({ resolver }) => {
    if (resolver.kind !== 'failing' || resolver.names === 'some') return [];
    const { servers } = resolver;
    const isServerFine = servers.kind === 'asked' && servers.servers.some((server) => server.state === 'answers');
    // One name without an answer may be a broken zone; several different ones are not.
    if (resolver.names === 'one' && (isServerFine || servers.kind === 'unseen')) return [];
    const actual =
      servers.kind === 'unseen' ? servers.detail : servers.servers.map(({ address, state }) => `${address} ${state}`).join(', ');
    return [{ subject: 'resolver', expected: 'answers', actual: `no answer for any name; ${actual}`, with: { servers: actual } }];
  },
};

const oneAddressFails: Rule = {
  code: 'egress/one-address-fails',
  kind: 'alone',
  severity: 'warning',
  title: 'A third party is reached at some of its addresses only',
  why: 'Clients that pick another address fail now and then. Allow-lists and rules often name the addresses of one day.',
  remedy: (draft) =>
    [
      `# Allow every address of ${draft.with?.host}: ${draft.with?.failing}`,
      `$ getent ahosts ${draft.with?.host}`,
      `${draft.with?.check}`,
    ].join('\n'),
  judge: (facts, { settings }) =>
    facts.endpoints.flatMap((endpoint) => {
      const failing = isThrough(endpoint) ? failures(endpoint, facts) : [];
      if (failing.length === 0) return [];
      const actual = failing.map((result) => `${where(result)}: ${say(result)}`).join('; ');
      const fill = { ...particulars(facts, endpoint, settings, failing[0] ?? null), failing: failing.map(where).join(', ') };
      return [{ subject: endpoint.name, expected: 'let through at every address', actual, with: fill }];
    }),
};

const where = (result: Facts['endpoints'][number]['results'][number]): string =>
  result.addresses.length > 0 ? result.addresses.join(', ') : result.families.map((family) => `IPv${family}`).join(' and ');

const missingFamily: Rule = {
  code: 'egress/family-missing',
  kind: 'alone',
  severity: 'note',
  title: 'Third parties have addresses of a family that this machine has no route for',
  why: 'Harmless while the other family works; clients that prefer this one wait a moment at each connection.',
  remedy: () => '# Nothing to mend where the site has no such network; otherwise add the route\n$ ip -6 route',
  judge: (facts) => {
    const missing = facts.endpoints.flatMap((endpoint) =>
      endpoint.results.flatMap((result) => (isThrough(endpoint) && isOfMissingFamily(result, endpoint, facts) ? result.families : [])),
    );
    return [...new Set(missing)]
      .sort()
      .map((family) => ({ subject: `IPv${family}`, expected: `a default route for IPv${family}`, actual: 'none' }));
  },
};

const endpointUnseen: Rule = {
  code: 'egress/endpoint-unseen',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'A third party could not be tried',
  why: 'What was not tried is not known to work: a file of the check cannot be read, or this machine lacks something for the attempt.',
  remedy: (draft) =>
    [
      `# ${draft.with?.cause}. The user understudy must be able to read the files of this endpoint:`,
      ...(draft.with?.files === '' ? [] : [`$ sudo -u understudy head -c 0 ${draft.with?.files}`]),
      '$ understudy explain egress',
    ].join('\n'),
  judge: (facts, { settings }) =>
    facts.endpoints.flatMap((endpoint) =>
      endpoint.results
        .filter((result) => result.class === 'unseen')
        .slice(0, 1)
        .map((result) => ({
          subject: endpoint.name,
          expected: 'tried',
          actual: say(result),
          with: particulars(facts, endpoint, settings, result),
        })),
    ),
};

const routeUnseen: Rule = {
  code: 'egress/route-unseen',
  kind: 'alone',
  severity: 'note',
  title: 'Whether this machine has a default route could not be seen',
  why: 'Unreachable third parties then cannot be told from a machine without a way out. What each endpoint does is judged all the same.',
  remedy: () => '$ ip route\n$ ls -l /proc/net/route   # ProcSubset=pid in a unit hides it',
  judge: ({ defaultRoute }) =>
    defaultRoute.kind === 'unseen' ? [{ subject: 'default route', expected: 'seen', actual: defaultRoute.detail }] : [],
};

const publicAddressUnknown: Rule = {
  code: 'egress/public-address-unknown',
  kind: 'alone',
  severity: 'warning',
  dependsOn: ['egress/no-default-route', 'egress/resolver-down'],
  title: 'The public address of this machine could not be learnt',
  why: 'It is the address that vendors have to allow; without it an allow-list request waits for whoever knows the NAT gateway.',
  remedy: (draft) => `# ${draft.actual}\n$ oci network nat-gateway list --compartment-id "$COMPARTMENT_OCID" --query 'data[]."nat-ip"'`,
  judge: ({ publicAddress }) =>
    publicAddress.kind === 'unseen'
      ? [{ subject: 'public address', expected: 'told by the echo endpoint', actual: publicAddress.detail }]
      : [],
};

export const machineRules: readonly Rule[] = [
  noDefaultRoute,
  resolverDown,
  oneAddressFails,
  missingFamily,
  endpointUnseen,
  routeUnseen,
  publicAddressUnknown,
];
