/** The project's own way of running tests, for endless-run.ts. */
import { defineConfig } from 'vitest/config'
import config from '../../vitest.config.ts'

const { projects: _, ...test } = config.test ?? {}

export default defineConfig({
  test: {
    ...test,
    root: '.',
    include: ['test/support/endless-run.ts'],
    globalSetup: ['scripts/test/end-when-orphaned.js'],
  },
})
