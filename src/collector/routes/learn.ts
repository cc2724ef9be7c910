// What a group's pairs show today, as a draft of what the fleet file could say of them.
import * as Type from 'typebox/type';
import { LearntSchema } from '../../contract/learnt.ts';
import { type LearnCase, learn } from '../../judge/learn.ts';
import { Problem } from '../../server/problem.ts';
import { defineRoute, type Route } from '../../server/route.ts';
import type { Collector } from '../collector.ts';
import { isRegionAddress } from '../regions/address.ts';
import { demandGroup } from './known.ts';
import { GroupName, strict } from './schemas.ts';

export function learnRoute(collector: Collector): Route {
  return defineRoute({
    method: 'GET',
    path: '/v1/learn/{group}',
    right: 'read',
    summary: 'A draft of expected checks, lawful differences and tokens, from what the pairs show today',
    params: Type.Object({ group: GroupName }, strict),
    answers: {
      200: { describes: 'The draft', schema: LearntSchema },
      404: { describes: 'There is no such group' },
      409: { describes: 'No pair of it was heard on both sides yet' },
    },
    handle: ({ params }) => {
      demandGroup(collector, params.group);
      const cases = casesOf(collector, params.group);
      if (cases.length === 0) throw new Problem(409, 'No pair of this group was heard on both sides yet: there is nothing to compare');
      return { status: 200, body: learn(params.group, cases, collector.probes, collector.clock.now()) };
    },
  });
}

/** Of machines: which checks are expected of a region, and what its sides' words are, is said where the region is. */
const casesOf = ({ review, nodes }: Collector, group: string): readonly LearnCase[] =>
  review.standing(group).flatMap(({ pair, standby, primary, terms }) => {
    if (standby !== null && isRegionAddress(standby.target.key)) return [];
    const [own, theirs] = [standby, primary].map((sight) => (sight === null ? null : nodes.snapshot(sight)));
    return own == null || theirs == null ? [] : [{ pair, standby: own, primary: theirs, lawful: terms.lawful }];
  });
