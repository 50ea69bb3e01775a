import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** What holds for every test file. */
export const common = {
  setupFiles: ['test/support/end-with-runner.ts', 'test/support/leaks/fail-on-leaks.ts'],
  globalSetup: ['scripts/test/end-when-orphaned.js', 'test/support/leaks/secret-fields.ts'],
  testTimeout: 180_000,
  hookTimeout: 120_000,
  // A test that a busy machine has failed is run once more in CI; `npm test` names each such test and counts it.
  retry: process.env['CI'] === 'true' ? 1 : 0,
}

export default defineConfig({
  test: {
    // vitest's own choice, one less, leaves a machine of two cores with one; and much of what the tests do is waiting.
    maxWorkers: Math.max(2, availableParallelism()),
    // Tests that import the sources start at once; those that run the built program build it first when it is stale.
    projects: [
      {
        test: { ...common, name: 'source', include: ['test/*.test.ts', 'test/{unit,gateway}/**/*.test.ts'] },
      },
      {
        test: {
          ...common,
          name: 'built',
          include: ['test/{cli,manager,conformance}/**/*.test.ts'],
          globalSetup: [...common.globalSetup, 'scripts/test/build-when-stale.js'],
        },
      },
    ],
  },
})
