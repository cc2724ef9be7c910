// Who is told what: what differs from what a channel was last told, of what it asked for.
import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../../test/support/agent.ts';
import {
  alertmanagerChannel,
  became,
  resolvedAt,
  standing,
  verdictBecame,
  waiverOf,
  webhookChannel,
} from '../../../test/support/fleet-news.ts';
import { type Telling, telling } from '../../../test/support/telling.ts';
import type { ChannelConfig } from '../../config/fleet-config.ts';
import type { NodeEvent } from '../../store/fleet/store.ts';
import type { Item } from './items.ts';
import type { News } from './news.ts';

const t0 = fakeClock().now();
const hour = 3_600_000;
const nowhere = 'http://127.0.0.1:9/hook';

/** Not started: what is told stays in the outbox, where it can be read. */
const noting = (more: Partial<Extract<ChannelConfig, { kind: 'webhook' }>> = {}): Telling =>
  telling([webhookChannel(nowhere, more)], { isStarted: false });

const noted = (one: Telling, channel = 'ops'): readonly Item[] =>
  one
    .store()
    .deliveries.waiting(channel, 100)
    .map(({ body }) => body as Item);

const saidOf = (item: Item): string => {
  switch (item.kind) {
    case 'finding':
      return `${item.group}/${item.pair} ${item.finding.id} ${item.event}: ${item.before ?? 'nothing'} to ${item.standing}`;
    case 'verdict':
      return `${item.group}: ${item.from ?? 'nothing'} to ${item.to}`;
    case 'node':
      return `${item.target} ${item.event}`;
  }
};

const said = (one: Telling, channel = 'ops'): readonly string[] => noted(one, channel).map(saidOf);

const node = (kind: NodeEvent['kind'], at: number, group: string | null = 'billing'): News => ({
  kind: 'node',
  event: { at, target: 'https://app1-zrh:7807', kind, detail: 'It was not heard from' },
  group,
});

