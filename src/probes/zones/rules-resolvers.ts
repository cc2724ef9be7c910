// Private resolvers: the views that they look into, and where they send what they do not know themselves.
import type { AloneRule, PairedRule } from '../../contract/rule.ts';
import { shellWord } from '../../formats/shell-word.ts';
import { type Facts, isSeenResolver, type SeenResolver, type Zone } from './facts.ts';
import { inPairs, type PrivateWords, pairResolvers, privateWords, type ResolverPair } from './private-pairs.ts';
import { endpoint, missingResolver, resolver } from './remedy.ts';
import type { Settings } from './settings.ts';

type Paired = PairedRule<Facts, Settings>;

const resolverMissing: Paired = {
  code: 'zones/resolver-missing',
  kind: 'paired',
  severity: 'blocker',
  title: 'A private resolver of the primary has no counterpart on the standby',
  why: 'It forwards or looks into views, and nothing does so on the standby.',
  judge: (standby, primary, context) => {
    if (standby.unseen.some(({ what }) => what === 'private resolvers')) return [];
    const words = privateWords(standby, primary, context);
    return pairResolvers(standby, primary, context)
      .missing.filter(({ content }) => content.rules.length > 0 || content.views.length > 0)
      .map(({ name }) => ({
        subject: words.text(name),
        expected: 'a resolver of that name',
        actual: 'none',
        with: { region: standby.region.name },
      }));
  },
  remedy: missingResolver,
};

const viewMissing: Paired = {
  code: 'zones/view-not-attached',
  kind: 'paired',
  severity: 'blocker',
  title: 'A view that the primary’s resolver looks into is not attached on the standby',
  why: 'The private zones may be there, and the machines cannot see them.',
  judge: (standby, primary, context) =>
    inPairs(standby, primary, context, (pair, words) => {
      const lost = lostViews(pair, words);
      const has = pair.standby.content.views.map((id) => words.ourView(id) ?? 'one without a known name');
      return lost.map((name) => ({ expected: `${name} attached`, actual: has.join(', ') || 'no view attached' }));
    }),
  remedy: resolver,
};

/** Names that were not seen are made up for in number. */
function lostViews({ standby, primary }: ResolverPair, words: PrivateWords): readonly string[] {
  const here = standby.content.views.map((id) => words.ourView(id));
  const left = [...here];
  const lost: string[] = [];
  for (const name of primary.content.views.map((id) => words.theirView(id)).sort((a, b) => Number(a === null) - Number(b === null))) {
    const at = left.findIndex((one) => one !== null && one === name);
    const spare = at === -1 ? left.findIndex((one) => one === null || name === null) : at;
    if (spare === -1) lost.push(name ?? 'a view without a known name');
    else left.splice(spare, 1);
  }
  return lost;
}

const viewOrder: Paired = {
  code: 'zones/view-order',
  kind: 'paired',
  severity: 'warning',
  title: 'The standby’s resolver looks into another view first for a zone',
  why: 'The first view that has a zone for a name decides: machines get other addresses than on the primary, or none.',
  judge: (standby, primary, context) =>
    inPairs(standby, primary, context, (pair, words) => {
      const here = zonesByView(standby);
      const there = zonesByView(primary);
      const zones = new Set(pair.primary.content.views.flatMap((id) => there.get(id) ?? []).map(({ name }) => name));
      return [...zones].sort().flatMap((name) => {
        const wanted = words.theirView(firstFor(name, pair.primary.content.views, there) ?? '');
        const first = [words.text(name), name].flatMap((one) => firstFor(one, pair.standby.content.views, here) ?? [])[0];
        const actual = first === undefined ? null : words.ourView(first);
        const isThere = pair.standby.content.views.some((id) => words.ourView(id) === wanted);
        return wanted === null || actual === null || actual === wanted || !isThere
          ? []
          : [{ expected: `${wanted} first for ${words.text(name)}`, actual: `${actual} first` }];
      });
    }),
  remedy: resolver,
};

const zonesByView = ({ zones }: Facts): ReadonlyMap<string, readonly Zone[]> =>
  Map.groupBy(
    zones.filter(({ scope, view }) => scope === 'PRIVATE' && view !== null),
    ({ view }) => view!,
  );

/** A zone above or below it in an earlier view answers for a part of its names. */
const firstFor = (name: string, views: readonly string[], zones: ReadonlyMap<string, readonly Zone[]>): string | undefined =>
  views.find((id) => zones.get(id)?.some((zone) => zone.name === name || zone.name.endsWith(`.${name}`) || name.endsWith(`.${zone.name}`)));

const endpointMissing: Paired = {
  code: 'zones/listening-endpoint-missing',
  kind: 'paired',
  severity: 'warning',
  title: 'The primary’s resolver can be asked from outside and the standby’s cannot',
  why: 'Name servers of the data centre that forward to it find nobody after a failover.',
  judge: (standby, primary, context) =>
    inPairs(standby, primary, context, ({ standby: ours, primary: theirs }) => {
      const count = ({ content }: SeenResolver) => content.endpoints.filter(({ isListening }) => isListening === true).length;
      return count(theirs) > 0 && count(ours) === 0
        ? [{ expected: 'an endpoint that listens', actual: 'none', with: { name: '<name>', does: 'listening' } }]
        : [];
    }),
  remedy: endpoint,
};

const endpointNotWorking: AloneRule<Facts, Settings> = {
  code: 'zones/endpoint-not-working',
  kind: 'alone',
  severity: 'blocker',
  title: 'A rule of a private resolver forwards through an endpoint that does not work',
  why: 'What it should forward is not answered.',
  judge: (facts) =>
    facts.resolvers.filter(isSeenResolver).flatMap(({ id, name, content }) =>
      content.rules.flatMap((rule) => {
        const actual = rule.endpoint === null ? null : endpointTrouble(content.endpoints, rule.endpoint);
        return actual === null
          ? []
          : [
              {
                subject: `${name} FORWARD ${rule.names.join(', ') || 'all names'}`,
                expected: `${rule.endpoint} forwards`,
                actual,
                with: { region: facts.region.name, id, name: shellWord(rule.endpoint!), does: 'forwarding' },
              },
            ];
      }),
    ),
  remedy: endpoint,
};

function endpointTrouble(endpoints: SeenResolver['content']['endpoints'], wanted: string): string | null {
  const found = endpoints.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  if (found === undefined) return `there is no endpoint ${wanted}`;
  if (found.isForwarding === false) return `${wanted} does not forward`;
  return found.state === null || found.state === 'ACTIVE' || found.state === 'UPDATING' ? null : `${wanted} is ${found.state}`;
}

export const resolverRules = [resolverMissing, viewMissing, viewOrder, endpointMissing, endpointNotWorking] as const;
