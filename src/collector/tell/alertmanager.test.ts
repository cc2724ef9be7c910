// What an Alertmanager holds of a fleet: everything that fires, for as long as it fires, and the end of it when it ends.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../../test/support/agent.ts';
import { type Notified, type TestAlertmanager, testAlertmanager } from '../../../test/support/alertmanager.ts';
import { alertmanagerChannel, became, resolvedAt, standing, verdictBecame, waiverOf } from '../../../test/support/fleet-news.ts';
import { type Telling, telling } from '../../../test/support/telling.ts';
import type { ChannelConfig } from '../../config/fleet-config.ts';

const t0 = fakeClock().now();
const minute = 60_000;
const hour = 60 * minute;

interface Scene extends Telling {
  readonly am: TestAlertmanager;
}

async function scene(more: Partial<Extract<ChannelConfig, { kind: 'alertmanager' }>> = {}): Promise<Scene> {
  let now = (): number => 0;
  const am = await testAlertmanager(() => now());
  const one = telling([alertmanagerChannel([am.url], more)]);
  now = one.clock.now;
  one.judge({ billing: ['app1', 'app2'], payroll: ['app1'] });
  return { ...one, am };
}

/** As `firing warning kernel 0` or `resolved not-ready 60`: seconds since the beginning. */
const said = (am: TestAlertmanager): readonly string[] =>
  am.notified().map(({ kind, labels, at }: Notified) => {
    const what = labels.alertname === 'UnderstudyVerdict' ? labels.verdict : `${labels.severity} ${labels.subject}`;
    return `${kind} ${what} ${(at - t0) / 1_000}`;
  });

const ends = (at: number, finding = standing(t0)) => became('resolved', at, resolvedAt(at, finding));

describe('a finding that counts', () => {
  it('fires since it was found, and says what it is about and what mends it', async () => {
    const one = await scene({ externalUrl: 'https://understudy.example.com/' });
    one.happens(became('opened', t0, standing(t0 - minute)));
    await one.pass(2_000);
    expect(one.am.firing()).toEqual([
      {
        labels: {
          alertname: 'UnderstudyFinding',
          group: 'billing',
          pair: 'app1',
          gap: 'kernel',
          check: 'kernel',
          code: 'kernel/behind-primary',
          severity: 'warning',
          subject: 'kernel',
        },
        annotations: {
          title: 'The kernel on the standby is older than its primary’s',
          expected: '5.15.0-9',
          actual: '5.15.0-1',
          remedy: '$ dnf update kernel-uek',
          since: new Date(t0 - minute).toISOString(),
        },
        generatorURL: 'https://understudy.example.com/v1/groups/billing',
        startsAt: t0 - minute,
        endsAt: expect.any(Number),
        isTimeout: false,
      },
    ]);
  });

  it('fires once for as long as it lasts, and is resolved once when it was resolved', async () => {
    const one = await scene();
    one.happens(became('opened', t0, standing(t0)));
    await one.pass(2 * hour, 10_000);
    one.happens(ends(t0 + 2 * hour));
    await one.pass(2 * hour, 10_000);
    expect(said(one.am)).toEqual(['firing warning kernel 0', 'resolved warning kernel 7200']);
  });

  it('keeps its labels while its evidence moves', async () => {
    const one = await scene();
    one.happens(became('opened', t0, standing(t0)));
    await one.pass(minute);
    one.happens(became('changed', t0 + minute, standing(t0, { actual: '5.15.0-2' })));
    await one.pass(10_000);
    expect(said(one.am)).toEqual(['firing warning kernel 0']);
    expect(one.am.firing()).toMatchObject([{ annotations: { actual: '5.15.0-2' } }]);
  });

  it('of another severity is another alert, and the first one ends', async () => {
    const one = await scene();
    one.happens(became('opened', t0, standing(t0)));
    await one.pass(minute);
    one.happens(became('changed', t0 + minute, standing(t0, { severity: 'blocker' })));
    await one.pass(minute);
    expect([...said(one.am)].sort()).toEqual(['firing blocker kernel 0', 'firing warning kernel 0', 'resolved warning kernel 60']);
  });

  it.each([
    ['waived', { waiver: waiverOf(t0 + hour) }],
    ['changed', { foldedUnder: 'dns/no-answer' }],
    ['changed', { severity: 'note' as const }],
    ['unwatched', { state: 'resolved' as const, resolvedAt: t0 + minute }],
  ] as const)('ends when it counts no more: %s %o', async (kind, more) => {
    const one = await scene();
    one.happens(became('opened', t0, standing(t0)));
    await one.pass(minute);
    one.happens(became(kind, t0 + minute, standing(t0, more)));
    await one.pass(5_000);
    expect(said(one.am)).toEqual(['firing warning kernel 0', 'resolved warning kernel 60']);
  });

  it('fires again when it counts again', async () => {
    const one = await scene();
    one.happens(became('opened', t0, standing(t0, { waiver: waiverOf(t0 + hour) })));
    await one.pass(hour, 10_000);
    expect(said(one.am)).toEqual([]);
    one.happens(became('waiver-ended', t0 + hour, standing(t0)));
    await one.pass(10_000);
    expect(said(one.am)).toEqual(['firing warning kernel 0']);
  });

  it('is not sent while it is pending, nor below what the channel asked for, nor of another group', async () => {
    const one = await scene({ severity: 'blocker', groups: ['billing'] });
    one.happens(
      became('changed', t0, standing(t0, { id: 'a', state: 'pending', severity: 'blocker', openedAt: null })),
      became('opened', t0, standing(t0, { id: 'b', severity: 'warning' })),
      became('opened', t0, standing(t0, { id: 'c', severity: 'blocker' }), { group: 'payroll' }),
    );
    await one.pass(minute);
    expect(one.am.posts.flat()).toEqual([]);
    expect(one.am.posts.length).toBeGreaterThan(0);
  });

  it('ends with its pair, when that leaves the fleet', async () => {
    const one = await scene();
    one.happens(became('opened', t0, standing(t0)), became('opened', t0, standing(t0, { subject: 'b' }), { pair: 'app2' }));
    await one.pass(minute);
    one.judge({ billing: ['app2'] });
    await one.pass(3 * minute, 10_000);
    expect(said(one.am).slice(2)).toEqual([expect.stringMatching(/^resolved warning kernel /)]);
    expect(one.am.firing()).toHaveLength(1);
  });

  it('about something with a name without end keeps its own alert', async () => {
    const one = await scene();
    const name = 'x'.repeat(5_000);
    one.happens(
      became('opened', t0, standing(t0, { id: 'a', subject: `${name}1`, actual: name })),
      became('opened', t0, standing(t0, { id: 'b', subject: `${name}2` })),
    );
    await one.pass(10_000);
    expect(one.am.firing()).toHaveLength(2);
    for (const { labels } of one.am.firing()) expect(labels.subject!.length).toBeLessThanOrEqual(200);
  });

  it('is one of many: more than fit into one request all fire', async () => {
    const one = await scene();
    one.happens(...Array.from({ length: 450 }, (_, n) => became('opened', t0, standing(t0, { id: `f${n}`, subject: `f${n}` }))));
    await one.pass(10_000);
    expect(one.am.firing()).toHaveLength(450);
    expect(Math.max(...one.am.posts.map((alerts) => alerts.length))).toBeLessThanOrEqual(200);
  });
});

