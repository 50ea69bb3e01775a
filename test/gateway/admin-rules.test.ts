/**
 * Every rule of every kind and of every bundled plugin's configuration, broken once: read from the registry,
 * asked of the Admin API, held against Kong's sentences as `broken-rules.ts` has them.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gatewaySets } from '../../src/entities/gateway-sets.ts'
import type { Definition, EntityCheck, Field, Fields } from '../../src/entities/language/define.ts'
import { createSchemas } from '../../src/entities/language/schemas.ts'
import { entityFields } from '../../src/entities/language/subschemas.ts'
import { pluginSchema, pluginsAt } from '../../src/entities/plugin-registry.ts'
import type { Gateway } from '../../src/gateway/gateway.ts'
import { ask } from '../support/ask.ts'
import { startBareGateway } from '../support/bare-gateway.ts'
import { brokenRules, takenBy, unknownPatterns } from '../support/broken-rules.ts'
import { createAuthority } from '../support/certificates.ts'
import { sampleEntity, sampleValue } from '../support/sample-entity.ts'

type Values = Readonly<Record<string, unknown>>

const versions = [
  { major: 2, minor: 8, text: '2.8.5' },
  { major: 3, minor: 9, text: '3.9.1' },
]

/** Messages of libraries are compared by their beginning. */
function matching(said: unknown): unknown {
  if (said instanceof RegExp) return expect.stringMatching(said)
  if (Array.isArray(said)) return said.map(matching)
  if (typeof said !== 'object' || said === null) return said
  const inner = Object.entries(said).map(([name, one]) => [name, matching(one)])
  return expect.objectContaining(Object.fromEntries(inner))
}

/** A second pair for certificates, which have room for one. */
const alternative = await createAuthority()

const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((one, step) => (one as Values | undefined)?.[step], value)

/** The value as it stands below a path: `config.a` → { config: { a: value } }. */
function put(entity: Values, path: string, value: unknown): Values {
  const [first = '', ...rest] = path.split('.')
  if (rest.length === 0) return { ...entity, [first]: value }
  return { ...entity, [first]: put((entity[first] ?? {}) as Values, rest.join('.'), value) }
}

