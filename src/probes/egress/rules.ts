// All that the egress probe can find wrong.
import type { Rule } from '../../contract/rule.ts';
import { contrastRules } from './contrast-rules.ts';
import { endpointRules } from './endpoint-rules.ts';
import type { Facts } from './facts.ts';
import { machineRules } from './machine-rules.ts';
import type { Settings } from './settings.ts';

export const rules: readonly Rule<Facts, Settings>[] = [...machineRules, ...endpointRules, ...contrastRules];