describe('a finding', () => {
  it('is told when it opens and when it is resolved', () => {
    const one = noting();
    one.happens(became('opened', t0, standing(t0)));
    one.happens(became('resolved', t0 + hour, resolvedAt(t0 + hour, standing(t0))));
    expect(said(one)).toEqual(['billing/app1 kernel-1 opened: nothing to warning', 'billing/app1 kernel-1 resolved: warning to resolved']);
  });

  it('is told once however often its news comes', () => {
    const one = noting();
    for (let time = 0; time < 3; time++) one.happens(became('opened', t0, standing(t0)));
    for (let time = 0; time < 3; time++) one.happens(became('resolved', t0 + hour, resolvedAt(t0 + hour, standing(t0))));
    expect(noted(one)).toHaveLength(2);
  });

  it('of the same kind in two pairs is two', () => {
    const one = noting();
    one.happens(became('opened', t0, standing(t0)), became('opened', t0, standing(t0), { pair: 'app2' }));
    one.happens(became('resolved', t0 + hour, resolvedAt(t0 + hour, standing(t0)), { pair: 'app2' }));
    expect(said(one)).toEqual([
      'billing/app1 kernel-1 opened: nothing to warning',
      'billing/app2 kernel-1 opened: nothing to warning',
      'billing/app2 kernel-1 resolved: warning to resolved',
    ]);
  });

  it('that comes back is told again, as another life of the same', () => {
    const one = noting();
    const again = standing(t0 + 2 * hour, { reopenedCount: 1 });
    one.happens(became('opened', t0, standing(t0)));
    one.happens(became('resolved', t0 + hour, resolvedAt(t0 + hour, standing(t0))));
    one.happens(became('reopened', t0 + 2 * hour, again));
    one.happens(became('resolved', t0 + 3 * hour, resolvedAt(t0 + 3 * hour, again)));
    expect(said(one).slice(2)).toEqual([
      'billing/app1 kernel-1 reopened: nothing to warning',
      'billing/app1 kernel-1 resolved: warning to resolved',
    ]);
  });

  it('below the channel’s severity is not told, and neither is its end', () => {
    const one = noting({ severity: 'blocker' });
    one.happens(became('opened', t0, standing(t0)));
    one.happens(became('resolved', t0 + hour, resolvedAt(t0 + hour, standing(t0))));
    expect(said(one)).toEqual([]);
  });

  it('that is a note is told where notes were asked for', () => {
    const [one, other] = [noting({ severity: 'note' }), noting()];
    for (const each of [one, other]) each.happens(became('opened', t0, standing(t0, { severity: 'note' })));
    expect(said(one)).toEqual(['billing/app1 kernel-1 opened: nothing to note']);
    expect(said(other)).toEqual([]);
  });

  it('that is pending is not told until it opens', () => {
    const one = noting();
    one.happens(became('changed', t0, standing(t0, { state: 'pending', openedAt: null })));
    expect(said(one)).toEqual([]);
    one.happens(became('opened', t0 + hour, standing(t0)));
    expect(said(one)).toEqual(['billing/app1 kernel-1 opened: nothing to warning']);
  });

  it('of another severity is told, with other evidence alone it is not', () => {
    const one = noting();
    one.happens(became('opened', t0, standing(t0)));
    one.happens(became('changed', t0 + 1, standing(t0, { actual: '5.15.0-2' })));
    one.happens(became('changed', t0 + 2, standing(t0, { severity: 'blocker' })));
    one.happens(became('changed', t0 + 3, standing(t0, { severity: 'blocker', actual: '5.15.0-3' })));
    one.happens(became('changed', t0 + 4, standing(t0, { severity: 'note' })));
    expect(said(one).slice(1)).toEqual([
      'billing/app1 kernel-1 changed: warning to blocker',
      'billing/app1 kernel-1 changed: blocker to note',
    ]);
  });

  it('that grows into what a channel asked for is told then, and so is its end', () => {
    const one = noting({ severity: 'blocker' });
    one.happens(became('opened', t0, standing(t0)));
    one.happens(became('changed', t0 + 1, standing(t0, { severity: 'blocker' })));
    one.happens(became('resolved', t0 + hour, resolvedAt(t0 + hour, standing(t0, { severity: 'blocker' }))));
    expect(said(one)).toEqual(['billing/app1 kernel-1 changed: nothing to blocker', 'billing/app1 kernel-1 resolved: blocker to resolved']);
  });

  it('that was waived is told as waived, and again when the waiver ends', () => {
    const one = noting();
    const waived = standing(t0, { waiver: waiverOf(t0 + hour) });
    one.happens(became('opened', t0, standing(t0)));
    one.happens(became('waived', t0 + 1, waived));
    one.happens(became('changed', t0 + 2, { ...waived, severity: 'blocker' }));
    one.happens(became('waiver-ended', t0 + hour, standing(t0)));
    expect(said(one).slice(1)).toEqual([
      'billing/app1 kernel-1 waived: warning to waived',
      'billing/app1 kernel-1 waiver-ended: waived to warning',
    ]);
  });

  it('that was waived before it opened is told when the waiver ends', () => {
    const one = noting();
    one.happens(became('opened', t0, standing(t0, { waiver: waiverOf(t0 + hour) })));
    expect(said(one)).toEqual([]);
    one.happens(became('waiver-ended', t0 + hour, standing(t0)));
    expect(said(one)).toEqual(['billing/app1 kernel-1 waiver-ended: nothing to warning']);
  });

  it('that another one explains is not told until it stands by itself', () => {
    const one = noting();
    one.happens(became('opened', t0, standing(t0, { foldedUnder: 'dns/no-answer' })));
    expect(said(one)).toEqual([]);
    one.happens(became('changed', t0 + hour, standing(t0)));
    expect(said(one)).toEqual(['billing/app1 kernel-1 changed: nothing to warning']);
  });

  it('that nobody looks at any more is told where it was told before', () => {
    const one = noting();
    const gone = resolvedAt(t0 + hour, standing(t0));
    one.happens(became('unwatched', t0 + hour, gone, { pair: 'app2' }));
    one.happens(became('opened', t0, standing(t0)));
    one.happens(became('unwatched', t0 + hour, gone, { detail: 'its check is not configured any more' }));
    expect(said(one).slice(1)).toEqual(['billing/app1 kernel-1 unwatched: warning to unwatched']);
  });

  it('of a machine that took the standby’s place begins after that of the other one ended', () => {
    const one = noting();
    one.happens(became('opened', t0, standing(t0)));
    one.happens(
      became('opened', t0 + hour, standing(t0 + hour)),
      became('unwatched', t0 + hour, resolvedAt(t0 + hour, standing(t0)), { detail: 'another machine is the standby now' }),
    );
    expect(said(one).slice(1)).toEqual([
      'billing/app1 kernel-1 unwatched: warning to unwatched',
      'billing/app1 kernel-1 opened: nothing to warning',
    ]);
  });

  it('is told to channels that asked for its group', () => {
    const one = telling([webhookChannel(nowhere, { groups: ['payroll'] }), webhookChannel(nowhere, { name: 'all' })], { isStarted: false });
    one.happens(became('opened', t0, standing(t0)), became('opened', t0, standing(t0), { group: 'payroll' }));
    expect(said(one)).toEqual(['payroll/app1 kernel-1 opened: nothing to warning']);
    expect(said(one, 'all')).toHaveLength(2);
  });

  it('is not told where what became of it was not written', () => {
    const one = noting();
    const write = () =>
      one.store().together(() => {
        one.tell().news([became('opened', t0, standing(t0))]);
        throw new Error('the disk is full');
      });
    expect(write).toThrow('the disk is full');
    expect(said(one)).toEqual([]);
  });

  it('whose opening was given up is not told when it ends', () => {
    const one = noting();
    one.happens(became('opened', t0, standing(t0)));
    const ids = one
      .store()
      .deliveries.waiting('ops', 10)
      .map(({ id }) => id);
    one.store().deliveries.givenUp(ids, t0 + hour, 'nobody answered');
    one.happens(became('resolved', t0 + hour, resolvedAt(t0 + hour, standing(t0))));
    expect(said(one)).toEqual([]);
  });

  it('with texts without end is bounded, and two long texts stay two', () => {
    const one = noting();
    const long = 'a'.repeat(100_000);
    one.happens(
      became('opened', t0, standing(t0, { subject: `${long}1`, expected: long, actual: long, remedy: long, title: long })),
      became('opened', t0, standing(t0, { id: 'kernel-2', subject: `${long}2` })),
    );
    const findings = noted(one).map((item) => (item.kind === 'finding' ? item.finding : null));
    expect(JSON.stringify(findings[0]).length).toBeLessThan(16 * 1_024);
    expect(findings[0]?.subject).not.toBe(findings[1]?.subject);
  });
});

