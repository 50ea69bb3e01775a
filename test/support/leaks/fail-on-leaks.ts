/** Vitest's set-up of each test file: a test fails where a run of it showed a secret. */
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach } from 'vitest'
import { findings } from './findings.ts'

function failOnLeaks(): void {
  const leaks = findings.leaks.splice(0)
  findings.allLeaks.push(...leaks)
  if (leaks.length > 0) throw new Error(`secrets where they must not be:\n  ${leaks.join('\n  ')}`)
}

afterEach(async () => {
  for (const search of findings.searches) await search()
  failOnLeaks()
})

// Hooks of this file run after those of the test file, which end gateways.
afterAll(() => {
  const folder = process.env['SECRET_SEARCH_COUNTS']
  try {
    failOnLeaks()
  } finally {
    if (folder !== undefined && findings.runs > 0)
      writeFileSync(
        join(folder, `${randomUUID()}.json`),
        JSON.stringify({ ...findings, searches: undefined }),
      )
  }
})
