// What looks like a fault and is lawful, and what looks equal and is not known to be.
import { describe, expect, it } from 'vitest';
import { type IamWorld, id, judgeIam, toldOf } from '../../../test/support/iam-world.ts';

const both = `Any {instance.compartment.id = '${id.prod}', instance.compartment.id = '${id.dr}'}`;
const at = (...statements: readonly string[]): IamWorld => ({ groups: { dg: both }, policies: { apps: statements } });
const allow = (what: string, where = ''): readonly string[] =>
  ['prod', 'dr'].map((name) => `Allow dynamic-group dg to ${what} in compartment ${name}${where}`);
type Over = NonNullable<IamWorld['over']>;
const onBoth = (...calls: NonNullable<Over['standby']>): Over => ({ primary: calls, standby: calls });
const groups = (...body: readonly unknown[]): Over => onBoth({ operation: 'listDynamicGroups', with: {}, body });
const pinned = (policy: Readonly<Record<string, unknown>>): Over =>
  onBoth({
    operation: 'listPolicies',
    with: { compartmentId: id.apps },
    body: [{ name: 'p', lifecycleState: 'ACTIVE', statements: [allow('use keys')[0]], ...policy }],
  });

const reader = {
  groups: { dg: both, reader: `instance.compartment.id = '${id.root}'` },
  policies: {
    apps: allow('use keys'),
    root: [
      'Allow dynamic-group reader to manage all-resources in tenancy',
      'Allow dynamic-group reader to read instances in compartment apps:dr',
    ],
  },
} satisfies IamWorld;

const worlds: Readonly<Record<string, readonly [IamWorld, readonly string[]]>> = {
  'a group for machines in the root, wherever they are': [reader, ['ready']],
  'the same where that list is refused': [
    { ...reader, over: onBoth({ operation: 'listInstances', with: { compartmentId: id.root }, status: 404, body: {} }) },
    ['ready'],
  ],
  'tags of groups are not read': [
    at("Allow any-user to use keys in compartment apps where request.principal.group.tag.ops.role = 'x'"),
    ['unknown', 'grant-unknown: policy of-apps, statement 1'],
  ],
  'an availability domain of the primary alone': [
    at('Allow dynamic-group dg to use keys in compartment apps where request.ad = /*:US-ASHBURN-AD-1/'),
    ['not-ready', 'grant-region-bound: keys in pay'],
  ],
  'a deny by the availability domains of the standby': [
    at(...allow('use keys'), 'Deny dynamic-group dg to manage keys in compartment apps where request.ad = /*PHX-AD-*/'),
    ['not-ready', 'grant-denied: keys in pay'],
  ],
  'each side its own availability domain': [
    at(allow('use keys', " where request.ad = 'x:US-ASHBURN-AD-1'")[0]!, allow('use keys', " where request.ad = 'x:PHX-AD-1'")[1]!),
    ['ready'],
  ],
  'each side one of another number': [
    at(allow('use keys', " where request.ad = 'x:US-ASHBURN-AD-1'")[0]!, allow('use keys', " where request.ad = 'x:PHX-AD-2'")[1]!),
    ['unknown', 'grant-unknown: keys in pay'],
  ],
  'a policy that is not in force for either side': [
    { ...at(...allow('use keys')), states: { apps: 'INACTIVE' } },
    ['not-ready', 'policy-inactive: policy of-apps'],
  ],
  'a policy that somebody deletes': [{ ...at(...allow('use keys')), states: { apps: 'DELETING' } }, ['ready']],
  'a group in a state that nobody has heard of': [
    {
      ...at(allow('use keys')[0]!, allow('use keys')[1]!),
      over: groups({ id: 'g', name: 'dg', lifecycleState: 'GLOWING', matchingRule: both }),
    },
    ['unknown', 'grant-unknown: dynamic group dg'],
  ],
  'conditions on users are of no instance': [
    at(...allow('use keys'), "Deny any-user to manage all-resources in compartment dr where request.user.name = 'x'"),
    ['ready'],
  ],
  'what is not understood hides what it could grant, and nothing else': [
    at(allow('use keys')[0]!, allow('read objects')[0]!, `${allow('use keys')[1]} until tuesday`),
    [
      'not-ready',
      'grant-missing: objects in pay',
      'primary-unseen: at the primary: policy of-apps, statement 3',
      'statement-unread: policy of-apps, statement 3',
    ],
  ],
  'a deleted group of the same name': [
    {
      ...at(...allow('use keys')),
      over: groups(
        { id: 'a', name: 'dg', lifecycleState: 'ACTIVE', matchingRule: both },
        { id: 'b', name: 'dg', lifecycleState: 'DELETED', matchingRule: both },
      ),
    },
    ['ready'],
  ],
  'a name that is left over beside one that grants it': [
    at('Allow dynamic-group dg, old to use keys in compartment dr', allow('use keys')[0]!),
    ['ready'],
  ],
  'tags of things in each side’s words': [
    at(
      allow('use keys', " where target.resource.tag.env.stage = 'prod'")[0]!,
      allow('use keys', " where target.resource.tag.env.stage = 'dr'")[1]!,
    ),
    ['unknown', 'grant-unknown: keys in pay'],
  ],
  'entries that are no instances': [
    { ...at(...allow('use keys')), over: { standby: [{ operation: 'listInstances', with: {}, body: [null, 5, {}] }] } },
    ['unknown', 'policies-unseen: instances of dr'],
  ],
};

