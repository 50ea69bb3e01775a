// Vitest's reporter for `npm test`: counts the tests and names those that passed only when they were run
// again. Writes JSON to the file that TALLY_FILE names.
import { writeFileSync } from 'node:fs'

const states = { passed: 'passed', failed: 'failed', skipped: 'skipped', pending: 'skipped' }

export default class Tally {
  onTestRunEnd(modules, unhandledErrors) {
    const tally = { passed: 0, failed: 0, skipped: 0, flaky: [] }
    for (const module of modules) {
      const before = tally.failed
      for (const test of module.children.allTests()) {
        tally[states[test.result().state]]++
        if (test.diagnostic()?.flaky) tally.flaky.push(`${module.relativeModuleId} > ${test.fullName}`)
      }
      // A file that cannot be loaded, or whose set-up fails, has no failed test.
      if (module.state() === 'failed' && tally.failed === before) tally.failed++
    }
    tally.failed += unhandledErrors.length
    writeFileSync(process.env.TALLY_FILE, JSON.stringify(tally))
  }
}
