// Listeners of paired balancers: on the same ports, for the same hosts, with the same rules.
import type { Draft, PairedRule } from '../../contract/rule.ts';
import { blockTexts, readBlock } from '../../formats/cidr.ts';
import { pairBackends } from './backends.ts';
import type { BackendSet, Facts, Listener } from './facts.ts';
import { type Comparison, type Context, compare, type ListenerPairs, type Pair, pairListeners, type SeenPair, seenPairs } from './pairs.ts';
import { listener, look } from './remedy.ts';
import { balancerFill, listenerSubject, listenerText, word } from './say.ts';
import type { Settings } from './settings.ts';

type Rule = PairedRule<Facts, Settings>;

const listenerMissing: Rule = {
  code: 'balancers/listener-missing',
  kind: 'paired',
  severity: 'blocker',
  title: 'The standby has no such listener as the primary has',
  why: 'Clients that come to this port are refused, or meet something that speaks otherwise.',
  judge: (standby, primary, context) =>
    inPairs(standby, primary, context, ({ missing }, pair, { text }) =>
      missing.map(({ theirs, instead }) => ({
        subject: listenerSubject(pair.standby, { ...theirs, name: text(theirs.name) }),
        expected: listenerText(theirs),
        actual: instead === null ? `no listener on ${theirs.port ?? '?'}` : listenerText(instead),
        with: {
          ...balancerFill(standby, pair.standby),
          name: word(text(theirs.name)),
          port: String(theirs.port ?? '<port>'),
          protocol: theirs.protocol,
          backendSet: word(text(theirs.backendSet ?? '<backend set>')),
          taken: instead === null ? '' : word(instead.name),
          rules: ruleOptions(theirs.rules.map(text)),
        },
      })),
    ),
  remedy: listener,
};

/** Without them it would serve what the primary redirects or refuses. */
function ruleOptions(rules: readonly string[]): string {
  const named = (what: string): readonly string[] => rules.filter((one) => one.startsWith(what)).map((one) => one.slice(what.length));
  const sets = named('rule set ');
  return [
    ...(sets.length === 0 ? [] : [` --rule-set-names ${word(JSON.stringify(sets))}`]),
    ...named('routing policy ').map((one) => ` --routing-policy-name ${word(one)}`),
    ...named('path routes ').map((one) => ` --path-route-set-name ${word(one)}`),
  ].join('');
}

const protocolDiffers: Rule = {
  code: 'balancers/listener-protocol-differs',
  kind: 'paired',
  severity: 'warning',
  title: 'A listener speaks another protocol than the primary’s, or one more',
  why: 'Clients that need HTTP/2 lose it, or it is open to more than the primary is.',
  judge: (standby, primary, context) =>
    inPairs(standby, primary, context, ({ pairs }, pair) =>
      pairs
        .filter((one) => one.standby.protocol !== one.primary.protocol)
        .map((one) => ({
          subject: listenerSubject(pair.standby, one.standby),
          expected: one.primary.protocol,
          actual: one.standby.protocol,
          with: balancerFill(standby, pair.standby),
        })),
    ),
  remedy: look,
};

const listenerExtra: Rule = {
  code: 'balancers/listener-extra',
  kind: 'paired',
  severity: 'warning',
  title: 'The standby listens where the primary does not',
  why: 'It is open to more than the primary is, and nobody compares what it serves.',
  judge: (standby, primary, context) =>
    inPairs(standby, primary, context, ({ extra }, pair) =>
      extra.map((one) => ({
        subject: listenerSubject(pair.standby, one),
        expected: `no listener on ${one.port ?? '?'}, as on the primary`,
        actual: listenerText(one),
        with: { ...balancerFill(standby, pair.standby), name: word(one.name) },
      })),
    ),
  remedy: ({ with: fill = {} }) =>
    `# If nothing needs it:\n$ oci ${fill.group} listener delete --region ${fill.region} ${fill.option} ${fill.id} --listener-name ${fill.name}`,
};

const hostnameMissing: Rule = {
  code: 'balancers/hostname-missing',
  kind: 'paired',
  severity: 'blocker',
  title: 'A listener of the standby does not answer for a host that the primary’s answers for',
  why: 'Requests for that host meet another listener, or none.',
  judge: (standby, primary, context) =>
    inPairs(standby, primary, context, ({ pairs }, pair, { text }) =>
      pairs.flatMap((one) => {
        const lost = lostHosts(one.standby, one.primary, text);
        return lost.length === 0
          ? []
          : [
              {
                subject: listenerSubject(pair.standby, one.standby),
                expected: lost.join(', '),
                actual: `only ${one.standby.hostnames.join(', ')}`,
                with: balancerFill(standby, pair.standby),
              },
            ];
      }),
    ),
  remedy: look,
};

