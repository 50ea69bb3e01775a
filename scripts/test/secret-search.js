// What the search for secrets in the outputs of the tests (test/support/leaks) has looked at.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Of the whole suite, somewhat below what it searches without recordings of real gateways: with less, the search
 * does not see the runs any more. One test has 3000 secrets.
 */
const least = { runs: 3000, secrets: 3100, files: 1200 }

/**
 * @param folder with one JSON file for each test file
 * @param isWhole whether all tests ran
 */
export function secretSearch(folder, isWhole) {
  const searched = { runs: 0, secrets: 0, files: 0 }
  for (const name of readdirSync(folder)) {
    const counts = JSON.parse(readFileSync(join(folder, name), 'utf8'))
    for (const what of Object.keys(searched)) searched[what] += counts[what]
  }
  const { runs, secrets, files } = searched
  const isTooLittle = isWhole && Object.keys(least).some(what => searched[what] < least[what])
  return {
    line: `searched ${runs} runs, ${secrets} secrets, ${files} files for leaks${isTooLittle ? ': TOO LITTLE' : ''}`,
    isTooLittle,
  }
}
