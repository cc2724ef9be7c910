// What is told of small tenancies: each rule opens and closes, and nothing else is said.
import { describe, expect, it } from 'vitest';
import { type IamWorld, id, instanceId, judgeIam, toldOf } from '../../../test/support/iam-world.ts';

const both = `Any {instance.compartment.id = '${id.prod}', instance.compartment.id = '${id.dr}'}`;
const one = { dg: both };
const at = (...statements: readonly string[]): IamWorld => ({ groups: one, policies: { apps: statements } });
const allow = (what: string, where = ''): readonly string[] =>
  ['prod', 'dr'].map((name) => `Allow dynamic-group dg to ${what} in compartment ${name}${where}`);

const worlds: Readonly<Record<string, readonly [IamWorld, readonly string[]]>> = {
  'the same in both is ready': [at(...allow('read objects')), ['ready']],
  'a grant above both is the same for both': [at('Allow dynamic-group dg to read objects in compartment apps'), ['ready']],
  'a grant above and one on the very compartment are the same': [
    at('allow dynamic-group dg to read objects in compartment prod', `allow dynamic-group dg to read objects in compartment id ${id.dr}`),
    ['ready'],
  ],
  'names go down from the compartment of the policy': [
    {
      groups: one,
      policies: {
        root: [
          'Allow dynamic-group dg to read objects in compartment apps:prod',
          'Allow dynamic-group dg to read objects in compartment apps:dr',
        ],
      },
    },
    ['ready'],
  ],
  'a name that is not below it is none': [
    {
      groups: one,
      policies: {
        root: [
          'Allow dynamic-group dg to read objects in compartment apps:prod',
          'Allow dynamic-group dg to read objects in compartment dr',
        ],
      },
    },
    ['not-ready', 'grant-missing: objects in pay'],
  ],
  'what is attached below does not reach up': [
    {
      groups: one,
      policies: {
        prod: ['Allow dynamic-group dg to read objects in compartment prod'],
        drVaults: ['Allow dynamic-group dg to read objects in tenancy'],
      },
    },
    ['not-ready', 'grant-missing: objects in pay'],
  ],
  'a missing verb is told by its resource type': [at(allow('use keys')[0]!), ['not-ready', 'grant-missing: keys in pay']],
  'a family that is gone is told as it was written': [
    at(allow('read secret-family')[0]!),
    ['not-ready', 'grant-missing: secret-family in pay'],
  ],
  'of a family, the member that is missing': [
    at(allow('read secret-family')[0]!, allow('read secrets')[1]!, allow('read secret-versions')[1]!),
    ['not-ready', 'grant-missing: secret-bundles in pay'],
  ],
  'a lower verb': [at(allow('manage objects')[0]!, allow('use objects')[1]!), ['not-ready', 'grant-weaker: objects in pay']],
  'a lower verb on a type without a table': [
    at(allow('manage dns-zones')[0]!, allow('read dns-zones')[1]!),
    ['not-ready', 'grant-weaker: dns-zones in pay'],
  ],
  'permissions by name are what a verb gives': [at(allow('read objects')[0]!, allow('{OBJECT_INSPECT, OBJECT_READ}')[1]!), ['ready']],
  'a verb with a permission taken out is the others': [
    at(
      allow('manage secret-versions')[0]!,
      allow('{SECRET_VERSION_INSPECT, SECRET_VERSION_READ}')[1]!,
      allow('manage secret-versions', " where request.permission = 'SECRET_VERSION_DELETE'")[1]!,
    ),
    ['ready'],
  ],
  'a permission that no table knows, beside the same': [at(...allow('{FOO_BAR_READ}')), ['ready']],
  'a permission that no table knows, and none': [at(allow('{FOO_BAR_READ}')[0]!), ['not-ready', 'grant-missing: FOO_BAR_READ in pay']],
  'a permission that may be part of a verb is not known': [
    at(allow('{DNS_ZONE_READ}')[0]!, allow('read dns-zones')[1]!),
    ['unknown', 'grant-unknown: policy of-apps, statement 1', 'grant-unknown: policy of-apps, statement 2'],
  ],
  'all resources hold each of them': [
    at(allow('read objects')[0]!, 'Allow dynamic-group dg to read all-resources in compartment dr'),
    ['degraded', 'grant-stronger: all-resources in pay'],
  ],
  'all resources at the primary alone': [
    at(allow('manage all-resources')[0]!, allow('manage objects')[1]!),
    ['not-ready', 'grant-missing: all-resources in pay'],
  ],
  'a group by the standby’s own name': [
    {
      groups: { a: `instance.compartment.id='${id.prod}'`, b: `ALL{instance.compartment.id="${id.dr}"}` },
      policies: { apps: ['Allow dynamic-group a to use keys in compartment prod', 'Allow dynamic-group b to use keys in compartment dr'] },
    },
    ['ready'],
  ],
  'a group in its own domain’s words, and by OCID': [
    {
      groups: one,
      policies: {
        apps: [
          "Allow dynamic-group 'Default'/'DG' to use keys in compartment prod",
          'Allow dynamic-group id ocid1.dynamicgroup.oc1..dg to use keys in compartment dr',
        ],
      },
    },
    ['ready'],
  ],
  'a group of another domain is not known': [
    at(allow('use keys')[0]!, 'Allow dynamic-group Staff/dg to use keys in compartment dr'),
    ['unknown', 'grant-unknown: dynamic group Staff/dg'],
  ],
  'a group that is not there': [
    at(allow('use keys')[0]!, 'Allow dynamic-group old to use keys in compartment dr'),
    ['not-ready', 'group-not-there: dynamic group old'],
  ],
  'a list of groups': [at('Allow dynamic-group x, dg to use keys in compartment apps'), ['ready']],
  'a group of people is nobody here': [
    at(allow('use keys')[0]!, 'Allow group dg to use keys in compartment dr'),
    ['not-ready', 'grant-missing: keys in pay'],
  ],
  'a group that names the primary alone': [
    { groups: { dg: `instance.compartment.id = '${id.prod}'` }, policies: { apps: allow('use keys') } },
    ['not-ready', 'not-a-member: dynamic group dg'],
  ],
  'a group that goes by a tag': [
    { groups: { dg: 'tag.ops.role.value' }, policies: { apps: allow('use keys') }, tags: { 'primary app-1': { ops: { role: 'app' } } } },
    ['not-ready', 'not-a-member: dynamic group dg'],
  ],
  'a group that goes by a tag that both have': [
    {
      groups: { dg: "tag.Ops.Role.value = 'app'" },
      policies: { apps: allow('use keys') },
      tags: { 'primary app-1': { Ops: { Role: 'app' } }, 'standby app-1': { ops: { role: 'app' } } },
    },
    ['ready'],
  ],
  'a rule that goes by resource.type = instance decides nothing': [
    {
      groups: { dg: `All {resource.type = 'instance', resource.compartment.id = '${id.dr}'}`, p: `instance.compartment.id = '${id.prod}'` },
      policies: { apps: ['Allow dynamic-group p to use keys in compartment prod', 'Allow dynamic-group dg to use keys in compartment dr'] },
    },
    ['unknown', 'grant-unknown: dynamic group dg'],
  ],
  'a rule of functions is nobody here': [
    {
      groups: { ...one, fn: `ALL {resource.type = 'fnfunc', resource.compartment.id = '${id.prod}'}` },
      policies: { apps: [...allow('use keys'), 'Allow dynamic-group fn to manage objects in compartment prod'] },
    },
    ['ready'],
  ],
  'a rule that is not shown is not known': [
    { groups: { dg: null }, policies: { apps: allow('use keys') } },
    ['unknown', 'grant-unknown: dynamic group dg'],
  ],
  'a rule that is not understood is not known': [
    { groups: { dg: 'instance.weight > 3' }, policies: { apps: allow('use keys') } },
    ['unknown', 'grant-unknown: dynamic group dg'],
  ],
  'a rule that names the parent': [
    {
      groups: { dg: `instance.compartment.id = '${id.apps}'` },
      policies: { apps: ['Allow dynamic-group dg to use keys in compartment apps'] },
    },
    ['not-ready', 'group-matches-nothing: dynamic group dg'],
  ],
  'a rule that names the parent, in which instances lie': [
    {
      groups: { ...one, bastions: `instance.compartment.id = '${id.apps}'` },
      policies: { apps: [...allow('use keys'), 'Allow dynamic-group bastions to use keys in compartment apps'] },
      over: Object.fromEntries(
        ['primary', 'standby'].map((role) => [
          role,
          [
            {
              operation: 'listInstances',
              with: { compartmentId: id.apps },
              body: [{ id: 'ocid1.instance.oc1.iad.x', displayName: 'bastion', lifecycleState: 'RUNNING' }],
            },
          ],
        ]),
      ),
    },
    ['ready'],
  ],
  'a region in the condition': [
    at("Allow dynamic-group dg to use keys in compartment apps where request.region = 'iad'"),
    ['not-ready', 'grant-region-bound: keys in pay'],
  ],
  'each side its own region': [
    at(allow('use keys', " where request.region='IAD'")[0]!, allow('use keys', " where request.region = 'phx'")[1]!),
    ['ready'],
  ],
  'both regions in one list': [
    at("Allow dynamic-group dg to use keys in compartment apps where request.region in ('iad', 'phx')"),
    ['ready'],
  ],
  'any region but the standby’s': [
    at("Allow dynamic-group dg to use keys in compartment apps where request.region != 'phx'"),
    ['not-ready', 'grant-region-bound: keys in pay'],
  ],
  'the name of the region in place of its key': [
    at(allow('use keys')[0]!, allow('use keys', " where request.region = 'us-phoenix-1'")[1]!),
    ['not-ready', 'grant-region-bound: keys in pay'],
  ],
  'a wider pattern': [
    at(allow('read objects', ' where target.bucket.name = /pay-*/')[0]!, allow('read objects', ' where target.bucket.name = /pay*/')[1]!),
    ['degraded', 'grant-stronger: objects in pay'],
  ],
  'a narrower pattern': [
    at(allow('read objects', ' where target.bucket.name = /pay*/')[0]!, allow('read objects', ' where target.bucket.name = /pay-*/')[1]!),
    ['not-ready', 'grant-condition-narrower: objects in pay'],
  ],
  'the same condition in other words': [
    at(
      allow('read objects', " where any {target.bucket.name = 'a', target.bucket.name = 'b'}")[0]!,
      allow('read objects', " where all { ANY {target.bucket.name='B' , target.bucket.name='a'} }")[1]!,
    ),
    ['ready'],
  ],
  'a bucket by the name of each region': [
    at(allow('read objects', " where target.bucket.name='pay-iad'")[0]!, allow('read objects', " where target.bucket.name='pay-phx'")[1]!),
    ['ready'],
  ],
  'a bucket by names that were said to be one': [
    {
      ...at(allow('read objects', " where target.bucket.name='pay'")[0]!, allow('read objects', " where target.bucket.name='copy'")[1]!),
      names: { primary: { pay: 'bucket' }, standby: { copy: 'bucket' } },
    },
    ['ready'],
  ],
  'another bucket': [
    at(allow('read objects', " where target.bucket.name='pay'")[0]!, allow('read objects', " where target.bucket.name='log'")[1]!),
    ['not-ready', 'grant-condition-narrower: objects in pay', 'grant-stronger: objects in pay'],
  ],
  'a condition on what the resource has not is false': [
    at(allow('read secret-bundles')[0]!, allow('read secret-bundles', " where target.bucket.name = 'x'")[1]!),
    ['not-ready', 'grant-condition-narrower: secret-bundles in pay'],
  ],
  'the primary’s compartment in the condition': [
    at(`Allow dynamic-group dg to read objects in compartment apps where target.compartment.id = '${id.prod}'`),
    ['not-ready', 'grant-condition-narrower: objects in pay'],
  ],
  'each side its own compartment in the condition': [
    at(
      `Allow dynamic-group dg to read objects in compartment apps where any {target.compartment.id = '${id.prod}', target.compartment.id = '${id.dr}'}`,
    ),
    ['ready'],
  ],
  'the primary’s instance in the condition': [
    at(`Allow any-user to use keys in compartment apps where request.principal.id = '${instanceId('primary', 'app-1')}'`),
    ['not-ready', 'grant-condition-narrower: keys in pay'],
  ],
  'each side its own instance in the condition': [
    at(
      ...['primary', 'standby'].map(
        (role) => `Allow any-user to use keys in compartment apps where request.principal.id = '${instanceId(role as 'primary', 'app-1')}'`,
      ),
    ),
    ['ready'],
  ],
  'other principals than instances': [
    at(...allow('use keys'), "Allow any-user to manage objects in compartment prod where all {request.principal.type = 'fnfunc'}"),
    ['ready'],
  ],
  'any group holds instances': [at('Allow any-group to use keys in compartment prod'), ['not-ready', 'grant-missing: keys in pay']],
  'keys of each region by OCID are not known to be twins': [
    at(
      allow('use keys', " where target.key.id = 'ocid1.key.oc1.iad.a'")[0]!,
      allow('use keys', " where target.key.id = 'ocid1.key.oc1.phx.b'")[1]!,
    ),
    ['unknown', 'grant-unknown: keys in pay'],
  ],
  'a key of the primary’s region is none at the standby': [
    at("Allow dynamic-group dg to use keys in compartment apps where target.key.id = 'ocid1.key.oc1.iad.a'"),
    ['not-ready', 'grant-condition-narrower: keys in pay'],
  ],
  'one variable beside another': [
    at(
      'Allow dynamic-group dg to use instance-agent-command-execution-family in compartment apps where request.instance.id=target.instance.id',
    ),
    ['ready'],
  ],
  'a grant that has ended': [
    at(allow('use keys')[0]!, allow('use keys', " where request.utc-timestamp before '2026-01-01T00:00:00Z'")[1]!),
    ['not-ready', 'grant-condition-narrower: keys in pay'],
  ],
  'a tag of the compartment': [
    {
      ...at("Allow dynamic-group dg to use keys in compartment apps where target.resource.compartment.tag.ops.env = 'prod'"),
      compartmentTags: { prod: { ops: { env: 'prod' } } },
    },
    ['not-ready', 'grant-condition-narrower: keys in pay'],
  ],
  'a deny of it': [
    at(...allow('use keys'), 'Deny dynamic-group dg to manage keys in compartment dr'),
    ['not-ready', 'grant-denied: keys in pay'],
  ],
  'a deny from above': [
    {
      groups: { ...one, b: `instance.compartment.id = '${id.dr}'` },
      policies: { apps: allow('use keys'), root: ['deny dynamic-group b to use keys in tenancy'] },
    },
    ['not-ready', 'grant-denied: keys in pay'],
  ],
  'a deny on both': [at(...allow('use keys'), 'Deny dynamic-group dg to manage keys in compartment apps'), ['ready']],
  'a deny at the primary alone': [
    at(...allow('use keys'), 'Deny dynamic-group dg to use keys in compartment prod'),
    ['degraded', 'grant-stronger: keys in pay'],
  ],
  'a deny of a verb whose permissions are in no table': [
    at(...allow('read dns-zones'), 'Deny dynamic-group dg to manage dns-zones in compartment dr'),
    ['unknown', 'grant-unknown: policy of-apps, statement 3'],
  ],
  'a statement that is not understood': [
    at(...allow('use keys'), 'Allow dynamic-group dg to associate keys in compartment prod with volumes in compartment prod'),
    ['unknown', 'primary-unseen: at the primary: policy of-apps, statement 3', 'statement-unread: policy of-apps, statement 3'],
  ],
  'a statement for people that is not understood': [
    at(...allow('use keys'), 'Allow group dg to associate keys in compartment prod'),
    ['ready'],
  ],
  'statements across tenancies': [
    at(
      ...allow('use keys'),
      'Define tenancy other as ocid1.tenancy.oc1..x',
      'Endorse dynamic-group dg to read objects in tenancy other',
      'Admit group x of tenancy other to read objects in tenancy',
    ),
    ['ready'],
  ],
  'another compartment by its name': [
    {
      groups: { a: `instance.compartment.id = '${id.prod}'`, b: `instance.compartment.id = '${id.dr}'` },
      policies: { root: ['Allow dynamic-group a to read secret-family in compartment shared'] },
    },
    ['not-ready', 'grant-missing: secret-family in shared'],
  ],
  'compartments below each other’s': [
    at('Allow dynamic-group dg to use keys in compartment prod:vaults', 'Allow dynamic-group dg to use keys in compartment dr:vaults'),
    ['ready'],
  ],
  'a compartment below the primary’s': [
    at('Allow dynamic-group dg to use keys in compartment prod:vaults'),
    ['not-ready', 'grant-missing: keys in pay:vaults'],
  ],
  'an inactive policy': [
    {
      groups: one,
      policies: {
        prod: ['Allow dynamic-group dg to use keys in compartment prod'],
        dr: ['Allow dynamic-group dg to use keys in compartment dr'],
      },
      states: { dr: 'INACTIVE' },
    },
    ['not-ready', 'policy-inactive: policy of-dr'],
  ],
  'a policy of a state that nobody has heard of': [
    {
      groups: one,
      policies: {
        prod: ['Allow dynamic-group dg to use keys in compartment prod'],
        dr: ['Allow dynamic-group dg to use keys in compartment dr'],
      },
      states: { dr: 'GLOWING' },
    },
    ['unknown', 'grant-unknown: policy of-dr, statement 1'],
  ],
  'a group that is not in force': [
    {
      ...at(...allow('use keys')),
      over: Object.fromEntries(
        ['primary', 'standby'].map((role) => [
          role,
          [{ operation: 'listDynamicGroups', with: {}, body: [{ id: 'g', name: 'dg', lifecycleState: 'INACTIVE', matchingRule: both }] }],
        ]),
      ),
    },
    ['not-ready', 'group-not-in-force: dynamic group dg'],
  ],
  'comments, line breaks and odd capitals': [
    at(
      'ALLOW\n dynamic-group   dg TO Read Objects IN Compartment prod // for the app',
      'allow dynamic-group dg to read objects in compartment DR /* too */;',
    ),
    ['ready'],
  ],
  'no instance on the standby yet': [
    { ...at(allow('use keys')[0]!), instances: { primary: ['app-1'], standby: [] } },
    ['not-ready', 'grant-missing: keys in pay'],
  ],
  'no instance on the standby yet, and a group by tag': [
    {
      groups: { dg: 'tag.ops.role.value' },
      policies: { apps: allow('use keys') },
      tags: { 'primary app-1': { ops: { role: 'app' } } },
      instances: { primary: ['app-1'], standby: [] },
    },
    ['ready'],
  ],
  'one of two instances': [
    {
      groups: { dg: `Any {instance.compartment.id = '${id.prod}', instance.id = '${instanceId('standby', 'app-1')}'}` },
      policies: { apps: allow('use keys') },
      instances: { primary: ['app-1', 'app-2'], standby: ['app-1', 'app-2'] },
    },
    ['not-ready', 'not-a-member: dynamic group dg'],
  ],
};

