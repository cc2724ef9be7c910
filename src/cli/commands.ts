// Every command by name; what it needs is loaded when it is called, so that `understudy version` costs nothing.
import type { Listed } from './command.ts';

export const commands = {
  up: { summary: 'agent and collector in one process, on this machine', load: async () => (await import('./up.ts')).up },
  agent: {
    summary: 'look at this machine on a schedule, and serve what was seen',
    load: async () => (await import('./agent.ts')).agent,
  },
  collector: {
    summary: 'ask every agent of a fleet, set each standby beside its primary, and serve what comes of it',
    load: async () => (await import('./collector.ts')).collector,
  },
  check: { summary: 'look once, judge, and exit by the verdict', load: async () => (await import('./check.ts')).check },
  diff: { summary: 'judge a standby beside its primary', load: async () => (await import('./diff.ts')).diff },
  status: { summary: 'what the running agent knows', load: async () => (await import('./status.ts')).status },
  gate: { summary: 'could it take over now? A signed answer, and an exit code', load: async () => (await import('./gate.ts')).gate },
  receipt: {
    summary: 'check, or read, what a gate left behind; print the key to check it with',
    load: async () => (await import('./receipt.ts')).receipt,
  },
  explain: {
    summary: 'how a check came to what it says, or what a finding means',
    load: async () => (await import('./explain.ts')).explain,
  },
  history: { summary: 'how what a check saw has changed', load: async () => (await import('./history.ts')).history },
  run: { summary: 'let the agent look now', load: async () => (await import('./run.ts')).run },
  record: {
    summary: 'write this machine, or a region, into a folder that can stand in for it',
    load: async () => (await import('./record.ts')).record,
  },
  doctor: {
    summary: 'which rights are missing in OCI, and the policy that gives them',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  fleet: { summary: 'which groups could take over now, and why not', load: async () => (await import('./fleet.ts')).fleet },
  waive: { summary: 'accept a finding, with a reason and an end', load: async () => (await import('./waive.ts')).waive },
  learn: { summary: 'draft a group of the fleet file from what its pairs show', load: async () => (await import('./learn.ts')).learn },
  config: { summary: 'check the configuration; print its schema, or an example', load: async () => (await import('./config.ts')).config },
  completion: { summary: 'a completion script for bash or zsh', load: async () => (await import('./completion.ts')).completion },
  version: { summary: 'the version', load: async () => (await import('./version.ts')).version },
  help: { summary: 'this text, or that of a command', load: async () => (await import('./help.ts')).help },
} satisfies Record<string, Listed>;

export type CommandName = keyof typeof commands;

export const isCommandName = (name: string): name is CommandName => Object.hasOwn(commands, name);