describe('a verdict', () => {
  it('is told whenever it changes, whatever severity was asked for', () => {
    const one = noting({ severity: 'blocker' });
    one.happens(verdictBecame(null, 'unknown', t0));
    one.happens(verdictBecame('unknown', 'ready', t0 + 1));
    one.happens(verdictBecame('ready', 'ready', t0 + 2));
    one.happens(verdictBecame('ready', 'degraded', t0 + 3));
    expect(said(one)).toEqual(['billing: nothing to unknown', 'billing: unknown to ready', 'billing: ready to degraded']);
  });

  it('of another group is not told', () => {
    const one = noting({ groups: ['payroll'] });
    one.happens(verdictBecame(null, 'unknown', t0));
    expect(said(one)).toEqual([]);
  });
});

describe('a node', () => {
  it('that falls silent is told, and that it is heard again', () => {
    const one = noting();
    for (const [index, kind] of (['found', 'heard-again', 'silent', 'silent', 'heard-again', 'silent', 'gone'] as const).entries()) {
      one.happens(node(kind, t0 + index));
    }
    const target = 'https://app1-zrh:7807';
    expect(said(one)).toEqual([`${target} silent`, `${target} heard-again`, `${target} silent`, `${target} gone`]);
  });

  it('in any other trouble is told each time', () => {
    const one = noting();
    for (const [index, kind] of (['cloned', 'reinstalled', 'cloned', 'stranger'] as const).entries()) one.happens(node(kind, t0 + index));
    expect(noted(one)).toHaveLength(4);
  });

  it('without a group is told to those who asked for all of them', () => {
    const one = telling([webhookChannel(nowhere, { groups: ['billing'] }), webhookChannel(nowhere, { name: 'all' })], { isStarted: false });
    one.happens(node('cloned', t0, null));
    expect(said(one)).toEqual([]);
    expect(said(one, 'all')).toEqual(['https://app1-zrh:7807 cloned']);
  });

  it('is a warning, and no alert: its group’s verdict is one', () => {
    const one = telling([webhookChannel(nowhere, { severity: 'blocker' }), alertmanagerChannel(['http://127.0.0.1:9'])], {
      isStarted: false,
    });
    one.happens(node('cloned', t0));
    expect([...said(one), ...said(one, 'am http://127.0.0.1:9')]).toEqual([]);
  });
});

describe('while the verdict of a group is suspended', () => {
  const held = (news: News): News => ({ ...news, isHeld: true }) as News;
  const drill = standing(t0, { id: 'drill', code: 'protection-groups/drill-in-progress', isSuspending: true });

  it('the drill itself is told, and what it brings about is not', () => {
    const one = noting();
    one.happens(held(became('opened', t0, drill)), held(became('opened', t0, standing(t0))));
    expect(said(one)).toEqual(['billing/app1 drill opened: nothing to warning']);
  });

  it('what was told before is told on', () => {
    const one = noting();
    one.happens(became('opened', t0, standing(t0)));
    one.happens(held(became('resolved', t0 + hour, resolvedAt(t0 + hour, standing(t0)))));
    expect(said(one)).toEqual(['billing/app1 kernel-1 opened: nothing to warning', 'billing/app1 kernel-1 resolved: warning to resolved']);
  });

  it('what is still there afterwards is told then, once', () => {
    const one = noting();
    one.happens(held(became('opened', t0, standing(t0))));
    one.happens(became('opened', t0 + hour, standing(t0)));
    one.happens(became('opened', t0 + 2 * hour, standing(t0)));
    expect(said(one)).toEqual(['billing/app1 kernel-1 opened: nothing to warning']);
  });
});
