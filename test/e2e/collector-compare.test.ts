// What a pair's two sides show of one check, side by side, and what changed that opened a finding: asked over HTTP, of real agents.
import { describe, expect, test } from 'vitest';
import { absent, type Outcome, unseen } from '../../src/contract/outcome.ts';
import { systemClock } from '../../src/daemon/clock.ts';
import { hour, minute } from '../support/agent.ts';
import { ask, got } from '../support/asking.ts';
import { groupOf, pairOf, see, serveCollector, servePair, serveTwoGroups, type TestSide } from '../support/collector.ts';
import { lookAtRegions, networksNamed, regionGroup, regionWorld, vcns } from '../support/regions.ts';

/** The side answers that from now on, and has looked. */
async function answering({ agent, probe }: TestSide, outcome: Outcome): Promise<void> {
  probe.answer = async () => outcome;
  const before = probe.looks;
  // One that is asked for joins one that is under way.
  while (probe.looks === before) await agent.agent.lookNow('levels');
}

const comparePath = '/v1/checks/compare?group=billing&pair=app1&check=levels';

describe('the checks of a pair', () => {
  test('stand beside each other, with what each side saw last', async () => {
    const served = await serveTwoGroups();
    expect(await got(served, '/v1/pairs/billing/app1/checks')).toMatchObject({
      checks: [
        {
          check: 'levels',
          probe: 'levels',
          title: 'Levels',
          gap: 'kernel',
          isRequired: true,
          standby: { kind: 'observed', says: 'level 7', isStale: false, count: 1 },
          primary: { kind: 'observed', says: 'level 9', isStale: false, count: 1 },
        },
      ],
    });
  });

  test('of a pair that was never heard are none, and of one side alone are said to be of that side', async () => {
    const app1 = await servePair('app1');
    const lone = pairOf('app1', { primary: 'http://127.0.0.1:1', standby: app1.standby.agent.url });
    const gone = pairOf('app2', { primary: 'http://127.0.0.1:1', standby: 'http://127.0.0.1:2' });
    const served = await serveCollector({ groups: [groupOf('billing', [lone, gone])] });
    expect(await got(served, '/v1/pairs/billing/app1/checks')).toMatchObject({
      checks: [{ check: 'levels', standby: { kind: 'observed' }, primary: null }],
    });
    expect(await got(served, '/v1/pairs/billing/app2/checks')).toMatchObject({ checks: [] });
  });

  test('tell apart what saw nothing and what has not looked yet', async () => {
    const app1 = await servePair('app1');
    await answering(app1.standby, unseen('denied', 'may not be read'));
    const served = await serveCollector({ groups: [groupOf('billing', [app1.config])] });
    expect((await got(served, '/v1/pairs/billing/app1/checks')).checks[0].standby).toMatchObject({
      kind: 'unseen',
      reason: 'denied',
      says: 'may not be read',
    });
  });
});

