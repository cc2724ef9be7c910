// Looks once with the egress probe and prints what it saw: run inside a network namespace, with the settings as JSON on the command line.
import { fillDefaults } from '../../src/contract/schema.ts';
import { localMachine } from '../../src/machine/local.ts';
import { probe } from '../../src/probes/egress/index.ts';
import type { Settings } from '../../src/probes/egress/settings.ts';

const settings = JSON.parse(process.argv[2] ?? '{}') as Settings;
const problems = fillDefaults(probe.settings, settings);
if (problems.length > 0) throw new Error(JSON.stringify(problems));
const signal = AbortSignal.timeout(probe.defaults.timeoutMs);
const outcome = await probe.observe(localMachine().forLook(signal), settings, signal);
console.log(JSON.stringify({ outcome, settings, at: Date.now() }));
