import { defineConfig } from 'vitest/config';

// Everything that needs no root and nothing installed. System tests have their own configuration.
export default defineConfig({
  test: {
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: [
      { extends: true, test: { name: 'all', include: ['src/**/*.test.ts', 'test/contract/**/*.test.ts', 'test/e2e/**/*.test.ts'] } },
      // The history once more, over the SQLite inside Node. What one test starts inherits the choice.
      {
        extends: true,
        test: {
          name: 'node:sqlite',
          include: ['src/store/**/*.test.ts'],
          exclude: ['src/store/engine/**'],
          env: { UNDERSTUDY_STORE_ENGINE: 'node:sqlite' },
        },
      },
    ],
  },
});
