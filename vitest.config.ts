import { defineConfig } from 'vitest/config';

// Everything that needs no root and nothing installed. System tests have their own configuration.
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/contract/**/*.test.ts', 'test/e2e/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
