/**
 * Old names of fields in the schemas of servers whose plugins the registry does not have (Kong Enterprise's,
 * one's own).
 */
import { describe, expect, it } from 'vitest'
import { completeEntity } from '../../src/entities/language/defaults.ts'
import { withOwnWords } from '../../src/entities/language/own-words.ts'
import { pluginFromSchemaJson } from '../../src/entities/language/schema-json.ts'
import { createSchemas } from '../../src/entities/language/schemas.ts'
import { validateEntity } from '../../src/entities/language/validate.ts'
import { parseVersion } from '../../src/entities/language/versions.ts'

const old = (...paths: string[][]) => ({
  deprecation: { message: 'old', replaced_with: paths.map(path => ({ path })) },
})

const node = { type: 'record', fields: [{ host: { type: 'string' } }, { port: { type: 'integer' } }] }

const redis = {
  type: 'record',
  fields: [
    { connect_timeout: { type: 'integer', default: 2000 } },
    { read_timeout: { type: 'integer', default: 2000 } },
    {
      options: {
        type: 'record',
        fields: [{ more: { type: 'record', fields: [{ name: { type: 'string' } }] } }],
      },
    },
    { sentinel_nodes: { type: 'array', elements: node } },
    { fresh: { type: 'string' } },
  ],
  shorthand_fields: [
    { timeout: { type: 'integer', ...old(['connect_timeout'], ['read_timeout']) } },
    { name: { type: 'string', ...old(['options', 'more', 'name']) } },
    { sentinel_addresses: { type: 'array', elements: { type: 'string' }, ...old(['sentinel_nodes']) } },
    { stale: { type: 'string', deprecation: { message: 'who knows' } } },
  ],
}

const served = pluginFromSchemaJson('limiter', {
  fields: [{ config: { type: 'record', fields: [{ redis }] } }],
})

function configAt(text: string, given: object): { config: unknown; problems: unknown } {
  const version = parseVersion(text)
  if (version === undefined) throw new Error(text)
  const schemas = createSchemas(version, () => served)
  const plugin = completeEntity('plugin', { name: 'limiter', config: { redis: given } }, schemas)
  const config = plugin['config'] as { redis: Record<string, unknown> }
  const said = Object.entries(config?.redis ?? {}).filter(([, value]) => value !== null)
  return { config: Object.fromEntries(said), problems: validateEntity('plugin', plugin, schemas) }
}

describe.each(['2.8', '3.9'])('old names that a server of Kong %s prints', version => {
  it.each([
    ['one for several fields', { timeout: 5 }, { connect_timeout: 5, read_timeout: 5 }],
    ['one for a field deep inside', { name: 'n' }, { options: { more: { name: 'n' } } }],
    [
      'addresses for nodes',
      { sentinel_addresses: ['a:1', '[::1]:2'] },
      {
        sentinel_nodes: [
          { host: 'a', port: 1 },
          { host: '[::1]', port: 2 },
        ],
      },
    ],
    [
      'one that stands beside the same new value',
      { timeout: 5, connect_timeout: 5 },
      { connect_timeout: 5, read_timeout: 5 },
    ],
    ['one whose meaning is not printed', { stale: 'x', fresh: 'y' }, { fresh: 'y' }],
  ])('%s', (_what, given, expected) => {
    const { config, problems } = configAt(version, given)
    expect(config).toEqual({ connect_timeout: 2000, read_timeout: 2000, ...expected })
    expect(problems).toBeUndefined()
  })

  it('one that contradicts a new value is refused', () => {
    expect(configAt(version, { timeout: 5, connect_timeout: 6 }).problems).toBeDefined()
  })
})

it('what a server cannot print comes from the registry, and nothing else', () => {
  const gives = (value: unknown) => ({ fresh: value })
  const ours = {
    redis: {
      type: 'record',
      fields: { fresh: { type: 'string', secret: true, default: 'ours' } },
      shorthand_fields: { stale: { type: 'string', gives } },
    },
  } as const
  const merged = withOwnWords(served.fields['config']?.fields ?? {}, ours)
  expect(merged['redis']?.fields?.['fresh']).toEqual({ type: 'string', secret: true })
  expect(merged['redis']?.shorthand_fields?.['stale']).toMatchObject({
    gives,
    deprecation: { message: 'who knows' },
  })
})
