// Everything that the kernel probe can say, in the order of the documentation.
import type { Rule } from '../../contract/rule.ts';
import type { KernelFacts } from './facts.ts';
import { aloneRules } from './rules-alone.ts';
import { livePatchingRules } from './rules-live-patching.ts';
import { packageRules } from './rules-packages.ts';
import { pairedRules } from './rules-paired.ts';
import type { KernelSettings } from './settings.ts';

export const rules: readonly Rule<KernelFacts, KernelSettings>[] = [...aloneRules, ...livePatchingRules, ...pairedRules, ...packageRules];
