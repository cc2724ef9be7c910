import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BlindSpotSchema, FindingSchema } from '../contract/finding.ts';
import { CountsSchema } from '../contract/fleet.ts';
import { AppliedLawfulSchema } from '../contract/lawful.ts';
import { NodeIdentitySchema } from '../contract/node.ts';
import { TrailEntrySchema } from '../contract/observation.ts';
import { ReadingSchema } from '../contract/outcome.ts';
import { ReceiptSchema } from '../contract/receipt.ts';
import { StandingFindingSchema } from '../contract/standing.ts';
import { WaiverSchema } from '../contract/waiver.ts';
import {
  CheckDocumentSchema,
  DiffDocumentSchema,
  ExplainedCheckSchema,
  ExplainedFindingSchema,
  ShownObservationSchema,
} from './documents.ts';

const page = readFileSync(new URL('../../docs/json.md', import.meta.url), 'utf8');

describe('docs/json.md', () => {
  it.each([
    ['understudy-check/1', CheckDocumentSchema],
    ['understudy-diff/1', DiffDocumentSchema],
    ['understudy-explain-check/1', ExplainedCheckSchema],
    ['understudy-explain-finding/1', ExplainedFindingSchema],
    ['an observation', ShownObservationSchema],
    ['a finding', FindingSchema],
    ['a blind spot', BlindSpotSchema],
    ['a node', NodeIdentitySchema],
    ['a reading', ReadingSchema],
    ['a line of a trail', TrailEntrySchema],
    ['understudy-receipt/1', ReceiptSchema],
    ['a pair of a receipt', ReceiptSchema.properties.pairs.items],
    ['a node of a receipt', ReceiptSchema.properties.pairs.items.properties.standby.anyOf[0]],
    ['a signature', ReceiptSchema.properties.signature],
    ['a finding with a life', StandingFindingSchema],
    ['a waiver', WaiverSchema],
    ['a lawful difference', AppliedLawfulSchema],
    ['counts', CountsSchema],
  ])('names every member of %s', (_, { properties }) => {
    expect(Object.keys(properties).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});