describe('both sides of a check', () => {
  test('are compared field by field: what differs first, what is the same counted, and listed where it was asked for', async () => {
    const served = await serveTwoGroups();
    await see(served.app1.primary, 9, [
      { name: 'lib', version: '2' },
      { name: 'tool', version: '1' },
    ]);
    await see(served.app1.standby, 7, [{ name: 'lib', version: '2' }]);
    await served.lookAround();
    const comparison = await got(served, comparePath);
    expect(comparison).toMatchObject({
      check: 'levels',
      probe: 'levels',
      uncompared: null,
      standby: { kind: 'observed', unseen: null },
      primary: { kind: 'observed', unseen: null },
      fields: [
        { field: '/level', state: 'differs', standby: { isHere: true, text: '7' }, primary: { isHere: true, text: '9' }, reason: null },
        {
          field: '/parts/[name=tool]',
          state: 'differs',
          standby: { isHere: false, text: '' },
          primary: { isHere: true, text: '{"name":"tool","version":"1"}' },
        },
      ],
      same: 2,
      hasMore: false,
    });
    const all = await got(served, `${comparePath}&same=true`);
    expect(all.fields.map(({ field, state }: { field: string; state: string }) => [field, state])).toEqual([
      ['/level', 'differs'],
      ['/parts/[name=tool]', 'differs'],
      ['/parts/[name=lib]/name', 'same'],
      ['/parts/[name=lib]/version', 'same'],
    ]);
  });

  test('show what may differ with its reason until that ends, and what each says in its own site’s words', async () => {
    const app1 = await servePair('app1');
    await see(app1.primary, 9, [{ name: 'app.fra.example.com', version: 'eu-frankfurt-1' }]);
    await see(app1.standby, 7, [{ name: 'app.zrh.example.com', version: 'eu-zurich-1' }]);
    const lawful = { check: 'levels', pairs: [], until: null };
    const served = await serveCollector({
      config: {
        sites: {
          fra: { name: 'eu-frankfurt-1', domains: ['fra.example.com'] },
          zrh: { name: 'eu-zurich-1', domains: ['zrh.example.com'] },
        },
      },
      groups: [
        groupOf('billing', [app1.config], {
          lawful: [
            { ...lawful, field: '/level', reason: 'a smaller machine' },
            { ...lawful, field: '/parts', reason: 'it was to end', until: Date.now() - hour },
          ],
        }),
      ],
    });
    const { fields } = await got(served, comparePath);
    expect(fields).toMatchObject([
      { field: '/level', state: 'lawful', reason: 'a smaller machine' },
      { field: '/parts/[name=app.zrh.example.com]/name', state: 'words', reason: null },
      { field: '/parts/[name=app.zrh.example.com]/version', state: 'words', primary: { text: 'eu-frankfurt-1' } },
    ]);
  });

  test('are compared by what was seen last where a side sees nothing now, and that is said', async () => {
    const served = await serveTwoGroups();
    const { standby } = served.app1;
    await answering(standby, unseen('timeout', 'no answer'));
    await served.lookAround();
    const { standby: seen, fields } = await got(served, comparePath);
    expect(seen).toMatchObject({ kind: 'observed', unseen: 'timeout: no answer' });
    expect(fields[0]).toMatchObject({ field: '/level', standby: { text: '7' } });
  });

  test('where one side does not have it differ in that alone', async () => {
    const served = await serveTwoGroups();
    const { standby } = served.app1;
    await answering(standby, absent('it is not installed'));
    await served.lookAround();
    expect(await got(served, comparePath)).toMatchObject({
      standby: { kind: 'absent', detail: 'it is not installed' },
      uncompared: 'The primary has it and the standby has not',
      fields: [
        {
          field: '',
          standby: { isHere: false, text: 'it is not installed' },
          primary: { isHere: true, text: 'level 9' },
          state: 'differs',
        },
      ],
    });
  });

  test('cannot be compared where a side was never heard, which is said and looks like no agreement', async () => {
    const app1 = await servePair('app1');
    const lone = pairOf('app1', { primary: 'http://127.0.0.1:1', standby: app1.standby.agent.url });
    const served = await serveCollector({ groups: [groupOf('billing', [lone])] });
    expect(await got(served, comparePath)).toMatchObject({
      standby: { kind: 'observed' },
      primary: null,
      uncompared: 'The primary, http://127.0.0.1:1, does not watch this',
      fields: [],
      same: 0,
    });
  });

  test('list a thousand fields, and say that there are more', async () => {
    const served = await serveTwoGroups();
    await see(
      served.app1.primary,
      7,
      Array.from({ length: 1_500 }, (_, at) => ({ name: `part ${at}`, version: '1' })),
    );
    await see(served.app1.standby, 7);
    await served.lookAround();
    const { fields, hasMore, same } = await got(served, comparePath);
    expect([fields.length, hasMore, same]).toEqual([1_000, true, 1]);
  });

  test('of a check that nobody has are refused, with the name that was probably meant', async () => {
    const { url } = await serveTwoGroups();
    expect(await ask(`${url}/v1/checks/compare?group=billing&pair=app1&check=level`)).toMatchObject({
      status: 404,
      json: { detail: expect.stringContaining('did you mean "levels"') },
    });
  });
});

