// How a daemon's process ends, in the words of sysexits(3). systemd tries again after all but `wrongConfiguration`.

export const daemonExits = {
  stopped: 0,
  /** The port or socket is taken, or another daemon has the history. */
  unavailable: 69,
  /** A fault of our own; the log has it. */
  crashed: 70,
  /** A wrong configuration, or a history that a newer release wrote: starting again does not help. */
  wrongConfiguration: 78,
} as const;

export type DaemonExit = (typeof daemonExits)[keyof typeof daemonExits];
