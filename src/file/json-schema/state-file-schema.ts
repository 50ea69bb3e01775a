/**
 * A state file as JSON Schema, for editors: the kinds of the registry with their nested kinds, plugins by
 * name, and settings.
 */
import { everyKind } from '../../entities/enterprise.ts'
import type { Definition, Fields, Version } from '../../entities/language/define.ts'
import { createSchemas, type PluginSchema, type Schemas } from '../../entities/language/schemas.ts'
import { isEnterprise } from '../../entities/language/versions.ts'
import { type Place, topPlaces } from '../layout.ts'
import { shapeOf } from '../shape.ts'
import { fieldSchema, type JsonSchema, properties, recordRules } from './field-schema.ts'
import { opened, withOpenFields } from './open-schema.ts'

/** The plugins of the version, in the order of names. */
export function stateFileSchema(version: Version, plugins: readonly PluginSchema[]): JsonSchema {
  const byName = new Map(plugins.map(plugin => [plugin.name, plugin]))
  const schemas = createSchemas(version, name => byName.get(name), { definitions: everyKind })
  const known = new Set(schemas.kinds.map(({ kind }) => kind))
  const listed = topPlaces.filter(({ definition }) => known.has(definition.kind))
  const isOpen = isEnterprise(version)
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: `State file of deck, for Kong ${version.major}.${version.minor}`,
    type: 'object',
    additionalProperties: false,
    properties: { ...settings(schemas), ...lists(listed) },
    definitions: {
      ...Object.fromEntries(
        schemas.kinds.map(one => {
          const schema = entity(one, schemas, plugins)
          return [one.kind, isOpen && one.subschema !== undefined ? withOpenFields(schema) : schema]
        }),
      ),
      ...Object.fromEntries(
        plugins.map(plugin => [definitionName(plugin), isOpen ? opened(configOf(plugin)) : configOf(plugin)]),
      ),
    },
  }
}

const definitionName = ({ name }: PluginSchema): string => `config-of-${name}`

const reference = (name: string): JsonSchema => ({ $ref: `#/definitions/${name}` })

/** Several kinds may share one list, each item saying which it is. */
function lists(places: readonly Place[]): Record<string, JsonSchema> {
  const keys = [...new Set(places.map(({ key }) => key))]
  return Object.fromEntries(
    keys.map(key => {
      const items = places.filter(place => place.key === key).map(itemSchema)
      const [first, ...others] = items
      return [key, { type: 'array', items: others.length === 0 ? (first ?? {}) : { anyOf: items } }]
    }),
  )
}

function itemSchema({ definition, form }: Place): JsonSchema {
  if (form.isReference === true) return { type: 'object' }
  if (definition.wrapped !== true) return reference(definition.kind)
  return {
    type: 'object',
    required: ['type'],
    properties: { type: { enum: [definition.kind] }, id: {}, fields: { type: 'object' } },
  }
}

function entity(definition: Definition, schemas: Schemas, plugins: readonly PluginSchema[]): JsonSchema {
  const { abstract, places } = shapeOf(definition)
  const known = new Set(schemas.kinds.map(({ kind }) => kind))
  const flavored = Object.values(definition.flavors ?? {}).map(({ fields = {} }) => fields)
  const fields: Fields = Object.assign({}, ...flavored, definition.fields)
  const byName = definition.subschema !== undefined && definition.subschema.types === undefined
  return {
    type: 'object',
    additionalProperties: false,
    properties: {
      ...properties(withoutOverwritten(fields)),
      ...shorthands(definition),
      ...(abstract !== undefined && {
        _config: { type: 'string', description: 'The configuration of this name in _plugin_configs.' },
      }),
      ...(definition.ttl === true && { ttl: { description: 'Seconds until it expires.' } }),
      ...lists(places.filter(place => known.has(place.definition.kind))),
    },
    ...(byName && ofPlugins(definition, plugins)),
  }
}

