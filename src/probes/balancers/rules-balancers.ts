// Balancers as a whole: there, alive, reachable by the same clients, as wide.
import type { AloneRule, PairedRule } from '../../contract/rule.ts';
import { type Facts, isSeen } from './facts.ts';
import { compare } from './pairs.ts';
import { balancer, look } from './remedy.ts';
import { balancerFill, word } from './say.ts';
import type { Settings } from './settings.ts';

type Paired = PairedRule<Facts, Settings>;

const balancerMissing: Paired = {
  code: 'balancers/balancer-missing',
  kind: 'paired',
  severity: 'blocker',
  title: 'A balancer of the primary has no counterpart on the standby',
  why: 'There is nothing that clients could be led to.',
  judge: (standby, primary, context) => {
    const { missing, text } = compare(standby, primary, context);
    return (
      missing
        .filter((theirs) => !isSeen(theirs) || theirs.content.listeners.length > 0)
        // What may be in a list that was not seen is not said to be missing.
        .filter(
          ({ layer }) => !standby.unseen.some(({ what }) => what === (layer === 'network' ? 'network load balancers' : 'load balancers')),
        )
        .map((theirs) => ({
          subject: text(theirs.name),
          expected: `a ${theirs.layer === 'network' ? 'network ' : ''}load balancer, as ${theirs.name} on the primary`,
          actual: 'none of that name',
          with: { ...balancerFill(standby, theirs), name: word(text(theirs.name)) },
        }))
    );
  },
  remedy: balancer,
};

/** A network load balancer that is being changed goes on working. */
const working = ['ACTIVE', 'UPDATING'];

const notActive: AloneRule<Facts, Settings> = {
  code: 'balancers/not-active',
  kind: 'alone',
  severity: 'blocker',
  title: 'A balancer of the standby is not active',
  why: 'It answers nobody, and nothing that is compared on it matters until it does.',
  judge: (facts) =>
    facts.balancers
      .filter(({ state }) => state !== null && state !== 'DELETED' && !working.includes(state))
      .map((one) => ({ subject: one.name, expected: 'ACTIVE', actual: one.state ?? '', with: balancerFill(facts, one) })),
  remedy: look,
};

const privateHere: Paired = {
  code: 'balancers/private-here',
  kind: 'paired',
  severity: 'blocker',
  title: 'A balancer is public on the primary and private on the standby',
  why: 'Clients of the Internet cannot reach it.',
  judge: (standby, primary, context) => visibility(standby, primary, context, true),
  remedy: look,
};

const publicHere: Paired = {
  code: 'balancers/public-here',
  kind: 'paired',
  severity: 'warning',
  title: 'A balancer is private on the primary and public on the standby',
  why: 'What only the own network could reach is open to the Internet.',
  judge: (standby, primary, context) => visibility(standby, primary, context, false),
  remedy: look,
};

const visibility = (standby: Facts, primary: Facts, context: Parameters<Paired['judge']>[2], isPrivate: boolean) =>
  compare(standby, primary, context)
    .balancers.filter((pair) => pair.standby.isPrivate === isPrivate && pair.primary.isPrivate === !isPrivate)
    .map((pair) => ({
      subject: pair.standby.name,
      expected: isPrivate ? 'public' : 'private',
      actual: isPrivate ? 'private' : 'public',
      with: balancerFill(standby, pair.standby),
    }));

const narrower: Paired = {
  code: 'balancers/bandwidth-narrower',
  kind: 'paired',
  severity: 'warning',
  title: 'A balancer of the standby lets less through than the primary’s',
  why: 'Under the load of the primary it drops connections.',
  judge: (standby, primary, context) =>
    compare(standby, primary, context).balancers.flatMap((pair) => {
      const [ours, theirs] = [pair.standby.maxMbps, pair.primary.maxMbps];
      return ours === null || theirs === null || ours >= theirs
        ? []
        : [
            {
              subject: pair.standby.name,
              expected: `${theirs} Mbit/s`,
              actual: `${ours} Mbit/s`,
              with: { ...balancerFill(standby, pair.standby), mbps: String(theirs) },
            },
          ];
    }),
  remedy: ({ with: fill = {} }) =>
    `$ oci lb load-balancer update-load-balancer-shape --region ${fill.region} --load-balancer-id ${fill.id} --shape-name flexible --shape-details '{"minimumBandwidthInMbps": 10, "maximumBandwidthInMbps": ${fill.mbps}}'`,
};

const endsOnNode: AloneRule<Facts, Settings> = {
  code: 'balancers/tls-ends-on-node',
  kind: 'alone',
  severity: 'note',
  title: 'A network load balancer passes TLS through',
  why: 'It holds no certificate: TLS ends on the node, and the `certs` check there must look at it.',
  judge: (facts) =>
    facts.balancers
      .filter(isSeen)
      .filter(({ layer }) => layer === 'network')
      .flatMap((one) =>
        one.content.listeners
          .filter(({ port }) => port !== null && tlsPorts.includes(port))
          .map(({ port }) => ({
            subject: `${one.name} ${port}`,
            expected: 'looked at by the `certs` check of the nodes behind it',
            actual: 'TLS is not seen from here',
          })),
      ),
  remedy: () => '# On each node behind it:\n$ understudy check certs',
};

/** Ports on which TLS begins with the first byte. */
const tlsPorts: readonly number[] = [443, 465, 636, 853, 993, 995, 2484, 5671, 6443, 8443, 8883, 9443];

export const balancerRules = [balancerMissing, notActive, privateHere, publicHere, narrower, endsOnNode] as const;
