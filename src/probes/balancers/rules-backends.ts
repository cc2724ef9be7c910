// What stands behind the balancers of the standby.
import type { AloneRule, Draft, PairedRule } from '../../contract/rule.ts';
import { backendName, isOfPrimary, isOut, pairBackends } from './backends.ts';
import type { Backend, BackendSet, Facts, SeenBalancer } from './facts.ts';
import { isSeen } from './facts.ts';
import { type Comparison, type Context, compare, type Pair, pairSets, type SeenPair, seenPairs } from './pairs.ts';
import { backend, backendSet, look, online } from './remedy.ts';
import { balancerFill, setSubject, word } from './say.ts';
import type { Settings } from './settings.ts';

type Paired = PairedRule<Facts, Settings>;
type Alone = AloneRule<Facts, Settings>;

const setMissing: Paired = {
  code: 'balancers/backend-set-missing',
  kind: 'paired',
  severity: 'blocker',
  title: 'A backend set that the primary’s listeners send to is missing on the standby',
  why: 'Requests that belong there have nowhere to go.',
  judge: (standby, primary, context) => {
    const comparison = compare(standby, primary, context);
    return seenPairs(comparison).flatMap((pair) =>
      pairSets(pair, comparison.text)
        .missing.filter(({ name }) => isUsed(pair.primary, name))
        .map(({ name }) => ({
          subject: setSubject(pair.standby, comparison.text(name)),
          expected: 'a backend set, as on the primary',
          actual: 'none of that name',
          with: { ...balancerFill(standby, pair.standby), set: word(comparison.text(name)) },
        })),
    );
  },
  remedy: look,
};

const noLiveBackend: Paired = {
  code: 'balancers/no-live-backend',
  kind: 'paired',
  severity: 'blocker',
  title: 'A backend set of the standby has nobody who could answer',
  why: 'The balancer is there and answers every request with an error.',
  judge: (standby, primary, context) =>
    inSets(standby, primary, context, (sets, pair) => {
      const live = sets.standby.backends.filter((one) => !isOut(one) && !isOfPrimary(one, context));
      if (live.length > 0 || sets.primary.backends.length === 0) return [];
      const out = sets.standby.backends.map(
        (one) => `${backendName(one, context.standby.settings.scope)} ${isOut(one) ? one.state : 'of the primary’s network'}`,
      );
      return [setDraft(standby, pair, sets.standby, 'a backend that takes requests', out.join(', ') || 'no backend')];
    }),
  remedy: backendSet,
};

const backendMissing: Paired = {
  code: 'balancers/backend-missing',
  kind: 'paired',
  severity: 'warning',
  title: 'A backend of the primary has no counterpart behind the standby’s balancer',
  why: 'Its twin takes no requests after a failover; the others carry its share.',
  judge: (standby, primary, context) =>
    inSets(standby, primary, context, (sets, pair, comparison) =>
      pairBackends(sets, comparison, context).missing.map(({ name, address, port }) => ({
        ...setDraft(standby, pair, sets.standby, `${name} in ${sets.standby.name}`, `${name} is not there`),
        subject: `${setSubject(pair.standby, sets.standby.name)} ${name}`,
        with: {
          ...balancerFill(standby, pair.standby),
          set: word(sets.standby.name),
          address: address ?? '<address>',
          port: String(port ?? '<port>'),
        },
      })),
    ),
  remedy: backend,
};

const backendOffline: Paired = {
  code: 'balancers/backend-offline',
  kind: 'paired',
  severity: 'warning',
  title: 'A backend of the standby is set offline or is being drained',
  why: 'It takes no new requests until somebody sets it back.',
  judge: (standby, primary, context) =>
    inSets(standby, primary, context, (sets, pair, comparison) => {
      const outThere = new Set(pairBackends(sets, comparison, context).pairs.flatMap((one) => (isOut(one.primary) ? [one.standby] : [])));
      return sets.standby.backends
        .filter((one) => isOut(one) && !outThere.has(one))
        .map((one) => {
          const name = backendName(one, context.standby.settings.scope);
          const actual = `${name} ${one.state}`;
          const draft = setDraft(standby, pair, sets.standby, `${name} takes requests`, actual);
          return {
            ...draft,
            subject: `${setSubject(pair.standby, sets.standby.name)} ${name}`,
            with: { ...draft.with, backendName: word(apiName(one)) },
          };
        });
    }),
  remedy: online,
};

const apiName = ({ address, target, port }: Backend): string => `${target ?? address}:${port}`;

const backendOfPrimary: Paired = {
  code: 'balancers/backend-of-primary',
  kind: 'paired',
  severity: 'warning',
  title: 'A backend of the standby lies in the primary’s network',
  why: 'It goes with the primary, on the very day on which it is needed.',
  judge: (standby, primary, context) =>
    inSets(standby, primary, context, (sets, pair) =>
      sets.standby.backends
        .filter((one) => isOfPrimary(one, context))
        .map((one) => ({
          ...setDraft(standby, pair, sets.standby, 'an address of the standby', backendName(one, context.primary.settings.scope)),
          subject: `${setSubject(pair.standby, sets.standby.name)} ${one.address}:${one.port}`,
        })),
    ),
  remedy: backendSet,
};

