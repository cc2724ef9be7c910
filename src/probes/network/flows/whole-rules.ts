// Of which rules flows are a part: what is left of a rule, less what the other side has, may be many blocks, and the rule is one.
import { type Box, channelKey, type FlowSet, flowSet } from './flow-set.ts';
import { isWhole } from './of-rule.ts';
import { type Flow, flowsOf } from './say.ts';

/** Boxes set beside boxes; of more it is not worth the time. */
const lookedAtMax = 200_000;

/** The narrowest rules of `set` that hold the flow, each as a flow; empty where a part of it is in no single rule. */
export function wholeRulesOf(flow: Flow, set: FlowSet): readonly Flow[] {
  // Only a rule for all protocols allows all of the others.
  const protocol = flow.protocol === 'all' ? 'other' : flow.protocol;
  const boxes = set.get(channelKey({ ...flow, protocol }))?.boxes ?? [];
  if (flow.boxes.length * boxes.length > lookedAtMax) return [];
  const held = flow.boxes.map((part) => narrowest(boxes.filter((box) => holds(box, part, flow.protocol))));
  const found = new Set(held.filter((box) => box !== undefined));
  return held.includes(undefined) ? [] : [...found].map((box) => ofBox({ ...flow, protocol }, box, flow.protocol));
}

function holds(box: Box, part: Box, protocol: Flow['protocol']): boolean {
  if (box.lo > part.lo || box.hi < part.hi) return false;
  if (protocol === 'all') return isWhole('other')(box);
  return box.a0 <= part.a0 && box.a1 >= part.a1 && box.b0 <= part.b0 && box.b1 >= part.b1;
}

const narrowest = (boxes: readonly Box[]): Box | undefined =>
  boxes.reduce<Box | undefined>((least, box) => (least === undefined || box.hi - box.lo < least.hi - least.lo ? box : least), undefined);

function ofBox(flow: Flow & { readonly protocol: Exclude<Flow['protocol'], 'all'> }, box: Box, protocol: Flow['protocol']): Flow {
  const [whole] = flowsOf(flowSet([{ ...flow, boxes: [box] }]));
  return { ...whole!, protocol, text: protocol === 'all' ? whole!.text.replace(/^.*? (?=from |to )/, 'all protocols ') : whole!.text };
}
