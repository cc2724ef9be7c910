// Everything that this probe says about settings.
import { nothingCompared, processNotCompared, siblingsDiffer } from './rules/compared.ts';
import { fleetKeyUnseen, noFleetKey, openFleetKey, weakFleetKey } from './rules/fleet-key.ts';
import { fleetKeyNotBrought, otherFleetKey } from './rules/fleet-key-pair.ts';
import { extraKey, keyMissing, namesPrimarySite, valueDiffers, vitalValueDiffers } from './rules/paired-keys.ts';
import { missingOnStandby, notWatchedHere, otherSiteWords, primaryUnseen, unnamedDiffer, unparsableHere } from './rules/paired-sources.ts';
import { reloadDue, runningDiffers, startedBeforeChange, unitFailed } from './rules/running.ts';
import {
  environmentFileMissing,
  keyDangling,
  keyUnseen,
  placeUnseen,
  sourceMissing,
  sourceUnseen,
  startUnseen,
  unparsable,
} from './rules/sight.ts';
import {
  namesOtherSite,
  primaryNamesStandby,
  repeatedKey,
  requiredEmpty,
  requiredMissing,
  requiredUnresolved,
  strayLines,
  unresolved,
} from './rules/values.ts';

export const rules = [
  requiredMissing,
  requiredEmpty,
  requiredUnresolved,
  unresolved,
  namesOtherSite,
  primaryNamesStandby,
  sourceMissing,
  environmentFileMissing,
  unparsable,
  sourceUnseen,
  keyUnseen,
  keyDangling,
  placeUnseen,
  startedBeforeChange,
  unitFailed,
  reloadDue,
  runningDiffers,
  startUnseen,
  noFleetKey,
  fleetKeyUnseen,
  weakFleetKey,
  openFleetKey,
  repeatedKey,
  strayLines,
  missingOnStandby,
  notWatchedHere,
  keyMissing,
  vitalValueDiffers,
  valueDiffers,
  namesPrimarySite,
  unparsableHere,
  primaryUnseen,
  nothingCompared,
  processNotCompared,
  siblingsDiffer,
  fleetKeyNotBrought,
  otherFleetKey,
  otherSiteWords,
  unnamedDiffer,
  extraKey,
] as const;