describe('two regions', () => {
  test('are compared as machines are, and what opened a finding is told of them too', async () => {
    const world = regionWorld();
    const served = await serveCollector({ probes: [vcns], groups: [regionGroup('billing')], openTenancies: world.openTenancies });
    for (const region of ['eu-frankfurt-1', 'eu-zurich-1']) world.set(region, networksNamed('apps'));
    await lookAtRegions(served);
    world.set('eu-frankfurt-1', networksNamed('apps', 'db'));
    await lookAtRegions(served);
    const { fields, same } = await got(served, '/v1/checks/compare?group=billing&pair=region&check=vcns');
    expect(fields).toMatchObject([{ state: 'differs', standby: { isHere: false }, primary: { text: 'db' } }]);
    expect(same).toBe(1);
    const { findings } = await got(served, '/v1/findings?group=billing&pair=region');
    expect(await got(served, `/v1/findings/cause?group=billing&pair=region&finding=${findings[0].id}`)).toMatchObject({
      changes: [{ side: 'primary', fields: [{ before: { isHere: false }, after: { text: 'db' } }] }],
    });
    expect(await got(served, '/v1/pairs/billing/region/checks')).toMatchObject({
      checks: [{ check: 'vcns', standby: { kind: 'observed' }, primary: { kind: 'observed', says: '2 networks' } }],
    });
  });
});

