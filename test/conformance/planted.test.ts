/** Plugins with one mistake or one harmless change each: `file validate` says of them what real Kong 3.9.1 says. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { pluginSchema } from '../../src/entities/plugin-registry.ts'
import { loadStateFile } from '../../src/file/load.ts'
import { newFolder } from '../support/binary.ts'
import { golden } from './recordings.ts'

interface Case {
  readonly id: string
  readonly kind: string
  readonly entity: { readonly name: string }
  readonly kong: { readonly valid: boolean; readonly message?: string }
}

const path = join(golden, 'planted39/cases.jsonl')

/** What only a gateway knows: what is installed there. */
const isAboutInstallation = ({ kong: { message = '' } }: Case): boolean => message.includes('not enabled')

it.skipIf(!existsSync(path))('offline and real Kong agree on planted mistakes in plugins', async () => {
  const lines = readFileSync(path, 'utf8').trim().split('\n')
  const cases = lines
    .map(line => JSON.parse(line) as Case)
    .filter(one => one.kind === 'plugins' && !isAboutInstallation(one))
  expect(cases.length).toBeGreaterThan(1000)
  const file = join(newFolder(), 'kong.json')
  const differing: string[] = []
  for (const { id, entity, kong } of cases) {
    writeFileSync(file, JSON.stringify({ _format_version: '3.0', plugins: [entity] }))
    const { diagnostics } = await loadStateFile([file], { strictly: { bundled: pluginSchema } })
    const isValid = !diagnostics.some(({ severity }) => severity === 'error')
    if (isValid !== kong.valid) differing.push(`${id} ${entity.name} ${kong.message ?? 'valid'}`)
  }
  // docs/differences-from-deck.md: null and an empty list for a record; Kong's Lua compiler.
  expect(differing.length, differing.join('\n')).toBeLessThan(cases.length / 100)
})