const setDiffers: Rule = {
  code: 'balancers/listener-set-differs',
  kind: 'paired',
  severity: 'blocker',
  title: 'A listener of the standby sends to another backend set, or to one that is not there',
  why: 'Requests meet other programs than on the primary, or nobody.',
  judge: (standby, primary, context) =>
    inPairs(standby, primary, context, ({ pairs }, pair, comparison) =>
      pairs.flatMap((one) => {
        const actual = otherSet(one, pair, comparison, context);
        return actual === null
          ? []
          : [
              {
                subject: listenerSubject(pair.standby, one.standby),
                expected: `requests go to ${comparison.text(one.primary.backendSet ?? '')}`,
                actual,
                with: balancerFill(standby, pair.standby),
              },
            ];
      }),
    ),
  remedy: look,
};

/** Another name is lawful where the standby has no set of the primary’s, or where the one in use suits better than its namesake. */
function otherSet(listeners: Pair<Listener>, pair: SeenPair, comparison: Comparison, context: Context): string | null {
  if (listeners.primary.backendSet === null) return null;
  const setOf = (name: string | null): BackendSet | undefined => pair.standby.content.backendSets.find((one) => one.name === name);
  const [ours, namesake] = [setOf(listeners.standby.backendSet), setOf(comparison.text(listeners.primary.backendSet))];
  if (ours === undefined) return `${listeners.standby.backendSet ?? 'no backend set'}, which is not there`;
  if (namesake === undefined || namesake === ours || machines(namesake) === machines(ours)) return null;
  const theirs = pair.primary.content.backendSets.find(({ name }) => name === listeners.primary.backendSet);
  const lacking = (set: BackendSet): number =>
    theirs === undefined ? 0 : pairBackends({ standby: set, primary: theirs }, comparison, context).missing.length;
  return lacking(ours) === 0 && lacking(namesake) > 0 ? null : `they go to ${ours.name}, which has other machines`;
}

const machines = ({ backends }: BackendSet): string =>
  backends.map(({ address, target, port }) => `${address ?? target} ${port}`).join('\n');

/** A listener without host names answers for all. */
function lostHosts(ours: Listener, theirs: Listener, text: (text: string) => string): readonly string[] {
  if (ours.hostnames.length === 0) return [];
  if (theirs.hostnames.length === 0) return ['every host'];
  return theirs.hostnames.filter((host) => !ours.hostnames.some((own) => answersFor(own, host) || answersFor(own, text(host))));
}

/** An asterisk may stand at either end. https://docs.oracle.com/en-us/iaas/Content/Balance/Tasks/managingrequest_topic-Virtual_Hostnames.htm */
function answersFor(own: string, host: string): boolean {
  if (own === host) return true;
  if (own.startsWith('*.')) return host.endsWith(own.slice(1)) && host.length >= own.length;
  return own.endsWith('.*') && host.startsWith(own.slice(0, -1)) && host.length >= own.length;
}

const rulesDiffer: Rule = {
  code: 'balancers/rules-differ',
  kind: 'paired',
  severity: 'warning',
  title: 'A listener of the standby has other rules for requests',
  why: 'Headers, redirects, paths or allowed clients are not what they are on the primary.',
  judge: (standby, primary, context) =>
    inPairs(standby, primary, context, ({ pairs }, pair, comparison) =>
      pairs.flatMap((one) =>
        one.primary.rules.flatMap((key) => {
          const actual = ruleDifference(key, one.standby, pair, comparison);
          return actual === null
            ? []
            : [
                {
                  subject: `${listenerSubject(pair.standby, one.standby)} ${comparison.text(key)}`,
                  expected: 'as on the primary',
                  actual,
                  with: balancerFill(standby, pair.standby),
                },
              ];
        }),
      ),
    ),
  remedy: look,
};

function ruleDifference(key: string, ours: Listener, { standby, primary }: SeenPair, { text, words }: Comparison): string | null {
  const name = ours.rules.find((one) => one === text(key)) ?? ours.rules.find((one) => isOfKind(one, key) && !key.startsWith('rule set'));
  if (name === undefined) return 'not used by this listener';
  const wanted = text(primary.content.rules[key] ?? '').replaceAll(/\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?/g, (one) =>
    translated(one, words),
  );
  return standby.content.rules[name] === wanted ? null : 'says something else';
}

/** A listener has one routing policy and one set of path routes, whatever their names. */
const isOfKind = (one: string, key: string): boolean => one.split(' ').slice(0, 2).join(' ') === key.split(' ').slice(0, 2).join(' ');

function translated(text: string, words: Comparison['words']): string {
  const block = readBlock(text);
  if (block === null) return text;
  const [only = text, ...more] = blockTexts(words.block(block));
  return more.length > 0 ? text : text.includes('/') ? only : only.replace('/32', '');
}

function inPairs(
  standby: Facts,
  primary: Facts,
  context: Context,
  judge: (listeners: ListenerPairs, pair: SeenPair, comparison: Comparison) => readonly Draft[],
): readonly Draft[] {
  const comparison = compare(standby, primary, context);
  return seenPairs(comparison).flatMap((pair) => judge(pairListeners(pair, comparison.text), pair, comparison));
}

export const listenerRules = [listenerMissing, protocolDiffers, listenerExtra, hostnameMissing, setDiffers, rulesDiffer] as const;
