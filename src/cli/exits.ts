// How a command's process ends.

/**
 * The monitoring-plugins convention; 3 also stands for a verdict that is suspended, and for a command that could not do what it was asked.
 */
export const exits = { ready: 0, degraded: 1, 'not-ready': 2, unknown: 3, suspended: 3 } as const;
