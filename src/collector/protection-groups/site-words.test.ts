// Who is the primary, by what both sides’ protection groups say.
import { describe, expect, it } from 'vitest';
import type { ProtectionGroupSeen, ProtectionGroupsSeen } from '../../contract/protection-groups.ts';
import { siteWords } from './site-words.ts';

const groupOf = (role: string | null, more: Partial<ProtectionGroupSeen> = {}): ProtectionGroupSeen => ({
  id: 'ocid1.drprotectiongroup.oc1..a',
  name: 'shop',
  role,
  peerRegion: null,
  subState: null,
  detail: { kind: 'seen', members: [] },
  runs: { kind: 'seen', list: [] },
  ...more,
});

const seen = (...groups: readonly ProtectionGroupSeen[]): ProtectionGroupsSeen => ({ groups, instances: [] });

const wordsOf = (fra: ProtectionGroupsSeen | null, zrh: ProtectionGroupsSeen | null, fresh = { fra: true, zrh: true }) =>
  siteWords([
    { site: 'fra', seen: fra, isFresh: fresh.fra },
    { site: 'zrh', seen: zrh, isFresh: fresh.zrh },
  ]);

const primaryIs = (primary: string) => ({
  kind: 'said',
  roles: new Map(['fra', 'zrh'].map((site) => [site, site === primary ? 'primary' : 'standby'])),
});

describe('the primary', () => {
  it('is whose groups say PRIMARY beside groups that say STANDBY', () => {
    expect(wordsOf(seen(groupOf('PRIMARY')), seen(groupOf('STANDBY')))).toEqual(primaryIs('fra'));
    expect(wordsOf(seen(groupOf('STANDBY')), seen(groupOf('PRIMARY'), groupOf('PRIMARY')))).toEqual(primaryIs('zrh'));
  });

  it('is known from one side, as long as nobody ever saw the other', () => {
    expect(wordsOf(null, seen(groupOf('STANDBY')))).toEqual(primaryIs('fra'));
    expect(wordsOf(seen(), seen(groupOf('PRIMARY')))).toEqual(primaryIs('zrh'));
  });

  it('after a failover is the side that is seen, whatever the lost one said last', () => {
    expect(wordsOf(seen(groupOf('PRIMARY')), seen(groupOf('PRIMARY')), { fra: false, zrh: true })).toEqual(primaryIs('zrh'));
  });

  it('stays the same while both are out of sight', () => {
    expect(wordsOf(seen(groupOf('PRIMARY')), seen(groupOf('STANDBY')), { fra: false, zrh: false })).toEqual(primaryIs('fra'));
  });

  it('is nobody’s word where no group was ever seen', () => {
    expect(wordsOf(null, null)).toEqual({ kind: 'never' });
    expect(wordsOf(seen(), null)).toEqual({ kind: 'never' });
  });
});

describe('the primary is not known', () => {
  it.each([
    ['both are STANDBY', 'STANDBY', 'STANDBY'],
    ['both are PRIMARY', 'PRIMARY', 'PRIMARY'],
    ['one has no role', 'UNCONFIGURED', 'STANDBY'],
    ['one does not tell', null, 'PRIMARY'],
  ])('where %s', (_, fra, zrh) => {
    expect(wordsOf(seen(groupOf(fra)), seen(groupOf(zrh)))).toMatchObject({ kind: 'unclear', isUnderWay: false });
  });

  it('where two groups of one side contradict each other, and says which', () => {
    const words = wordsOf(seen(groupOf('PRIMARY'), groupOf('STANDBY', { name: 'till' })), seen(groupOf('STANDBY')));
    expect(words).toEqual({ kind: 'unclear', detail: 'fra: shop PRIMARY, till STANDBY; zrh: shop STANDBY', isUnderWay: false });
  });

  it('while a plan changes it, and not for prechecks', () => {
    const running = (type: string) => groupOf('STANDBY', { runs: { kind: 'seen', list: [{ type, state: 'IN_PROGRESS' }] } });
    expect(wordsOf(seen(groupOf('STANDBY')), seen(running('SWITCHOVER')))).toMatchObject({ isUnderWay: true });
    expect(wordsOf(seen(groupOf('STANDBY')), seen(running('SWITCHOVER_PRECHECK')))).toMatchObject({ isUnderWay: false });
  });
});