describe('what opened a finding', () => {
  const cause = async (served: { url: string }, code: string, pair = 'app1') => {
    const { findings } = await got(served, `/v1/findings?group=billing&pair=${pair}`);
    const { id } = findings.find((one: { code: string }) => one.code === code);
    return got(served, `/v1/findings/cause?group=billing&pair=${pair}&finding=${id}`);
  };

  async function serveAlike() {
    const app1 = await servePair('app1');
    const served = await serveCollector({ groups: [groupOf('billing', [app1.config])] });
    return { ...served, app1 };
  }

  test('is the change of the primary, from before to after', async () => {
    const served = await serveAlike();
    const { primary } = served.app1;
    await see(primary, 9);
    await served.lookAround();
    // What changed later did not open it.
    await see(primary, 9, [{ name: 'lib', version: '1' }]);
    await served.lookAround();
    const told = await cause(served, 'levels/behind');
    expect(told.changes).toMatchObject([
      { side: 'primary', fields: [{ field: '/level', before: { text: '7' }, after: { text: '9' } }], hasMore: false },
    ]);
    const [{ at, beforeAt, fromSeq, toSeq }] = told.changes;
    expect([Math.abs(at - told.since) < minute, beforeAt <= at, fromSeq < toSeq]).toEqual([true, true, true]);
    expect((await cause(served, 'levels/part-differs')).changes).toMatchObject([
      { side: 'primary', fields: [{ field: '/parts/[name=lib]', before: { isHere: false }, after: { isHere: true } }] },
    ]);
  });

  test('is the change of the standby where that is what turned', async () => {
    const served = await serveAlike();
    await see(served.app1.standby, -1);
    await served.lookAround();
    for (const code of ['levels/behind', 'levels/low'])
      expect((await cause(served, code)).changes).toMatchObject([
        { side: 'standby', fields: [{ field: '/level', before: { text: '7' }, after: { text: '-1' } }] },
      ]);
  });

  test('is found behind changes that did not open it, and behind looks that saw nothing', async () => {
    const served = await serveAlike();
    const { primary } = served.app1;
    const lib = [{ name: 'lib', version: '1' }];
    await see(served.app1.standby, 7, lib);
    await see(primary, 7, lib);
    await see(primary, 8, lib);
    // The collector hears of all of it at once.
    await answering(primary, unseen('timeout', 'no answer'));
    await see(primary, 9, [{ name: 'lib', version: '2' }]);
    await see(primary, 9, lib);
    await served.lookAround();
    const { changes } = await cause(served, 'levels/behind');
    expect(changes).toMatchObject([{ side: 'primary', fields: [{ field: '/level', before: { text: '7' }, after: { text: '8' } }] }]);
  });

  test('is both changes where both sides turned at once, and each alone would have made no finding', async () => {
    const app1 = await servePair('app1', { first: { primary: 7, standby: 9 } });
    const served = await serveCollector({ groups: [groupOf('billing', [app1.config])] });
    await Promise.all([see(app1.primary, 9), see(app1.standby, 8)]);
    await served.lookAround();
    const { changes } = await cause(served, 'levels/behind');
    expect(changes.map(({ side }: { side: string }) => side).sort()).toEqual(['primary', 'standby']);
  });

  test('is that the thing went from the standby', async () => {
    const served = await serveAlike();
    await answering(served.app1.standby, absent('it is not installed'));
    await served.lookAround();
    expect((await cause(served, 'levels/absent-on-standby')).changes).toMatchObject([
      {
        side: 'standby',
        fields: [{ field: '', before: { isHere: true, text: 'level 7' }, after: { isHere: false, text: 'it is not installed' } }],
      },
    ]);
  });

  test('is found in what an agent had kept before the collector was there, and not told where that does not tell it', async () => {
    const app1 = await servePair('app1');
    await see(app1.primary, 9);
    const fresh = await servePair('app2', { first: { primary: 9, standby: 7 } });
    const served = await serveCollector({ groups: [groupOf('billing', [app1.config, fresh.config])] });
    expect((await cause(served, 'levels/behind')).changes).toMatchObject([{ side: 'primary', fields: [{ field: '/level' }] }]);
    expect((await cause(served, 'levels/behind', 'app2')).changes).toEqual([]);
  });

  test('shows fifty fields of a change of many, those first that name what the finding is about', async () => {
    const served = await serveAlike();
    const parts = (version: string) =>
      Array.from({ length: 200 }, (_, at) => ({ name: `part ${at}`, version: at === 190 ? version : '1' }));
    await see(served.app1.standby, 7, parts('1'));
    await see(served.app1.primary, 7, parts('1'));
    await served.lookAround();
    const more = parts('1').map(({ name, version }) => ({ name: `${name} too`, version }));
    await see(served.app1.primary, 8, [...parts('2'), ...more]);
    await served.lookAround();
    const { findings } = await got(served, '/v1/findings?group=billing&pair=app1');
    const { id } = findings.find(({ subject }: { subject: string }) => subject === 'part 190');
    const { changes } = await got(served, `/v1/findings/cause?group=billing&pair=app1&finding=${id}`);
    expect([changes[0].fields.length, changes[0].hasMore]).toEqual([50, true]);
    expect(changes[0].fields.slice(0, 2).map(({ field }: { field: string }) => field)).toEqual([
      '/parts/[name=part 190]/version',
      '/parts/[name=part 190 too]',
    ]);
  });

  test('is not told of a finding that came back without a change of facts', async () => {
    const served = await serveAlike();
    const { collector, config, lookAround } = served;
    await see(served.app1.primary, 9);
    await lookAround();
    const lawful = [{ check: 'levels', field: '/level', pairs: [], reason: 'for a while', until: null }];
    const [group] = config.groups;
    await collector.reload({ ...config, groups: [{ ...group!, lawful }] });
    await lookAround();
    expect((await got(served, '/v1/findings?group=billing')).findings).toEqual([]);
    await collector.reload(config);
    await lookAround();
    expect((await cause(served, 'levels/behind')).changes).toEqual([]);
  });

  test('is told of a node whose clock is ahead', async () => {
    const ahead = { ...systemClock(), now: () => Date.now() + hour };
    const app1 = await servePair('app1', { clock: ahead });
    const served = await serveCollector({ groups: [groupOf('billing', [app1.config])] });
    await see(app1.primary, 9);
    await served.lookAround();
    const { changes, since } = await cause(served, 'levels/behind');
    expect(changes).toMatchObject([{ side: 'primary', fields: [{ field: '/level' }] }]);
    expect(Math.abs(changes[0].at - since)).toBeLessThan(minute);
  });

  test('of a finding that is not there is refused', async () => {
    const { url } = await serveTwoGroups();
    expect(await ask(`${url}/v1/findings/cause?group=billing&pair=app1&finding=none`)).toMatchObject({
      status: 404,
      json: { detail: expect.stringContaining('no finding "none"') },
    });
  });
});
