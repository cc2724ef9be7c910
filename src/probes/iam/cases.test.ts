// The published-form bodies of test/fixtures/oci: what is told of each world, and that nothing else is.
import { describe, expect, it } from 'vitest';
import { casesOf, faultsOf, judgeCase } from '../../../test/support/oci-cases.ts';
import { probe } from './index.ts';

/** The tree of compartments is the same in all of them; instances are those of the pair, unless a case has its own. */
const under = ['iam-compartment-tree', 'net-vnic-nsg-not-attached'];

const judged = casesOf('6-iam').filter(({ verdict }) => verdict !== 'n/a');

describe.each(judged)('$id', (one) => {
  it(`is ${one.verdict}`, async () => {
    expect(faultsOf(one, await judgeCase(probe, one.id, { under }))).toEqual([]);
  });

  it('is the same where no instance is there yet', async () => {
    expect(faultsOf(one, await judgeCase(probe, one.id, { under: ['iam-compartment-tree'] }))).toEqual([]);
  });
});
