import { defineConfig } from 'vitest/config';

// Real systemd, real name servers, real network namespaces: needs root, and installs the Debian packages it names.
export default defineConfig({
  test: {
    include: ['test/system/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 600_000,
  },
});
