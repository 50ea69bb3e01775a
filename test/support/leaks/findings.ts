/** What the search of one test file's runs has found, and how much was searched. */

interface Findings {
  /** One line for each secret in a place where it must not be; of the last test. */
  readonly leaks: string[]
  /** Of all tests of the file. */
  readonly allLeaks: string[]
  /** Called after each test: searches of what goes on. */
  readonly searches: Set<() => Promise<void>>
  runs: number
  files: number
  secrets: number
  /** Of the processor's time, for the search. */
  milliseconds: number
}

export const findings: Findings = {
  leaks: [],
  allLeaks: [],
  searches: new Set(),
  runs: 0,
  files: 0,
  secrets: 0,
  milliseconds: 0,
}