/** Kong takes any value for what it sets itself. */
const withoutOverwritten = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [
      name,
      field.overwritten === true ? { type: 'json' as const, description: 'Set by Kong.' } : field,
    ]),
  )

const shorthands = ({ shorthand_fields = {} }: Definition): Record<string, JsonSchema> =>
  Object.fromEntries(
    Object.entries(shorthand_fields).map(([name, field]) => [
      name,
      fieldSchema({ ...field, required: false }),
    ]),
  )

/** Editors suggest the names of bundled plugins; other names are accepted. */
function ofPlugins({ subschema }: Definition, plugins: readonly PluginSchema[]): JsonSchema {
  const key = subschema?.key ?? 'name'
  return {
    required: [key],
    allOf: [
      {
        properties: {
          [key]: { anyOf: [{ enum: plugins.map(({ name }) => name) }, { type: 'string', minLength: 1 }] },
        },
      },
      ...plugins.map(plugin => ({
        if: { required: [key], properties: { [key]: { const: plugin.name } } },
        // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
        then: { properties: { config: reference(definitionName(plugin)), ...narrowed(plugin) } },
      })),
    ],
  }
}

function configOf({ fields }: PluginSchema): JsonSchema {
  const { config } = fields
  return config === undefined ? {} : { type: 'object', ...recordRules(config) }
}

/** Scopes that the plugin does not allow. */
const narrowed = ({ fields }: PluginSchema): Record<string, JsonSchema> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) => (field.eq === null ? [[name, { type: 'null' }]] : [])),
  )

const texts = (description: string, more: object = {}): JsonSchema => ({
  type: 'array',
  items: { type: 'string' },
  description,
  ...more,
})

const mapping = (inside: Record<string, JsonSchema>, description: string): JsonSchema => ({
  type: 'object',
  additionalProperties: false,
  properties: inside,
  description,
})

const looked = ['consumers', 'consumer_groups', 'partials', 'routes', 'services']

function settings({ kinds }: Schemas): Record<string, JsonSchema> {
  const defaults = Object.fromEntries(
    everyKind.map(({ kind }) => [
      kind,
      { type: 'object', ...describedFields(kinds.find(one => one.kind === kind)) },
    ]),
  )
  return {
    _format_version: {
      type: 'string',
      examples: ['3.0'],
      description: 'Version of the file format: "3.0" for Kong 3.x.',
    },
    _workspace: { type: 'string', description: 'Workspace that the file is about (Kong Enterprise).' },
    _transform: { type: 'boolean', description: 'Only true is supported.' },
    _konnect: mapping(
      { control_plane_name: { type: 'string' }, runtime_group_name: { type: 'string' } },
      'Konnect.',
    ),
    _plugin_configs: {
      type: 'object',
      additionalProperties: { type: 'object' },
      description: 'Configurations that plugins share: each plugin names one in _config.',
    },
    _info: mapping(
      {
        select_tags: texts('Tags of the entities that the file manages.'),
        protected: mapping(
          { tags: texts('What has one of these tags is never deleted.') },
          'What is never deleted.',
        ),
        custom_plugins: texts('Names of what the gateway has beside what Kong bundles.'),
        defaults: mapping(defaults, 'Defaults of fields, by kind.'),
        default_lookup_tags: mapping(
          Object.fromEntries(
            looked.map(name => [name, texts('Tags to look up what others manage.', { minItems: 1 })]),
          ),
          'Tags to look up what others manage.',
        ),
        consumer_group_policy_overrides: { type: 'boolean' },
        include_plugin_definitions: { type: 'boolean' },
        skip_hash_for_basic_auth: { type: 'boolean' },
      },
      'Settings of the file.',
    ),
  }
}

/** For completion alone: a default may be a part of a record. */
function describedFields(definition: Definition | undefined): JsonSchema {
  const fields = Object.entries(definition?.fields ?? {})
  return {
    properties: Object.fromEntries(
      fields.map(([name, { description }]) => [name, { ...(description && { description }) }]),
    ),
  }
}
