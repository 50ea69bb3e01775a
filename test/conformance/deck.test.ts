/**
 * The built program against what real decK 1.65 did on real Kong 2.8 and 3.9. What does not match yet is
 * listed in `deck-unmatched.json`; the list can only shrink: a new mismatch fails, and so does a listed one
 * that matches (`UPDATE=1` then takes it off the list). What is otherwise on purpose is said in
 * `deck-purpose.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Host, startHost } from '../support/deck-host.ts'
import { playCase, type Verdict } from './deck-play.ts'
import { purposes } from './deck-purpose.ts'
import { type DeckCase, deckCases, groups } from './deck-recordings.ts'
import { golden, haveRecordings } from './recordings.ts'

/** Steps by case. */
type Unmatched = Readonly<Record<string, readonly string[]>>

const listFile = path.join(import.meta.dirname, 'deck-unmatched.json')
const listed: Unmatched = JSON.parse(readFileSync(listFile, 'utf8'))
const update = process.env['UPDATE'] === '1'

describe.skipIf(!haveRecordings)(`commands as recorded (recordings expected at ${golden})`, () => {
  let hosts: Host[]
  const still: Record<string, string[]> = {}
  const tally = { matched: 0, 'on purpose': 0, unmatched: 0, 'not concerned': 0 }

  beforeAll(() => {
    hosts = Array.from({ length: availableParallelism() }, startHost)
  })
  afterAll(() => {
    for (const host of hosts) host.stop()
    process.stderr.write(
      `decK: ${tally.matched} of ${tally.matched + tally['on purpose'] + tally.unmatched} steps match, ` +
        `${tally['on purpose']} differ on purpose, ${tally['not concerned']} are not concerned yet\n`,
    )
    if (update) writeFileSync(listFile, `${JSON.stringify(still, null, 2)}\n`)
  })

  for (const kong of ['2.8', '3.9'] as const) {
    it.each(groups)(
      `Kong ${kong}, %s: what does not match is what is listed`,
      async group => {
        const news: string[] = []
        const cured: string[] = []
        for (const { recorded, verdicts } of await playAll(deckCases(group, kong), hosts)) {
          for (const { what } of verdicts) tally[what]++
          const known = listed[recorded.title] ?? []
          const unmatched = verdicts.filter(({ what }) => what === 'unmatched')
          news.push(
            ...unmatched.filter(({ step }) => !known.includes(step)).map(describeStep(recorded.title)),
          )
          const kept = known.filter(step => unmatched.some(verdict => verdict.step === step))
          cured.push(...known.filter(step => !kept.includes(step)).map(step => `${recorded.title}#${step}`))
          if (kept.length > 0) still[recorded.title] = kept
        }
        expect(news, 'what matched before, or is new').toEqual([])
        if (!update) expect(cured, 'listed although it matches: run with UPDATE=1').toEqual([])
      },
      300_000,
    )
  }
})

/** Each host plays one case after the other; what they found comes in the order of the cases. */
async function playAll(cases: readonly DeckCase[], hosts: readonly Host[]) {
  const waiting = [...cases.entries()]
  const played: { recorded: DeckCase; verdicts: Verdict[] }[] = []
  const work = async (host: Host) => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [at, recorded] = next
      played[at] = { recorded, verdicts: await playCase(recorded, host) }
    }
  }
  await Promise.all(hosts.map(work))
  return played
}

const describeStep =
  (title: string) =>
  ({ step, why, stderr = '' }: Verdict): string =>
    `${title}#${step} ${why} ${stderr.slice(0, 300)}`

it('what differs on purpose is said on the page about it', () => {
  const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/differences-from-deck.md'), 'utf8')
  expect(purposes.filter(({ row }) => !page.includes(row))).toEqual([])
})