for (const version of versions) {
  const schemas = createSchemas(version, name => pluginSchema(name, version), { more: gatewaySets })

  describe(`rules of Kong ${version.text}`, () => {
    let gateway: Gateway
    let asked = 0
    beforeAll(async () => {
      gateway = await startBareGateway({ version }, { pluginSchema, pluginsAt })
    })
    afterAll(() => gateway.close())

    const refusal = async (schema: string, entity: Values) => {
      asked++
      const { status, json } = await ask(gateway.admin, 'POST', `/schemas/${schema}/validate`, entity)
      const { name, code, message } = json
      expect({ status, name, code }, JSON.stringify(entity)).toEqual({
        status: 400,
        name: 'schema violation',
        code: 2,
      })
      expect(message).toMatch(/^(\d+ schema violations|schema violation) \(/)
      return json['fields'] as Values
    }

    /** What values these take depends on other fields: that is said then. */
    const narrowedByRules = new Set(['hash_fallback'])

    async function breakFields(schema: string, base: Values, fields: Fields, prefix: string): Promise<void> {
      for (const [name, field] of Object.entries(fields)) {
        for (const { rule, value, said } of brokenRules(field, version)) {
          const path = prefix + name
          if (rule === 'one_of' && narrowedByRules.has(path)) continue
          const found = at(await refusal(schema, put(base, path, value)), path)
          expect(found, `${schema} ${base['name'] ?? ''} ${path} ${rule} ${JSON.stringify(value)}`).toEqual(
            matching(said),
          )
        }
      }
      const unknown = await refusal(schema, put(base, `${prefix}nonsense`, 1))
      expect(at(unknown, `${prefix}nonsense`)).toBe('unknown field')
    }

    async function breakChecks(
      schema: string,
      base: Values,
      checks: readonly EntityCheck[],
      sample: (path: string) => unknown,
      owner = '@entity',
      prefix = '',
    ): Promise<void> {
      const list = (names: readonly string[]) => names.map(name => `'${name}'`).join(', ')
      const set = (values: Readonly<Record<string, unknown>>) =>
        Object.entries(values).reduce((entity, [path, value]) => put(entity, prefix + path, value), base)
      const expectOwn = async (entity: Values, sentence: string) =>
        expect(at(await refusal(schema, entity), owner), sentence).toContain(sentence)
      for (const check of checks) {
        const { at_least_one_of, only_one_of, mutually_required, mutually_exclusive, distinct } = check
        const all = (names: readonly string[], value: (name: string) => unknown) =>
          set(Object.fromEntries(names.map(name => [name, value(name)])))
        if (at_least_one_of !== undefined) {
          const empty = all(at_least_one_of, () => null)
          await expectOwn(empty, `at least one of these fields must be non-empty: ${list(at_least_one_of)}`)
        }
        if (only_one_of !== undefined) {
          const both = all(only_one_of, sample)
          await expectOwn(both, `exactly one of these fields must be non-empty: ${list(only_one_of)}`)
        }
        if (mutually_required !== undefined) {
          const [first = ''] = mutually_required
          const one = all(mutually_required, name => (name === first ? sample(name) : null))
          await expectOwn(one, `all or none of these fields must be set: ${list(mutually_required)}`)
        }
        if (mutually_exclusive !== undefined) {
          const both = all(mutually_exclusive, sample)
          await expectOwn(both, `only one or none of these fields must be set: ${list(mutually_exclusive)}`)
        }
        if (distinct !== undefined) {
          const same = all(distinct, () => sample(distinct[0] ?? ''))
          await expectOwn(same, `values of these fields must be distinct: ${list(distinct)}`)
        }
        const rule = check.conditional
        if (rule?.then_match.required !== true) continue
        const taken = takenBy(rule.if_match)
        if (taken === undefined) continue
        const fields = await refusal(schema, set({ [rule.if_field]: taken, [rule.then_field]: null }))
        const said = rule.then_err ?? `failed conditional validation given value of field '${rule.if_field}'`
        expect(at(fields, owner)).toContain(said)
        expect(at(fields, prefix + rule.then_field)).toBe('required field missing')
      }
    }

    /** The entity with whose values rules are broken: nothing in it but what must be. */
    function baseOf(definition: Definition): Values {
      const { subschema } = definition
      // Most of what a service has for TLS is for https alone.
      const tls = definition.kind === 'service' ? { protocol: 'https' } : {}
      const sample = { ...sampleEntity(definition, 'sample'), ...tls }
      if (subschema === undefined || subschema.types !== undefined) return sample
      return { ...sample, [subschema.key]: 'key-auth' }
    }

    /** An invalid certificate is reported before rules across fields. */
    const certificates: Values = { cert_alt: alternative.cert, key_alt: alternative.key }

    /** Rules across fields look at no value that is found elsewhere (`{vault://…}`). */
    const plainSample = (field: Field | undefined): unknown =>
      field?.referenceable === true ? 'plain' : field && sampleValue(field, 'sample')

    it.each(schemas.kinds.map(definition => [definition.kind, definition] as const))(
      '%s',
      async (_kind, definition) => {
        const base = baseOf(definition)
        const fields = entityFields(definition, base, schemas)
        const { config: _plugins, [definition.subschema?.key ?? '']: _selects, ...others } = fields
        const shown = Object.fromEntries(Object.entries(others).filter(([, field]) => field.hidden !== true))
        await breakFields(definition.schema, base, shown, '')
        const sample = (path: string) => certificates[path] ?? plainSample(fields[path])
        await breakChecks(definition.schema, base, definition.entity_checks ?? [], sample)
      },
    )

    it.each(pluginsAt(version).map(({ name }) => name))('configuration of %s', async name => {
      const plugin = pluginSchema(name, version)
      const config = plugin?.fields['config']
      if (plugin === undefined || config?.fields === undefined) throw new Error(`${name} has no schema`)
      await breakFields('plugins', { name }, config.fields, 'config.')
      const below = (path: string, fields: Fields): unknown => {
        const [first = '', ...rest] = path.split('.')
        const field = fields[first]
        if (field === undefined) return null
        return rest.length === 0 ? plainSample(field) : below(rest.join('.'), field.fields ?? {})
      }
      await breakChecks('plugins', { name }, plugin.entity_checks ?? [], path =>
        below(path.replace('config.', ''), config.fields ?? {}),
      )
      // Rules of the configuration are asked only of one whose fields are right; the record at hand may lack
      // what is required.
      const { entity_checks = [] } = config
      const inConfig = (path: string) => below(path, config.fields ?? {})
      await breakChecks('plugins', { name }, entity_checks, inConfig, 'config.@entity', 'config.')
    })

    it('were many', () => {
      expect(asked).toBeGreaterThan(version.major >= 3 ? 2000 : 1300)
      expect([...unknownPatterns]).toEqual([])
    })
  })
}
