/** Many entities, as the benchmark makes them: each of them is there afterwards, and gone after a reset. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deck, newFile, newFolder, repository, type Served, serve, summary } from '../support/binary.ts'

const entities = 2504

let gateway: Served
beforeAll(async () => {
  gateway = await serve()
})
afterAll(() => gateway?.stop())

test(`${entities} entities are synced, diffed, dumped and reset`, async () => {
  const generator: string = join(repository, 'bench/state-file.js')
  const { stateFile } = (await import(generator)) as { stateFile: (entities: number) => string }
  const file = newFile('kong.yaml', stateFile(entities))
  const at = (...argv: string[]) => deck([...argv, '--kong-addr', gateway.admin])

  expect((await at('sync', file)).stdout).toContain(summary(entities, 0, 0))
  expect((await at('diff', file)).stdout).toBe(summary(0, 0, 0))
  const dumped = join(newFolder(), 'dumped.json')
  expect((await at('gateway', 'dump', '--format', 'json', '-o', dumped)).code).toBe(0)
  expect((await at('diff', dumped)).stdout).toBe(summary(0, 0, 0))
  expect((await at('reset', '-f')).stdout).toContain(summary(0, 0, entities))
  expect((await at('diff', file)).stdout).toContain(summary(entities, 0, 0))
})
