// Everything that can be wrong with monitoring agents, in the order in which the docs list it.
import type { Rule } from '../../contract/rule.ts';
import type { MonitoringFacts } from './facts.ts';
import * as beside from './rules/beside.ts';
import * as paired from './rules/paired.ts';
import * as stages from './rules/stages.ts';
import type { MonitoringSettings } from './settings.ts';

export const rules: readonly Rule<MonitoringFacts, MonitoringSettings>[] = [
  stages.requiredMissing,
  stages.requiredBroken,
  paired.notRunningHere,
  paired.notDeliveringHere,
  paired.notLookedFor,
  paired.unseenHere,
  paired.primaryUnseen,
  stages.masked,
  stages.disabled,
  stages.failed,
  stages.crashLooping,
  stages.stopped,
  stages.lostAtReboot,
  stages.notConfigured,
  stages.credentialRefused,
  stages.clockSkewed,
  stages.intakeUnreachable,
  stages.notDelivering,
  stages.requiredUnseen,
  stages.stageUnseen,
  beside.backlogGrowing,
  beside.losingData,
  beside.logsNotSent,
  beside.undatedEntries,
  beside.companionOff,
  beside.partUnhealthy,
  beside.unwanted,
  beside.versionUnseen,
  beside.pluginNotRunning,
  beside.pluginsUnseen,
  paired.pluginsDiffer,
  paired.pluginsNotCompared,
  paired.olderThanPrimary,
  paired.versionDiffers,
  paired.versionUnseen,
];
