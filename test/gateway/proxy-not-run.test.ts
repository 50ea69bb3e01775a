import { expect, it } from 'vitest'
import type { Entity } from '../../src/entities/define.ts'
import { tellNotRun } from '../../src/gateway/proxy/not-run.ts'

const set = (...entities: Entity[]) => new Map(entities.map(entity => [entity.id, entity]))

it('names what is configured and not done, once', () => {
  const lines: string[] = []
  const tell = tellNotRun(['key-auth'], line => lines.push(line))
  const sets = new Map([
    ['plugins', set({ id: '1', name: 'key-auth' }, { id: '2', name: 'cors' }, { id: '3', name: 'cors' })],
  ])
  tell(sets)
  tell(sets)
  expect(lines).toEqual([
    'plugin cors is configured, but this proxy does not run it: requests pass as if it were not there',
  ])
})
