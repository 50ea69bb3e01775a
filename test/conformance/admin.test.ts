/**
 * The Admin API against what real Kong 2.8 and 3.9 said. What does not match is listed in
 * `admin-unmatched.json` with the reason; the list can only shrink: a new mismatch fails, and so does a
 * listed one that matches (`UPDATE=1` then takes it off the list).
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type KongVersion, playAdmin, startRecorded, tally } from './play-admin.ts'
import { golden, haveRecordings } from './recordings.ts'

/** By version, scenario and reason: the numbers of exchanges. */
type Unmatched = Record<string, Record<string, Record<string, number[]>>>

const listFile = path.join(import.meta.dirname, 'admin-unmatched.json')
const listed: Unmatched = JSON.parse(readFileSync(listFile, 'utf8'))
const updated: Unmatched = structuredClone(listed)
const update = process.env['UPDATE'] === '1'

describe.skipIf(!haveRecordings)(`Admin API as recorded (recordings expected at ${golden})`, () => {
  for (const version of ['2.8', '3.9'] as const) describeVersion(version)
  afterAll(() => {
    if (update) writeFileSync(listFile, listText(updated))
  })
})

function describeVersion(version: KongVersion): void {
  it(`Kong ${version}: what does not match is what is listed`, async () => {
    const played = await playAdmin(version, startRecorded())
    const known = listed[version] ?? {}
    const news: string[] = []
    const cured: string[] = []
    for (const { scenario, verdicts } of played) {
      const expected = new Set(Object.values(known[scenario] ?? {}).flat())
      const unmatched = verdicts.filter(verdict => verdict.what === 'unmatched')
      for (const { n, why } of unmatched) if (!expected.has(n)) news.push(`${scenario}#${n} ${why}`)
      const still = unmatched.map(({ n }) => n).filter(n => expected.has(n))
      for (const n of expected) if (!still.includes(n)) cured.push(`${scenario}#${n}`)
      keep(version, scenario, still)
    }
    const { matched, better, unmatched, notConcerned } = tally(played)
    process.stderr.write(
      `Kong ${version}: ${matched + better} of ${matched + better + unmatched} exchanges match, ${notConcerned} are not concerned yet\n`,
    )
    expect(news, 'what matched before, or is new').toEqual([])
    if (!update) expect(cured, 'listed although it matches: run with UPDATE=1').toEqual([])
  })
}

/** One line a reason. */
const listText = (list: Unmatched): string =>
  `${JSON.stringify(list, null, 2).replace(/\[[\s\d,]*\]/g, numbers => numbers.replace(/\s+/g, ' ').replace('[ ', '[').replace(' ]', ']'))}\n`

function keep(version: string, scenario: string, numbers: number[]): void {
  const { [scenario]: before = {}, ...others } = updated[version] ?? {}
  const reasons = Object.entries(before)
    .map(([why, listed]) => [why, listed.filter(n => numbers.includes(n))] as const)
    .filter(([, left]) => left.length > 0)
  updated[version] = reasons.length === 0 ? others : { ...others, [scenario]: Object.fromEntries(reasons) }
}
