import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // Where nobody looks on, a test that a busy machine has failed is run once more; one that is wrong fails again.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    // vitest's own choice, one less, leaves a machine of two cores with one; and much of what the tests do is waiting.
    maxWorkers: Math.max(2, availableParallelism()),
  },
})