const healthCheckDiffers: Paired = {
  code: 'balancers/health-check-differs',
  kind: 'paired',
  severity: 'warning',
  title: 'The balancer of the standby tests its backends otherwise',
  why: 'Backends that are well may be taken for dead, or dead ones for well.',
  judge: (standby, primary, context) =>
    inSets(standby, primary, context, (sets, pair) =>
      sets.standby.healthCheck === sets.primary.healthCheck
        ? []
        : [setDraft(standby, pair, sets.standby, sets.primary.healthCheck || 'no test', sets.standby.healthCheck || 'no test')],
    ),
  remedy: backendSet,
};

const backendTlsDiffers: Paired = {
  code: 'balancers/backend-tls-differs',
  kind: 'paired',
  severity: 'blocker',
  title: 'A balancer speaks TLS to its backends on one side only',
  why: 'The backends are the same programs: one of the two does not get through to them, or goes in clear.',
  judge: (standby, primary, context) =>
    inSets(standby, primary, context, (sets, pair) =>
      (sets.standby.tls === null) === (sets.primary.tls === null)
        ? []
        : [setDraft(standby, pair, sets.standby, tlsText(sets.primary), tlsText(sets.standby))],
    ),
  remedy: backendSet,
};

const tlsText = ({ tls }: BackendSet): string => (tls === null ? 'no TLS to the backends' : 'TLS to the backends');

const healthCritical: Alone = {
  code: 'balancers/health-critical',
  kind: 'alone',
  severity: 'warning',
  title: 'A balancer of the standby finds its backends unwell',
  why: 'Lawful where they are stopped until the failover, and then nobody has seen that they would be found well.',
  judge: (facts) =>
    usedSets(facts).flatMap(({ balancer, set }) => {
      if (set.health.kind !== 'seen' || !['CRITICAL', 'WARNING'].includes(set.health.status)) return [];
      const failing = set.health.failing.length === 0 ? '' : `: ${set.health.failing.join(', ')}`;
      return [aloneDraft(facts, balancer, set, 'OK', `${set.health.status}${failing}`)];
    }),
  remedy: backendSet,
};

const healthUnseen: Alone = {
  code: 'balancers/health-unseen',
  kind: 'alone',
  severity: 'note',
  title: 'How a balancer of the standby finds its backends could not be seen',
  why: 'They may be unwell, and nobody would know before the failover.',
  judge: (facts) =>
    usedSets(facts).flatMap(({ balancer, set }) => {
      const detail =
        set.health.kind === 'unseen' ? set.health.detail : set.health.kind === 'seen' && set.health.status === 'UNKNOWN' ? 'UNKNOWN' : null;
      return detail === null ? [] : [aloneDraft(facts, balancer, set, 'a known health', detail)];
    }),
  remedy: backendSet,
};

const usedSets = (facts: Facts): readonly { readonly balancer: SeenBalancer; readonly set: BackendSet }[] =>
  facts.balancers
    .filter(isSeen)
    .flatMap((balancer) => balancer.content.backendSets.filter(({ name }) => isUsed(balancer, name)).map((set) => ({ balancer, set })));

/** By a listener itself or by its rules, which name it in quotes. */
function isUsed({ content: { listeners, rules } }: SeenBalancer, name: string): boolean {
  return listeners.some((one) => one.backendSet === name) || Object.values(rules).some((text) => text.includes(JSON.stringify(name)));
}

function inSets(
  standby: Facts,
  primary: Facts,
  context: Context,
  judge: (sets: Pair<BackendSet>, pair: SeenPair, comparison: Comparison) => readonly Draft[],
): readonly Draft[] {
  const comparison = compare(standby, primary, context);
  return seenPairs(comparison).flatMap((pair) =>
    pairSets(pair, comparison.text)
      .pairs.filter((sets) => isUsed(pair.primary, sets.primary.name) && !isFilledByPlan(pair.standby.name, sets.standby, context))
      .flatMap((sets) => judge(sets, pair, comparison)),
  );
}

function isFilledByPlan(balancer: string, set: BackendSet, { standby }: Context): boolean {
  const { filledByPlan } = standby.settings;
  return set.backends.length === 0 && (filledByPlan.includes('*') || filledByPlan.includes(`${balancer}/${set.name}`));
}

const setDraft = (facts: Facts, { standby }: SeenPair, set: BackendSet, expected: string, actual: string): Draft =>
  aloneDraft(facts, standby, set, expected, actual);

const aloneDraft = (facts: Facts, balancer: SeenBalancer, set: BackendSet, expected: string, actual: string): Draft => ({
  subject: setSubject(balancer, set.name),
  expected,
  actual,
  with: { ...balancerFill(facts, balancer), set: word(set.name) },
});

export const backendRules = [
  setMissing,
  noLiveBackend,
  backendMissing,
  backendOffline,
  backendOfPrimary,
  healthCheckDiffers,
  backendTlsDiffers,
  healthCritical,
  healthUnseen,
] as const;
