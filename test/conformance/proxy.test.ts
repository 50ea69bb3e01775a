/**
 * The proxy against what real Kong 2.8 and 3.9 did. What does not match yet is listed in
 * `proxy-unmatched.json`; the list can only shrink: a new mismatch fails, and so does a listed one that
 * matches (`UPDATE=1` then takes it off the list).
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { running } from '../../src/gateway/plugins/handlers.ts'
import { type ProxyVerdict, playProxy } from './play-proxy.ts'
import { proxyScenarios } from './proxy-recordings.ts'
import { golden, haveRecordings } from './recordings.ts'

type Unmatched = Record<string, number[]>

const listFile = path.join(import.meta.dirname, 'proxy-unmatched.json')
const listed: Unmatched = JSON.parse(readFileSync(listFile, 'utf8'))
const update = process.env['UPDATE'] === '1'

describe.skipIf(!haveRecordings)(`the proxy as recorded (recordings expected at ${golden})`, () => {
  const tally = { matched: 0, unmatched: 0, 'not concerned': 0 }
  const still: Unmatched = {}

  // The gateway lives in the time of the recording: windows of rate limits and ages of what is cached are the
  // recorded ones.
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  afterAll(() => {
    process.stderr.write(
      `proxy: ${tally.matched} of ${tally.matched + tally.unmatched} recorded exchanges match, ${tally['not concerned']} are not concerned yet\n`,
    )
    if (update) writeFileSync(listFile, `${JSON.stringify(still, null, 2)}\n`)
  })

  for (const scenario of haveRecordings ? proxyScenarios() : []) {
    it(scenario.name, async () => {
      const verdicts = await playProxy(scenario, new Set(running), time => vi.setSystemTime(time))
      for (const { what } of verdicts) tally[what] += 1
      const { news, cured, both } = against(new Set(listed[scenario.name] ?? []), verdicts)
      if (both.length > 0) still[scenario.name] = both
      expect(news, 'what matched before, or is new').toEqual([])
      if (!update) expect(cured, 'listed although it matches: run with UPDATE=1').toEqual([])
    })
  }
})

function against(known: ReadonlySet<number>, verdicts: readonly ProxyVerdict[]) {
  const unmatched = verdicts.filter(verdict => verdict.what === 'unmatched')
  const numbers = unmatched.map(({ n }) => n)
  return {
    news: unmatched.filter(({ n }) => !known.has(n)).map(({ n, why }) => `#${n} ${why}`),
    cured: [...known].filter(n => !numbers.includes(n)),
    both: numbers.filter(n => known.has(n)),
  }
}
