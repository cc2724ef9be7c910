// The nodes of a fleet as a caller of its collector finds them, and what they saw.
import { describe, expect, test } from 'vitest';
import { absent, unseen } from '../../src/contract/outcome.ts';
import { ask, got } from '../support/asking.ts';
import { groupOf, pairOf, see, serveCollector, serveTwoGroups } from '../support/collector.ts';

const encoded = encodeURIComponent;

describe('nodes', () => {
  test('are paged by address', async () => {
    const served = await serveTwoGroups();
    const all = (await got(served, '/v1/nodes')).nodes.map(({ target }: { target: string }) => target);
    expect(all).toEqual([...all].sort());
    const first = await got(served, '/v1/nodes?limit=3');
    const rest = await got(served, `/v1/nodes?after=${encoded(first.nextAfter)}`);
    expect([...first.nodes, ...rest.nodes].map(({ target }: { target: string }) => target)).toEqual(all);
    expect(rest.nextAfter).toBeNull();
    expect((await got(served, '/v1/nodes?group=crm')).nodes).toHaveLength(2);
    expect((await got(served, '/v1/nodes?trouble=cloned')).nodes).toEqual([]);
    const { url: target } = served.app1.standby.agent;
    expect((await got(served, `/v1/nodes?target=${encoded(target)}`)).nodes).toMatchObject([{ target }]);
  });

  test('say what they look at, and keep what could not be seen apart from what is not there', async () => {
    const served = await serveTwoGroups();
    const { standby, primary } = served.app1;
    standby.probe.answer = async () => unseen('denied', 'may not be read');
    primary.probe.answer = async () => absent('no levels here');
    await standby.agent.agent.lookNow('levels');
    await primary.agent.agent.lookNow('levels');
    await served.lookAround();
    const lines = async (url: string) => (await got(served, `/v1/nodes/${encoded(url)}`)).checks;
    expect(await lines(standby.agent.url)).toMatchObject([{ current: { kind: 'unseen', reason: 'denied', says: 'may not be read' } }]);
    expect(await lines(primary.agent.url)).toMatchObject([{ check: 'levels', current: { kind: 'absent', says: 'no levels here' } }]);
  });

  test('that are gone have a past', async () => {
    const served = await serveTwoGroups();
    const { url: target } = served.app2.standby.agent;
    await served.collector.reload({ ...served.config, groups: [groupOf('billing', [served.app1.config])] });
    expect((await ask(`${served.url}/v1/nodes/${encoded(target)}`)).status).toBe(404);
    const { events } = await got(served, `/v1/nodes/${encoded(target)}/events`);
    expect(events.map(({ kind }: { kind: string }) => kind)).toEqual(['found', 'gone']);
    const first = await got(served, `/v1/nodes/${encoded(target)}/events?limit=1`);
    expect([first.events.length, first.hasMore]).toEqual([1, true]);
  });

  test('are found by Prometheus, but for those behind a socket', async () => {
    const served = await serveTwoGroups();
    const { primary, standby } = served.app1;
    const mixed = pairOf('app1', { primary: primary.agent.url, standby: `unix:${standby.agent.socket}` });
    const tls = pairOf('app8', { primary: 'https://localhost:2', standby: 'https://[::1]:3' });
    await served.collector.reload({ ...served.config, groups: [groupOf('billing', [mixed, tls])] });
    await served.lookAround();
    const labels = { group: 'billing', pair: 'app1', role: 'primary', site: 'fra', node: 'app1-primary', __scheme__: 'http' };
    const unheard = { group: 'billing', pair: 'app8', __scheme__: 'https' };
    expect(await got(served, '/v1/sd')).toEqual([
      { targets: [new URL(primary.agent.url).host], labels },
      { targets: ['localhost:2'], labels: { ...unheard, role: 'primary', site: 'fra' } },
      { targets: ['[::1]:3'], labels: { ...unheard, role: 'standby', site: 'zrh' } },
    ]);
  });
});

describe('the looks of one side', () => {
  test('are paged from the collector’s own history, also when the node is silent', async () => {
    const served = await serveTwoGroups();
    for (const level of [10, 11, 12]) await see(served.app1.primary, level);
    await served.lookAround();
    await served.app1.primary.agent.doors.close();
    const path = '/v1/checks/history?group=billing&pair=app1&side=primary&check=levels';
    const first = await got(served, `${path}&limit=2`);
    const seen = ({ observations }: { observations: { outcome: { facts: { level: number } } }[] }) =>
      observations.map(({ outcome }) => outcome.facts.level);
    expect(seen(first)).toEqual([12, 11]);
    const rest = await got(served, `${path}&before=${first.nextBefore}`);
    expect([seen(rest), rest.nextBefore]).toEqual([[10, 9, 7], null]);
  });

  test('end with the newest look, also where it saw what the one before saw', async () => {
    const served = await serveTwoGroups();
    const path = '/v1/checks/history?group=billing&pair=app1&side=primary&check=levels';
    const [before] = (await got(served, path)).observations;
    await see(served.app1.primary, 9, [{ name: 'lib', version: '2' }]);
    await served.lookAround();
    const [after] = (await got(served, path)).observations;
    expect([after.seq, after.count]).toEqual([before.seq, before.count + 1]);
    expect(after.lastAt).toBeGreaterThan(before.lastAt);
  });

  test('are refused of a side on which nobody stands, or that was never heard', async () => {
    const gone = pairOf('app1', { primary: 'http://127.0.0.1:1', standby: 'http://127.0.0.1:2' });
    const lone = { ...pairOf('app2', { primary: 'http://127.0.0.1:3', standby: 'http://127.0.0.1:4' }), members: gone.members.slice(0, 0) };
    const { url } = await serveCollector({ groups: [groupOf('billing', [gone, lone])] });
    const path = '/v1/checks/history?group=billing&side=primary&check=levels';
    expect(await ask(`${url}${path}&pair=app1`)).toMatchObject({
      status: 409,
      json: { detail: expect.stringContaining('never answered') },
    });
    expect(await ask(`${url}${path}&pair=app2`)).toMatchObject({ status: 409, json: { detail: expect.stringContaining('Nobody is the') } });
  });
});

describe('a draft of lawful differences', () => {
  test('is made from what the pairs show', async () => {
    const served = await serveTwoGroups();
    expect(await got(served, '/v1/learn/billing')).toMatchObject({
      group: 'billing',
      expectedChecks: ['levels'],
      lawful: [{ field: '/level', behind: [{ code: 'levels/behind' }] }, { behind: [{ code: 'levels/part-differs' }] }],
    });
  });

  test('is refused where no pair was heard on both sides', async () => {
    const gone = pairOf('app1', { primary: 'http://127.0.0.1:1', standby: 'http://127.0.0.1:2' });
    const { url } = await serveCollector({ groups: [groupOf('billing', [gone])] });
    expect(await ask(`${url}/v1/learn/billing`)).toMatchObject({ status: 409, json: { detail: expect.stringContaining('both sides') } });
  });
});