describe.each(Object.entries(worlds))('%s', (_, [world, told]) => {
  it('is told so', async () => {
    expect(await toldOf(world)).toEqual(told);
  });

  it('is not told where both sides may do everything by another statement', async () => {
    const { over: _, ...rest } = world;
    const everything = { root: ['Allow any-user to manage all-resources in tenancy'] };
    expect(await toldOf({ ...rest, policies: everything, groups: one })).toEqual(['ready']);
  });
});

describe('a remedy', () => {
  it('adds what is missing to the policy, in the standby’s words, and keeps the rest', async () => {
    const { findings } = await judgeIam(
      at(allow('use keys', " where request.region = 'iad'")[0]!, allow('read objects')[0]!, allow('inspect objects')[1]!),
    );
    const remedy = findings.find(({ code }) => code === 'iam/grant-missing')!.remedy;
    expect(remedy).toContain(`Allow dynamic-group dg to use keys in compartment id ${id.dr} where request.region = 'phx'`);
    expect(remedy).toContain('--policy-id ocid1.policy.oc1..apps --statements');
    // One list for all that is missing: a second one would take back the first.
    expect(remedy).toContain(`Allow dynamic-group dg to read objects in compartment id ${id.dr}`);
    expect(remedy).toContain('Allow dynamic-group dg to inspect objects in compartment dr');
    expect(remedy).toContain('--region us-ashburn-1');
  });

  it('widens a matching rule by the standby’s compartment and nothing else', async () => {
    const { findings } = await judgeIam({
      groups: { dg: `All {instance.compartment.id = '${id.prod}', tag.ops.role.value = 'app'}` },
      policies: { apps: allow('use keys') },
      tags: { 'primary app-1': { ops: { role: 'app' } }, 'standby app-1': { ops: { role: 'app' } } },
    });
    expect(findings[0]!.remedy).toContain(
      `#   Any {All {instance.compartment.id = '${id.prod}', tag.ops.role.value = 'app'}, All {instance.compartment.id = '${id.dr}', tag.ops.role.value = 'app'}}`,
    );
  });
});

