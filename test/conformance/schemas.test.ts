/** `/schemas/<kind>` as our definitions print them, against what real Kong 2.8 and 3.9 print, field by field. */
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Definition } from '../../src/entities/define.ts'
import { registry } from '../../src/entities/registry.ts'
import { toSchemaJson } from '../../src/entities/schema-json.ts'
import { definitionAt, holdsAt, parseVersion } from '../../src/entities/versions.ts'

const golden = resolve(import.meta.dirname, '../../../shared/golden')
// biome-ignore lint/suspicious/noConsole: a comparison that did not take place must be seen
const present = existsSync(golden)
if (!present) console.warn(`NOT COMPARED with real Kong: no recordings at ${golden}`)

/** Fields and `one_of` come in any order in Kong's answers. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  )
}

for (const [folder, text] of [
  ['kong28', '2.8.5'],
  ['kong39', '3.9.1'],
] as const) {
  const version = parseVersion(text)
  if (version === undefined) throw new Error('a version we wrote ourselves')
  describe.skipIf(!present)(`schemas of ${text}`, () => {
    for (const definition of registry as readonly Definition[]) {
      if (!holdsAt(version, definition)) continue
      it(definition.schema, () => {
        const real = JSON.parse(
          readFileSync(`${golden}/${folder}/schemas/entities/${definition.schema}.json`, 'utf8'),
        )
        const ours = JSON.parse(JSON.stringify(toSchemaJson(definitionAt(definition, version), version)))
        expect(sorted(ours)).toEqual(sorted(real))
      })
    }
  })
}
