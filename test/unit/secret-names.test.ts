/** Which names of fields are taken for those of secrets where no schema is at hand. */
import { describe, expect, it } from 'vitest'
import type { Field, Fields } from '../../src/entities/language/define.ts'
import { everyField } from '../../src/entities/language/every-field.ts'
import { plugins } from '../../src/entities/plugin-registry.ts'
import { mayBeSecret } from '../../src/state/secret-names.ts'

const isSecret = mayBeSecret()

function* fieldsBelow(fields: Fields = {}): Generator<readonly [string, Field]> {
  for (const [name, field] of Object.entries(fields)) {
    yield [name, field]
    for (const inner of [field, field.elements, field.values]) yield* fieldsBelow(inner?.fields)
  }
}

it('every field of a kind or plugin that is marked as secret is one', () => {
  const all = [...everyField(), ...plugins.flatMap(({ config }) => [...fieldsBelow(config as Fields)])]
  const marked = all.filter(([, field]) => field.secret === true || field.encrypted === true)
  expect(marked.length).toBeGreaterThan(20)
  expect(marked.map(([name]) => name).filter(name => !isSecret(name))).toEqual([])
})

describe('mistyped names', () => {
  it.each([
    ...['pasword', 'passwrd', 'passwort', 'secrt', 'sercet', 'client_secrte', 'tokn', 'credentails'],
    ...['ky', 'kye', 'keyy', 'aws_ky', 'api_kye', 'privat_key', 'redis_pasword', 'hmac_secert'],
  ])('%s', name => expect(isSecret(name)).toBe(true))
})

it.each([
  'name',
  'host',
  'path',
  'tags',
  'username',
  'group',
  'hosts',
  'jwt_secrets',
  'keys',
  'retries',
  'key_names',
])('%s is not', name => expect(isSecret(name)).toBe(false))
