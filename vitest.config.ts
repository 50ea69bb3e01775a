import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const endWhenOrphaned = 'scripts/test/end-when-orphaned.js'

/** Tests that import the sources start at once; those that run the built program build it first when it is stale. */
export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'source',
          include: ['test/*.test.ts', 'test/{unit,gateway}/**/*.test.ts'],
          globalSetup: [endWhenOrphaned],
        },
      },
      {
        extends: true,
        test: {
          name: 'built',
          include: ['test/{cli,manager,conformance}/**/*.test.ts'],
          globalSetup: [endWhenOrphaned, 'scripts/test/build-when-stale.js'],
        },
      },
    ],
    setupFiles: ['test/support/end-with-runner.ts'],
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // A test that a busy machine has failed is run once more in CI; `npm test` names each such test and counts it.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    // vitest's own choice, one less, leaves a machine of two cores with one; and much of what the tests do is waiting.
    maxWorkers: Math.max(2, availableParallelism()),
  },
})
