/**
 * Every state file among the recordings of real decK: what `deck file render` of the built program makes of
 * a valid one is valid, and rendered again is the same.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Host, startHost } from '../support/deck-host.ts'
import { golden, haveRecordings } from './recordings.ts'

const recorded = path.join(golden, 'deck')

/** By group; each text once. */
function stateFiles(): [group: string, files: [name: string, text: string][]][] {
  const seen = new Set<string>()
  return readdirSync(recorded).map(group => {
    const files = readdirSync(path.join(recorded, group)).flatMap(file => {
      const { files } = JSON.parse(readFileSync(path.join(recorded, group, file), 'utf8'))
      return Object.entries(files as Record<string, unknown>).flatMap(([name, text]): [string, string][] => {
        if (typeof text !== 'string' || !/\.(ya?ml|json)$/.test(name) || seen.has(text)) return []
        seen.add(text)
        return [[`${file} ${name}`, text]]
      })
    })
    return [group, files]
  })
}

describe.skipIf(!haveRecordings)(`state files of recordings (expected at ${golden})`, () => {
  let host: Host
  let valid = 0
  const folder = mkdtempSync(path.join(tmpdir(), 'deck-read-back-'))
  beforeAll(() => {
    host = startHost()
  })
  afterAll(() => {
    host.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const run = (...argv: string[]) =>
    host.run({ argv: ['file', ...argv], cwd: folder, env: { PATH: '', HOME: folder }, stdin: '' })
  const text = (name: string): string => readFileSync(path.join(folder, name), 'utf8')

  async function problemOf(content: string): Promise<string | undefined> {
    // `render` makes files for Kong 3 of all, and what plugins had in 2.8 alone is refused there.
    const forKong3 = content.replace(/(_format_version"?:\s*)["']?[\d.]+["']?/, '$1"3.0"')
    writeFileSync(path.join(folder, 'in.yaml'), forKong3)
    if ((await run('validate', 'in.yaml')).exit !== 0) return undefined
    if ((await run('render', 'in.yaml', '-o', 'once.yaml')).exit !== 0) return undefined
    valid += 1
    const { exit, stderr } = await run('validate', 'once.yaml')
    if (exit !== 0) return stderr
    const again = await run('render', 'once.yaml', '-o', 'twice.yaml')
    return again.exit === 0 && text('twice.yaml') === text('once.yaml') ? undefined : 'another text'
  }

  it.each(haveRecordings ? stateFiles() : [])(
    '%s: what is rendered is read back',
    async (_group, files) => {
      const problems: string[] = []
      for (const [name, content] of files) {
        const problem = await problemOf(content)
        if (problem !== undefined) problems.push(`${name}: ${problem}`)
      }
      expect(problems).toEqual([])
    },
    300_000,
  )

  it('many of them are valid', () => {
    expect(valid).toBeGreaterThan(300)
  })
})
