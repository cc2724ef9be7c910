// What several of the collector's routes take and answer alike.
import * as Type from 'typebox/type';
import { FindingSchema } from '../../contract/finding.ts';
import type { Severity } from '../../contract/rule.ts';
import { severities } from '../../contract/rule.ts';
import { StandingFindingSchema } from '../../contract/standing.ts';

export const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** By the clock of the collector. */
export const AtSchema = Type.Integer({ description: 'When this was answered, by the collector’s clock' });

/** Names of discovered groups and pairs are as long as labels may be. */
export const nameLengthMax = 200;

export const Name = (description: string) => Type.String({ minLength: 1, maxLength: nameLengthMax, description });
export const GroupName = Name('What fails over together');
export const PairName = Name('Of the group');
export const CheckName = Type.String({ minLength: 1, maxLength: 64, description: 'Id of a check' });

/** The last instant that a Date can hold. */
const instantMax = 8.64e15;
export const Instant = (description: string) => Type.Integer({ minimum: 0, maximum: instantMax, description });

export const Limit = (most: number, usual: number) => Type.Integer({ minimum: 1, maximum: most, default: usual });

export const SeveritySchema = Type.Unsafe<Severity>({ type: 'string', enum: [...severities] });

export const strict = { additionalProperties: false } as const;

const { remedy: _remedy, evidence: _evidence, ...said } = FindingSchema.properties;
const { state, openedAt, changedAt, resolvedAt, waiver } = StandingFindingSchema.properties;

/** A finding without what mends it and what it rests on. */
export const FindingLineSchema = Type.Object({ ...said, state, openedAt, changedAt, resolvedAt, waiver });
