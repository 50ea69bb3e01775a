/**
 * `/schemas/<kind>` as our definitions print them, against what real Kong 2.8 and 3.9 print, field by field.
 */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Definition } from '../../src/entities/language/define.ts'
import { toSchemaJson } from '../../src/entities/language/schema-json.ts'
import { definitionAt, holdsAt, parseVersion } from '../../src/entities/language/versions.ts'
import { registry } from '../../src/entities/registry.ts'
import { golden, haveRecordings } from './recordings.ts'
import { sorted } from './schemas.ts'

for (const [folder, text] of [
  ['kong28', '2.8.5'],
  ['kong39', '3.9.1'],
] as const) {
  const version = parseVersion(text)
  if (version === undefined) throw new Error('a version we wrote ourselves')
  describe.skipIf(!haveRecordings)(`schemas of ${text}`, () => {
    for (const definition of registry as readonly Definition[]) {
      if (!holdsAt(version, definition)) continue
      const recording = `${golden}/${folder}/schemas/entities/${definition.schema}.json`
      // A kind that the recorded Kong did not have has no recording.
      it.skipIf(!existsSync(recording))(definition.schema, () => {
        const real = JSON.parse(readFileSync(recording, 'utf8'))
        const ours = JSON.parse(JSON.stringify(toSchemaJson(definitionAt(definition, version), version)))
        expect(sorted(ours)).toEqual(sorted(real))
      })
    }
  })
}
