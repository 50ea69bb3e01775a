/** What holds for every kind of the registry, and Kong's sentences for what does not. */
import { describe, expect, it } from 'vitest'
import { canonical } from '../../src/entities/language/canonical.ts'
import { completeEntity } from '../../src/entities/language/defaults.ts'
import type { Definition } from '../../src/entities/language/define.ts'
import { foreignFields, keysOf, titleOf } from '../../src/entities/language/identity.ts'
import { levels } from '../../src/entities/language/levels.ts'
import { schemaViolation } from '../../src/entities/language/messages.ts'
import { fieldsFromSchemaJson, toSchemaJson } from '../../src/entities/language/schema-json.ts'
import { createSchemas, type PluginSchema } from '../../src/entities/language/schemas.ts'
import { validateEntity } from '../../src/entities/language/validate.ts'
import { holdsAt, parseVersion } from '../../src/entities/language/versions.ts'
import { registry } from '../../src/entities/registry.ts'
import { requiredOwners, sampleEntity } from '../support/sample-entity.ts'

const anyPlugin: PluginSchema = {
  name: 'any',
  fields: {
    config: { type: 'record', required: true, fields: { size: { type: 'integer', default: 3, gt: 0 } } },
  },
}

const version = (text: string) => {
  const parsed = parseVersion(text)
  if (parsed === undefined) throw new Error(text)
  return parsed
}

const at28 = createSchemas(version('2.8.5'), name => (name === 'any' ? anyPlugin : undefined))
const at39 = createSchemas(version('3.9.1'), name => (name === 'any' ? anyPlugin : undefined))

const someId = '4bd3b8c0-79a8-4f16-9c1c-2a3a34c62ee1'

/** The least that makes an entity of a kind. */
function minimal(definition: Definition): Readonly<Record<string, unknown>> {
  const owners = requiredOwners(definition, at39).map(({ field }) => [field, { id: someId }])
  const name =
    definition.subschema?.types === undefined && definition.subschema ? { name: anyPlugin.name } : {}
  return { ...sampleEntity(definition, 'sample'), ...Object.fromEntries(owners), ...name }
}

const problemsOf = (kind: string, input: Readonly<Record<string, unknown>>, schemas = at39) =>
  validateEntity(kind, completeEntity(kind, input, schemas), schemas)

describe.each((registry as readonly Definition[]).map(definition => [definition.kind, definition] as const))(
  'kind %s',
  (kind, definition) => {
    const input = minimal(definition)

    it('takes a minimal entity in both versions', () => {
      if (holdsAt(at28.version, definition)) expect(problemsOf(kind, input, at28)).toBeUndefined()
      expect(problemsOf(kind, input, at39)).toBeUndefined()
    })

    it('names the unknown field', () => {
      expect(problemsOf(kind, { ...input, no_such: 1 })).toMatchObject({ no_such: 'unknown field' })
    })

    it('demands what is required and has no default', () => {
      for (const [name, field] of Object.entries(definition.fields)) {
        if (field.required !== true || field.default !== undefined || field.fields !== undefined) continue
        const { [name]: _left, ...rest } = input
        expect(problemsOf(kind, rest)).toMatchObject({ [name]: 'required field missing' })
      }
    })

    it('has each reference in an earlier level', () => {
      const order = levels(registry as readonly Definition[]).map(level => level.map(one => one.schema))
      const own = order.findIndex(level => level.includes(definition.schema))
      for (const { field } of foreignFields(definition)) {
        const referred = order.findIndex(level => level.includes(field.reference))
        expect(referred).toBeLessThan(own)
      }
    })

    it('is the same after a second completion, and in canonical form', () => {
      const once = completeEntity(kind, input, at39)
      expect(completeEntity(kind, once, at39)).toEqual(once)
      expect(canonical(kind, once, at39)).toEqual(canonical(kind, input, at39))
    })

    it('reads back the schema it prints', () => {
      const printed = toSchemaJson(at39.of(kind), at39.version)
      expect(toSchemaJson({ ...at39.of(kind), fields: fieldsFromSchemaJson(printed) }, at39.version)).toEqual(
        printed,
      )
    })
  },
)

describe('sentences', () => {
  const said = (kind: string, input: Readonly<Record<string, unknown>>) => {
    const problems = problemsOf(kind, input)
    return problems && schemaViolation(problems)
  }

  it.each([
    ['service', { host: 'h', port: '80' }, 'schema violation (port: expected an integer)'],
    [
      'service',
      { port: 70000, foo: 1 },
      '3 schema violations (foo: unknown field; host: required field missing; port: value should be between 0 and 65535)',
    ],
    [
      'service',
      { host: 'h', protocol: 'tcp', path: '/x' },
      "2 schema violations (failed conditional validation given value of field 'protocol'; path: value must be null)",
    ],
    [
      'route',
      {},
      "schema violation (must set one of 'methods', 'hosts', 'headers', 'paths', 'snis' when 'protocols' is 'https')",
    ],
    [
      'upstream',
      { name: 'u', healthchecks: { active: { healthy: { interval: -1 } } } },
      'schema violation (healthchecks.active: {\n  healthy = {\n    interval = "value should be between 0 and 65535"\n  }\n})',
    ],
    [
      'plugin',
      { name: 'nope' },
      "schema violation (name: plugin 'nope' not enabled; add it to the 'plugins' configuration property)",
    ],
    [
      'plugin',
      { name: 'any', config: { size: 0 } },
      'schema violation (config.size: value must be greater than 0)',
    ],
    [
      'consumer',
      {},
      "schema violation (at least one of these fields must be non-empty: 'custom_id', 'username')",
    ],
  ])('%s %j', (kind, input, sentence) => {
    expect(said(kind, input)).toBe(sentence)
  })
})

describe('identity', () => {
  it('gives natural keys, best first', () => {
    expect(keysOf(at39.of('consumer'), { username: 'a', custom_id: 'b' })).toEqual([
      'username:["a"]',
      'custom_id:["b"]',
    ])
    expect(keysOf(at39.of('target'), { upstream: { id: 'u' }, target: 't:1' })).toEqual([
      'upstream+target:["u","t:1"]',
    ])
    expect(keysOf(at39.of('service'), { id: someId })).toEqual([])
  })

  it('tells plugins by name and scope, keys by their end', () => {
    const nameOf = (_schema: string, id: string) => `<${id}>`
    expect(titleOf(at39.of('plugin'), { name: 'cors' }, nameOf)).toBe('cors (global)')
    expect(titleOf(at39.of('plugin'), { name: 'cors', route: { id: 'r' } }, nameOf)).toBe(
      'cors for route <r>',
    )
    expect(titleOf(at39.of('key-auth'), { key: 'secret-12345', consumer: { id: 'c' } }, nameOf)).toBe(
      '12345 for consumer <c>',
    )
  })
})
