// Everything that the database patch probe can say, in the order of the documentation.
import type { Rule } from '../../contract/rule.ts';
import type { DbpatchFacts } from './facts.ts';
import { dictionaryRules } from './rules-dictionary.ts';
import { homeRules } from './rules-homes.ts';
import { pairedRules } from './rules-paired.ts';
import type { DbpatchSettings } from './settings.ts';

export const rules: readonly Rule<DbpatchFacts, DbpatchSettings>[] = [...homeRules, ...dictionaryRules, ...pairedRules];
