/** Files that are broken in any way: each command says what is wrong, and never calls it a bug of its own. */
import { writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { newFolder, serve } from '../support/binary.ts'
import { type Host, startHost } from '../support/deck-host.ts'
import { complaints } from '../support/hostile/complaints.ts'
import { gatewaySorts, hostileFiles } from '../support/hostile/gateway-seeds.ts'
import { mutatedFile } from '../support/hostile/mutations.ts'
import { type Sort, sorts } from '../support/hostile/seeds.ts'

const folder = newFolder()
const paths = hostileFiles(folder)
const env = { HOME: folder, PATH: '', DECK_A: 'value-a', DECK_B: 'value-b' }

/** Every run is the same; `HOSTILE_RUNS=1000 HOSTILE_SEED=7` tries more. */
const runs = Number(process.env['HOSTILE_RUNS'] ?? 40)
const seed = Number(process.env['HOSTILE_SEED'] ?? 20261130)

const host: Host = startHost()
const gateway = await serve()
afterAll(async () => {
  host.stop()
  await gateway.stop()
})

const run = (argv: readonly string[]) => host.run({ argv, cwd: folder, env, stdin: '' })

// Commands on a gateway take longer each.
const onGateway = (await gatewaySorts(folder, gateway)).map(sort => ({ ...sort, runs: Math.ceil(runs / 4) }))

describe.each<Sort & { readonly runs?: number }>([...sorts, ...onGateway])('$name', sort => {
  const { text, commands, parse: read = parse } = sort
  test.each(
    commands.map(
      command =>
        [
          command(paths)
            .filter(word => !word.startsWith(folder) && !word.startsWith('http'))
            .join(' '),
          command,
        ] as const,
    ),
  )('deck %s', async (_name, command) => {
    writeFileSync(paths.mutated, text)
    expect(complaints(await run(command(paths)))).toEqual([])
    await fc.assert(
      fc.asyncProperty(mutatedFile(text, read), async mutated => {
        writeFileSync(paths.mutated, mutated)
        expect(complaints(await run(command(paths)))).toEqual([])
      }),
      { numRuns: sort.runs ?? runs, seed },
    )
  })
})