describe.each(Object.entries(worlds))('%s', (_, [world, told]) => {
  it('is told so', async () => {
    expect(await toldOf(world)).toEqual(told);
  });
});

const remedyOf = async (world: IamWorld, code: string): Promise<string> =>
  (await judgeIam(world)).findings.find((one) => one.code === `iam/${code}`)!.remedy;

describe('a remedy', () => {
  it('quotes every word, and keeps the date of the policy', async () => {
    const over = pinned({ id: "ocid1.policy.x'; $(reboot) #", versionDate: '2024-03-01T00:00:00.000Z' });
    const remedy = await remedyOf({ groups: { dg: both }, over }, 'grant-missing');
    expect(remedy).toContain("--policy-id 'ocid1.policy.x'\\''; $(reboot) #' --statements");
    expect(remedy).toContain('--version-date 2024-03-01');
  });

  it('does not write more statements than a policy holds', async () => {
    const statements = [
      allow('use keys')[0],
      ...Array.from({ length: 49 }, (_, at) => `Allow group g${at} to use keys in compartment prod`),
    ];
    const remedy = await remedyOf({ groups: { dg: both }, over: pinned({ id: 'ocid1.policy.p', statements }) }, 'grant-missing');
    expect(remedy).toContain('$ oci iam policy create');
    expect(remedy).not.toContain('policy update');
  });

  it('keeps the rule of a group that names the parent, and takes in both sides', async () => {
    const remedy = await remedyOf(
      { groups: { dg: `instance.compartment.id = '${id.apps}'` }, policies: { apps: allow('use keys') } },
      'group-matches-nothing',
    );
    for (const own of [id.apps, id.prod, id.dr]) expect(remedy).toContain(`instance.compartment.id = '${own}'`);
  });

  it('takes nobody into a group that has other rights', async () => {
    expect(await remedyOf(reader, 'group-names-parent')).not.toContain('dynamic-group update');
    const alone = { ...reader, policies: { root: reader.policies.root } };
    expect(await remedyOf(alone, 'group-matches-nothing')).not.toContain('dynamic-group update');
  });

  it('does not repeat a condition that stays false', async () => {
    const world = at(...allow('use keys', " where target.key.id = 'ocid1.key.oc1.iad.a'"));
    expect(await remedyOf(world, 'grant-condition-narrower')).not.toContain('policy update');
  });

  it('leaves other regions in a list as they are', async () => {
    const world = at("Allow dynamic-group dg to use keys in compartment apps where request.region in ('iad', 'fra')");
    expect(await remedyOf(world, 'grant-region-bound')).toContain("where request.region in ('phx', 'fra')");
  });
});

describe('thousands of conditions on one thing', () => {
  const buckets = Array.from({ length: 6_000 }, (_, at) => `bucket-${at}`);
  const on = (name: string, all: readonly string[]): readonly string[] =>
    all.map((bucket) => `Allow dynamic-group dg to read objects in compartment ${name} where target.bucket.name = '${bucket}'`);

  it('that are alike on both sides are alike, in whatever order', async () => {
    expect((await judgeIam(at(...on('prod', buckets), ...on('dr', buckets.toReversed())))).verdict).toBe('ready');
  });

  it('that are not are not tried one by one: whether something is lost is not known', async () => {
    const { verdict, findings } = await judgeIam(at(...on('prod', buckets), ...on('dr', buckets.slice(1))));
    expect([verdict, ...findings.filter(({ isBlind }) => isBlind).map(({ code }) => code)]).toEqual(['unknown', 'iam/grant-unknown']);
  });
});