describe('a group', () => {
  it('that is not ready fires, and that it is not known whether it is fires as something else', async () => {
    const one = await scene({ severity: 'blocker' });
    for (const [index, [from, to]] of (
      [
        [null, 'ready'],
        ['ready', 'degraded'],
        ['degraded', 'not-ready'],
        ['not-ready', 'unknown'],
        ['unknown', 'ready'],
      ] as const
    ).entries()) {
      one.happens(verdictBecame(from, to, t0 + index * minute));
      await one.pass(minute);
    }
    // When it began, the history says.
    expect([...said(one.am)].sort()).toEqual([
      expect.stringMatching(/^firing not-ready /),
      expect.stringMatching(/^firing unknown /),
      'resolved not-ready 180',
      'resolved unknown 240',
    ]);
    expect(one.am.notified().map(({ labels }) => labels.severity)).toEqual(expect.arrayContaining(['blocker', 'warning']));
  });
});

describe('an Alertmanager', () => {
  it('is sent again what fires long before it would run out', async () => {
    const one = await scene();
    one.happens(became('opened', t0, standing(t0)));
    await one.pass(30 * minute, 10_000);
    const posted = one.am.posts.filter((alerts) => alerts.length > 0);
    expect(posted.length).toBeGreaterThanOrEqual(30);
    const [alert] = one.am.firing();
    expect(alert!.endsAt - one.clock.now()).toBeGreaterThanOrEqual(14 * minute);
  });

  it('is asked no more often than the channel wants, and misses nothing by it', async () => {
    const one = await scene({ perMinuteMax: 3 });
    for (let n = 0; n < 29; n++) {
      one.happens(became('opened', one.clock.now(), standing(one.clock.now(), { id: `f${n}`, subject: `f${n}` })));
      await one.pass(2_000);
    }
    expect(one.am.posts.length).toBeLessThanOrEqual(3);
    await one.pass(minute);
    expect(one.am.firing()).toHaveLength(29);
  });

  it('that is not told any more holds nothing for ever', async () => {
    const one = await scene();
    one.happens(became('opened', t0, standing(t0)));
    await one.pass(10_000);
    await one.tell().stop();
    await one.pass(20 * minute, minute);
    expect(said(one.am)).toEqual(['firing warning kernel 0', expect.stringMatching(/^resolved warning kernel 9\d\d$/)]);
  });

  it('hears nothing new after a restart of the collector', async () => {
    const one = await scene();
    one.happens(became('opened', t0, standing(t0)), verdictBecame(null, 'not-ready', t0));
    await one.pass(minute);
    await one.restart();
    await one.pass(hour, 10_000);
    await one.restart();
    await one.pass(minute);
    expect(said(one.am)).toEqual(['firing warning kernel 0', 'firing not-ready 0']);
    one.happens(ends(one.clock.now()));
    await one.pass(minute);
    expect(said(one.am).slice(2)).toEqual([expect.stringMatching('resolved warning kernel')]);
  });

  it('learns after a restart what ended and was not sent, with when it ended', async () => {
    const one = await scene();
    one.happens(became('opened', t0, standing(t0)), verdictBecame(null, 'not-ready', t0));
    await one.pass(minute);
    one.happens(ends(t0 + minute), verdictBecame('not-ready', 'ready', t0 + minute));
    await one.restart();
    await one.pass(5_000);
    expect(said(one.am).slice(2)).toEqual(['resolved warning kernel 60', 'resolved not-ready 60']);
  });

  it('is sent an end until it took it, and then no more', async () => {
    const one = await scene();
    one.happens(became('opened', t0, standing(t0)));
    await one.pass(minute);
    one.am.answer(503);
    one.happens(ends(t0 + minute));
    await one.pass(5 * minute);
    one.am.answer(null);
    await one.pass(10 * minute, 10_000);
    expect(said(one.am)).toEqual(['firing warning kernel 0', 'resolved warning kernel 60']);
    const endings = one.am.posts.flat().filter(({ endsAt }) => Date.parse(endsAt!) === t0 + minute);
    expect(endings).toHaveLength(1);
    expect(one.tell().stats()).toMatchObject([{ channel: 'am', to: one.am.url, waiting: 0, delivered: 2, givenUp: 0 }]);
  });

  it('that lost its memory learns what fires within a minute or so', async () => {
    const one = await scene();
    one.happens(became('opened', t0, standing(t0)));
    await one.pass(5 * minute, 10_000);
    await one.am.close();
    const again = await testAlertmanager(one.clock.now, { port: Number(new URL(one.am.url).port) });
    await one.pass(2 * minute, 5_000);
    expect(said(again)).toEqual(['firing warning kernel 0']);
  });

  it('that is down does not hold up another member', async () => {
    const one = await scene();
    const other = await testAlertmanager(one.clock.now);
    one.am.answer(500);
    one.configure([alertmanagerChannel([one.am.url, other.url])]);
    await one.pass(10_000);
    one.happens(became('opened', t0, standing(t0)));
    await one.pass(minute);
    one.happens(ends(one.clock.now()));
    await one.pass(minute);
    expect(said(other)).toEqual(['firing warning kernel 0', 'resolved warning kernel 70']);
    expect(said(one.am)).toEqual([]);
    expect(
      one
        .tell()
        .stats()
        .map(({ to, waiting }) => [to, waiting]),
    ).toEqual([
      [one.am.url, 2],
      [other.url, 0],
    ]);
  });

  it('that fails for more than five minutes is a problem though nothing fires', async () => {
    const one = await scene();
    one.am.answer(500);
    await one.pass(7 * minute, 5_000);
    expect(one.tell().problems()).toEqual([
      expect.stringMatching(/^channel am has not been told anything at http:\/\/127\.0\.0\.1:\d+ since \S+: \S+ answered with status 500$/),
    ]);
    one.am.answer(null);
    await one.pass(2 * minute, 5_000);
    expect(one.tell().problems()).toEqual([]);
  });

  it('that refuses what it is sent is told again each minute, though an end that it refused is given up', async () => {
    const one = await scene();
    one.am.answer(400);
    one.happens(became('opened', t0, standing(t0)));
    await one.pass(10 * minute, 10_000);
    expect(one.log.said.filter(({ level }) => level === 'error')).toMatchObject([{ fields: { items: 1, groups: ['billing'] } }]);
    expect(one.tell().stats()).toMatchObject([{ waiting: 0, givenUp: 1, failed: 11 }]);
    one.am.answer(null);
    await one.pass(minute);
    expect(said(one.am)).toEqual(['firing warning kernel 0']);
  });

  it('that refuses one request of several is sent the others', async () => {
    const one = await scene();
    one.am.answer(400, (alerts) => alerts.some(({ labels }) => labels.subject === 'f0'));
    one.happens(...Array.from({ length: 450 }, (_, n) => became('opened', t0, standing(t0, { id: `f${n}`, subject: `f${n}` }))));
    await one.pass(10_000);
    expect(one.am.firing()).toHaveLength(250);
  });

  it('is posted to under the path that it has', async () => {
    const one = await scene();
    const tokenFile = join(one.folder, 'token');
    writeFileSync(tokenFile, 'mine');
    one.configure([alertmanagerChannel([`${one.am.url}/`], { tokenFile })]);
    one.happens(became('opened', t0, standing(t0)));
    await one.pass(20_000);
    expect(one.am.firing()).toHaveLength(1);
  });
});
