/** The same file gives the same bytes, whatever the parallelism and whatever order the gateway answers in. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { deck, newFile, repository, serve } from '../support/binary.ts'
import { faultyRelay } from '../support/faulty-relay.ts'

const ways = [['1'], ['2'], ['3'], ['5'], ['8'], ['10'], ['20'], ['50'], [], []].map(([number]) =>
  number === undefined ? [] : ['--parallelism', number],
)

it('ten times in a row', async () => {
  const generator: string = join(repository, 'bench/state-file.js')
  const { stateFile } = (await import(generator)) as { stateFile: (entities: number) => string }
  const file = newFile('kong.yaml', stateFile(48))
  const gateway = await serve()
  // Answers overtake one another.
  const relay = await faultyRelay(gateway.admin, ({ index }) =>
    index % 3 === 0 ? { what: 'delay', milliseconds: (index * 7) % 11 } : undefined,
  )
  const seen = {
    diff: new Set<string>(),
    json: new Set<string>(),
    sync: new Set<string>(),
    dump: new Set<string>(),
  }
  try {
    for (const way of ways) {
      const run = async (...argv: string[]): Promise<string> => {
        const { code, stdout, stderr } = await deck([...argv, '--kong-addr', relay.address])
        expect(code, stderr).toBe(0)
        return stdout
      }
      seen.diff.add(await run('gateway', 'diff', file, ...way))
      // The ids of what is new are random.
      const json = await run('gateway', 'diff', file, '--json-output', ...way)
      seen.json.add(json.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id'))
      seen.sync.add(await run('gateway', 'sync', file, ...way))
      seen.dump.add(await run('gateway', 'dump'))
      await run('gateway', 'reset', '--force')
    }
  } finally {
    await gateway.stop()
  }
  for (const [command, outputs] of Object.entries(seen)) expect(outputs.size, command).toBe(1)
})
