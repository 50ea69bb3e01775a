/**
 * `/schemas/plugins/<name>` as our definitions print them, against what real Kong 2.8 and 3.9 print, field
 * by field, for every bundled plugin.
 */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { toSchemaJson } from '../../src/entities/language/schema-json.ts'
import { parseVersion } from '../../src/entities/language/versions.ts'
import { pluginSchema, pluginsAt } from '../../src/entities/plugin-registry.ts'
import { golden, haveRecordings } from './recordings.ts'
import { sorted } from './schemas.ts'

for (const [folder, text] of [
  ['kong28', '2.8.5'],
  ['kong39', '3.9.1'],
] as const) {
  const version = parseVersion(text)
  if (version === undefined) throw new Error('a version we wrote ourselves')
  describe.skipIf(!haveRecordings)(`plugin schemas of ${text}`, () => {
    const recordingOf = (name: string): string => `${golden}/${folder}/schemas/plugins/${name}.json`
    // A plugin that the recorded Kong did not have has no recording.
    const recorded = pluginsAt(version).filter(({ name }) => existsSync(recordingOf(name)))
    it.each(recorded.map(plugin => plugin.name))('%s', name => {
      const real = JSON.parse(readFileSync(recordingOf(name), 'utf8'))
      const schema = pluginSchema(name, version)
      if (schema === undefined) throw new Error(`${name} is listed and has no schema`)
      expect(sorted(JSON.parse(JSON.stringify(toSchemaJson(schema, version))))).toEqual(sorted(real))
    })
  })
}