describe('the roles turned round', () => {
  it('what the standby had more, it lacks', async () => {
    const world = at(allow('read objects')[0]!, allow('manage objects')[1]!);
    expect(await toldOf(world)).toEqual(['degraded', 'grant-stronger: objects in pay']);
    expect(await toldOf({ ...world, isTurned: true })).toEqual(['not-ready', 'grant-weaker: objects in pay']);
  });
});

const refused = (operation: 'listPolicies' | 'listInstances' | 'listCompartments' | 'listDynamicGroups', compartmentId: string) =>
  ({ operation, with: { compartmentId }, status: 404, body: { code: 'NotAuthorizedOrNotFound' } }) as const;

describe('what is refused', () => {
  it('policies of a compartment above the standby’s hide what seems to be missing', async () => {
    const world = { ...at(allow('use keys')[0]!), over: { standby: [refused('listPolicies', id.root)] } };
    expect(await toldOf(world)).toEqual(['unknown', 'policies-unseen: policies of the root compartment']);
  });

  it('policies of the primary hide what seems to be more', async () => {
    const world = { ...at(allow('use keys')[1]!), over: { primary: [refused('listPolicies', id.prod)] } };
    expect(await toldOf(world)).toEqual(['unknown', 'primary-unseen: at the primary: policies of prod']);
  });

  it('instances that are not listed are not known, and the rules are judged all the same', async () => {
    const world = { ...at(allow('use keys')[0]!), over: { standby: [refused('listInstances', id.dr)] } };
    expect(await toldOf(world)).toEqual(['not-ready', 'grant-missing: keys in pay', 'policies-unseen: instances of dr']);
  });

  it.each(['listCompartments', 'listDynamicGroups'] as const)('without %s nothing is known', async (operation) => {
    const { verdict, blindSpots } = await judgeIam({ ...at(...allow('use keys')), over: { standby: [refused(operation, id.root)] } });
    expect([verdict, blindSpots.length]).toEqual(['unknown', 1]);
  });

  it('a compartment that is not in the tree has unknown compartments above', async () => {
    const over = { standby: [{ operation: 'listCompartments', with: {}, body: [] }] } as const;
    expect(await toldOf({ ...at(allow('use keys')[0]!), over })).toContain(`policies-unseen: compartments above ${id.dr}`);
    expect((await judgeIam({ ...at(allow('use keys')[0]!), over })).verdict).toBe('unknown');
  });
});

describe('bodies of another form', () => {
  const junk: readonly unknown[] = [
    null,
    7,
    'x',
    [],
    {},
    { id: 3, name: [], matchingRule: {}, statements: 'Allow', definedTags: [] },
    { statements: [null] },
  ];

  it.each(['listCompartments', 'listDynamicGroups', 'listPolicies', 'listInstances', 'listRegionSubscriptions'] as const)(
    'in %s never throw, and are never taken for ready where something was lost',
    async (operation) => {
      const over = { standby: [{ operation, with: {}, body: junk }] } as const;
      const { verdict } = await judgeIam({ ...at(allow('use keys')[0]!), over });
      expect(verdict).not.toBe('ready');
    },
  );

  it('a tree that bites its tail ends', async () => {
    const body = [
      { id: id.dr, name: 'dr', compartmentId: id.apps },
      { id: id.apps, name: 'apps', compartmentId: id.dr },
    ];
    const over = { standby: [{ operation: 'listCompartments', with: {}, body }] } as const;
    expect((await judgeIam({ ...at(...allow('use keys')), over })).verdict).toBe('unknown');
  });
});
