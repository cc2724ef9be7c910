import { describe, expect, it } from 'vitest';
import type { Call, Facts, Kind } from './facts.ts';
import { pairCalls } from './pairs.ts';

const call = (name: string, given: Partial<Call> & { readonly kind?: Kind } = {}): Call => ({
  subject: name,
  kind: 'head-bucket',
  label: null,
  name,
  compartment: null,
  region: null,
  isRequired: true,
  result: { class: 'allowed', cause: '', host: null },
  ...given,
});

const facts = (...calls: readonly Call[]): Facts => ({ calls: [...calls] }) as unknown as Facts;
const [zrh, fra] = [{ tokens: { site: 'zrh' } }, { tokens: { site: 'fra' } }];

function paired(standby: readonly Call[], primary: readonly Call[]) {
  const { pairs, unpaired } = pairCalls(facts(...standby), zrh, facts(...primary), fra);
  return {
    pairs: pairs.map(({ mine, theirs }) => `${mine.subject} = ${theirs.subject}`).sort(),
    unpaired: unpaired.map((one) => one.name),
  };
}

describe('calls of two sides belong together', () => {
  it('by label before all else, whatever they name', () => {
    const standby = [call('a', { label: 'wallet' }), call('b', { label: 'backups' })];
    const primary = [call('b', { label: 'wallet' }), call('a', { label: 'backups' })];
    expect(paired(standby, primary)).toEqual({ pairs: ['a = b', 'b = a'], unpaired: [] });
  });

  it('under one label by what they do and name', () => {
    const both = (site: string) => [
      call(`db-${site}`, { label: 'app' }),
      call(`db-${site}`, { label: 'app', kind: 'list-objects', subject: `objects-${site}` }),
    ];
    expect(paired(both('zrh'), both('fra')).pairs).toEqual(['db-zrh = db-fra', 'objects-zrh = objects-fra']);
  });

  it('by name, without the words of a site', () => {
    const names = (site: string) => ['backups', 'exports'].map((name) => call(`${name}-${site}`));
    expect(paired(names('zrh').reverse(), names('fra')).pairs).toEqual(['backups-zrh = backups-fra', 'exports-zrh = exports-fra']);
  });

  it('by being the only one of their kind that is left', () => {
    const secret = (id: string) => call(`ocid1.vaultsecret.oc1.x.${id}`, { kind: 'get-secret' });
    expect(paired([call('b'), secret('1')], [call('b'), secret('2')]).unpaired).toEqual([]);
  });

  it('never by position: of several OCIDs without labels none is guessed', () => {
    const secret = (id: string) => call(id, { kind: 'get-secret' });
    expect(paired([secret('z1'), secret('z2')], [secret('f1'), secret('f2')])).toEqual({ pairs: [], unpaired: ['f1', 'f2'] });
  });

  it('a label on one side only does not keep what is named alike apart', () => {
    expect(paired([call('backups')], [call('backups', { label: 'nightly' })]).pairs).toEqual(['backups = backups']);
  });

  it('what is labelled otherwise is not taken for the only one left', () => {
    const [mine, theirs] = [call('z1', { kind: 'get-secret', label: 'wallet' }), call('f1', { kind: 'get-secret', label: 'password' })];
    expect(paired([mine], [theirs])).toEqual({ pairs: [], unpaired: ['f1'] });
  });

  it('each once, in a hundred of them', () => {
    const names = (site: string) => Array.from({ length: 100 }, (_, at) => call(`b${at}-${site}`));
    expect(paired(names('zrh'), names('fra')).pairs).toHaveLength(100);
  });
});
