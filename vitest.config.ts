import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // vitest's own choice, one less, leaves a machine of two cores with one; and much of what the tests do is waiting.
    maxWorkers: Math.max(2, availableParallelism()),
  },
})
