/** `npm run campaign`: the parts one after the other, outside of `npm test`. */
import { defineConfig } from 'vitest/config'
import { common } from '../../vitest.config.ts'

export default defineConfig({
  test: { ...common, root: '.', include: ['test/campaign/campaign.ts'], testTimeout: 600_000, retry: 0 },
})
