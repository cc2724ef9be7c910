// What the agent's own health says beyond its checks: where it serves, and whether it will go on.

export interface Served {
  /** Addresses of the open doors. */
  urls(): readonly string[];
  /** What callers cannot live with, or soon will not; one sentence each. */
  doorProblems(): readonly string[];
  /** Why the configuration was not taken over at the last reload; null when it was. */
  reloadProblem(): string | null;
}
