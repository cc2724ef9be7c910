// Where the program lies that tries calls to the cloud, and how it is started.

/** The source file beside us, or the bundle's file beside the one that we are in. */
export const entry: URL = import.meta.url.endsWith('.ts')
  ? new URL('../../tenancy/try/main.ts', import.meta.url)
  : new URL('./try-cloud.mjs', import.meta.url);

/** It peaks at 83 MiB so, of which 28 are its own; without the first two at 90 and 34 (bundle, all kinds of calls, Node 26.10). */
export const flags: readonly string[] = ['--optimize-for-size', '--max-semi-space-size=1', '--max-old-space-size=96'];

/**
 * Nothing of the agent's own, and no proxy: the metadata service is on this very link, and OCI's endpoints are reached from a private
 * subnet by a gateway. The SDK looks for settings in the home directory, where there are none of ours. One heap of malloc for all
 * threads saves 4 MiB.
 */
export const environment: Readonly<Record<string, string>> = {
  LC_ALL: 'C',
  TZ: 'UTC',
  HOME: '/nonexistent',
  MALLOC_ARENA_MAX: '1',
};
