/**
 * Entities with one mistake or one harmless change each: deck says of them what real Kong 3.9.1 says, at the
 * line of the mistake.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseVersion } from '../../src/entities/language/versions.ts'
import { pluginSchema, pluginsAt } from '../../src/entities/plugin-registry.ts'
import type { Diagnostic } from '../../src/errors.ts'
import { loadStateFile } from '../../src/file/load.ts'
import { offlineProblems } from '../../src/recipes/offline-checks.ts'
import { ask } from '../support/ask.ts'
import { startBareGateway } from '../support/bare-gateway.ts'
import { newFolder } from '../support/binary.ts'
import { type Case, havePlanted, isAtMistake, plantedCases, plantedFile, withOwner } from './planted-cases.ts'

const file = join(newFolder(), 'kong.json')

async function errorsIn(text: string): Promise<Diagnostic[]> {
  writeFileSync(file, text)
  const { file: loaded, diagnostics } = await loadStateFile([file], { strictly: { bundled: pluginSchema } })
  const all = [...diagnostics, ...(loaded ? offlineProblems(loaded) : [])]
  return all.filter(({ severity }) => severity === 'error')
}

/** For the table of what differs: by kind of entity and of mistake. */
const line = ({ id, kind, cat, path, kong }: Case, found: string): string =>
  `${kind} ${cat} ${id} ${path.join('.')}: Kong: ${kong.message ?? 'valid'} | deck: ${found}`

const table = (lines: readonly string[]): string => [...lines].sort().join('\n')

describe.skipIf(!havePlanted)('planted mistakes', () => {
  it('offline, verdict and place are those of real Kong', async () => {
    const cases = plantedCases()
    const [differing, misplaced]: [string[], string[]] = [[], []]
    let refused = 0
    for (const one of cases) {
      const planted = plantedFile(one, cases)
      const errors = await errorsIn(planted.text)
      const found = errors.map(({ message, where }) => `${where?.line}:${where?.column} ${message}`)
      if ((errors.length === 0) !== one.kong.valid) differing.push(line(one, found.join(' ; ')))
      else if (errors.length > 0) {
        refused += 1
        if (!isAtMistake(errors, one, planted)) misplaced.push(line(one, found.join(' ; ')))
      }
    }
    expect(cases.length).toBeGreaterThan(2000)
    expect(differing.length, table(differing)).toBeLessThan(cases.length / 100)
    expect(misplaced.length, table(misplaced)).toBeLessThan(refused / 20)
  })

  it('the embedded gateway gives the verdict of real Kong', async () => {
    const version = parseVersion('3.9.1')
    if (version === undefined) throw new Error('no version')
    const gateway = await startBareGateway({ version }, { pluginSchema, pluginsAt })
    const cases = plantedCases()
    const differing: string[] = []
    for (const one of cases) {
      const path = `/schemas/${one.kind}/validate`
      const { status, text } = await ask(gateway.admin, 'POST', path, withOwner(one))
      if ((status === 200) !== one.kong.valid) differing.push(line(one, `${status} ${text}`))
    }
    await gateway.close()
    expect(differing.length, table(differing)).toBeLessThan(cases.length / 100)
  })
})
