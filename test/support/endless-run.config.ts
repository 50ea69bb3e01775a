/** The project's own way of running tests, for endless-run.ts. */
import { defineConfig } from 'vitest/config'
import { common } from '../../vitest.config.ts'

export default defineConfig({ test: { ...common, root: '.', include: ['test/support/endless-run.ts'] } })
