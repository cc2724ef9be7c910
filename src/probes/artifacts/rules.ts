// Everything that can be wrong with what is deployed, in the order in which the findings are documented.
import { aloneRules } from './rules/alone.ts';
import { comparabilityRules } from './rules/comparability.ts';
import { fileRules } from './rules/files.ts';
import { imageRules } from './rules/images.ts';
import { manifestRules } from './rules/manifest.ts';
import { sightRules } from './rules/sight.ts';
import { versionRules } from './rules/versions-beside.ts';

export const rules = [...aloneRules, ...manifestRules, ...sightRules, ...imageRules, ...fileRules, ...versionRules, ...comparabilityRules];
