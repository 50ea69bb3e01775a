/**
 * Flips single bits of a data file and opens the folder each time: `node flip-bits.mjs FOLDER SEED COUNT`.
 * Prints the results as JSON. It is a process of its own, because LMDB crashes when it follows a wrong page
 * number.
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { openLmdbJournal } from '../../src/gateway/store/lmdb.ts'

const [, , folder = '', seed = '1', count = '1'] = process.argv
const version = { major: 3, minor: 9, text: '3.9' }
const tried = path.join(folder, 'flipped')
const original = readFileSync(path.join(folder, 'data.mdb'))

async function entitiesOf(data: string): Promise<string> {
  const journal = openLmdbJournal(data, version)
  const entities = journal.load().map(one => JSON.stringify(one))
  await journal.close()
  return entities.sort().join('\n')
}

/** Park and Miller's numbers: the same for the same seed. */
let state = Number(seed)
const below = (limit: number): number => {
  state = (state * 48271) % 2147483647
  return state % limit
}

const found = { refused: 0, harmless: 0, unnoticed: [] as number[], messages: new Set<string>() }
mkdirSync(path.join(folder, 'whole'), { recursive: true })
copyFileSync(path.join(folder, 'data.mdb'), path.join(folder, 'whole', 'data.mdb'))
const whole = await entitiesOf(path.join(folder, 'whole'))
// The file may be longer than what it holds.
const used = Number(original.readBigUInt64LE(144) + 1n) * 4096
for (let turn = 0; turn < Number(count); turn++) {
  // Every other flip hits the first pages, where one bit changes the most.
  const bit = below((turn % 2 === 0 ? used : 8192) * 8)
  rmSync(tried, { recursive: true, force: true })
  mkdirSync(tried)
  const bytes = Buffer.from(original)
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  writeFileSync(path.join(tried, 'data.mdb'), bytes)
  process.stderr.write(`${bit}\n`)
  const result = await entitiesOf(tried).catch((error: Error) => {
    found.refused += 1
    found.messages.add(`${error.name}: ${error.message.replace(tried, 'FOLDER').replaceAll(/\d+/g, 'N')}`)
    return undefined
  })
  if (result === whole) found.harmless += 1
  else if (result !== undefined) found.unnoticed.push(bit)
}
process.stdout.write(`${JSON.stringify({ ...found, messages: [...found.messages] })}\n`)
