/** What of an entity is shown where its values come from the environment: by the kind of the value. */
import { expect, it } from 'vitest'
import { createSchemas } from '../../src/entities/language/schemas.ts'
import { parseVersion } from '../../src/entities/language/versions.ts'
import { parseDocument } from '../../src/file/yaml/parse.ts'
import { maskEntity } from '../../src/report/mask.ts'

const version = parseVersion('3.9.1')
if (version === undefined) throw new Error('3.9.1 is a version')
const schemas = createSchemas(version, () => undefined)

it('booleans and nulls are shown, texts and numbers are not', () => {
  const text = `
enabled: \${{ env "DECK_ENABLED" | toBool }}
retries: \${{ env "DECK_RETRIES" | toInt }}
host: \${{ env "DECK_HOST" }}
path: \${{ env "DECK_NOTHING" }}
tags: [\${{ env "DECK_HOST" }}, \${{ env "DECK_ENABLED" | toBool }}, null]
`
  const env = { DECK_ENABLED: 'true', DECK_RETRIES: '7', DECK_HOST: 'h.example', DECK_NOTHING: 'null' }
  const { document, diagnostics } = parseDocument({ name: 'f', text }, { env })
  expect(diagnostics).toEqual([])
  if (document === undefined) return
  const entity = { ...document.content }
  const shown = maskEntity(entity, { kind: 'service', origin: { document, path: [] } }, { schemas })
  expect(shown).toEqual({
    enabled: true,
    retries: '[masked]',
    host: '[masked]',
    path: null,
    tags: ['[masked]', true, null],
  })
  const before = { ...entity, enabled: false, path: '/old' }
  expect(maskEntity(before, { kind: 'service', origin: { document, path: [] } }, { schemas })).toMatchObject({
    enabled: false,
    path: '[masked]',
  })
})
