/** Files that are broken in any way: each command says what is wrong, and never calls it a bug of its own. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { newFolder } from '../support/binary.ts'
import { type Host, startHost } from '../support/deck-host.ts'
import { complaints } from '../support/hostile/complaints.ts'
import { mutatedFile } from '../support/hostile/mutations.ts'
import { type Paths, type Sort, sorts, wholeFiles } from '../support/hostile/seeds.ts'

const folder = newFolder()
const paths: Paths = {
  mutated: join(folder, 'mutated.yaml'),
  state: join(folder, 'state.yaml'),
  ruleset: join(folder, 'ruleset.yaml'),
  patch: join(folder, 'patch.yaml'),
}
const env = { HOME: folder, PATH: '', DECK_A: 'value-a', DECK_B: 'value-b' }

/** Every run is the same; `HOSTILE_RUNS=1000 HOSTILE_SEED=7` tries more. */
const runs = Number(process.env['HOSTILE_RUNS'] ?? 40)
const seed = Number(process.env['HOSTILE_SEED'] ?? 20261130)

let host: Host
beforeAll(() => {
  host = startHost()
  for (const name of ['state', 'ruleset', 'patch'] as const) writeFileSync(paths[name], wholeFiles[name])
})
afterAll(() => host?.stop())

const run = (argv: readonly string[]) => host.run({ argv, cwd: folder, env, stdin: '' })

describe.each(sorts)('$name', ({ text, commands }: Sort) => {
  test.each(
    commands.map(
      command =>
        [
          command(paths)
            .filter(word => !word.startsWith(folder))
            .join(' '),
          command,
        ] as const,
    ),
  )('deck %s', async (_name, command) => {
    writeFileSync(paths.mutated, text)
    expect(complaints(await run(command(paths)))).toEqual([])
    await fc.assert(
      fc.asyncProperty(mutatedFile(text, parse), async mutated => {
        writeFileSync(paths.mutated, mutated)
        expect(complaints(await run(command(paths)))).toEqual([])
      }),
      { numRuns: runs, seed },
    )
  })
})
