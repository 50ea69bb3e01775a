/**
 * A configured plugin: its name, scope and configuration. Each plugin has its own schema for `config`, from
 * `entities/plugins` or, for the command line with a gateway, from that gateway.
 */
import { defineEntity, type NameOf, type Neighbours, type Violations } from '../language/define.ts'
import type { EntityOf } from '../language/entity-of.ts'
import { created_at, id, name, protocol, tags, updated_at_since_3 } from '../language/fields.ts'
import { asTable } from '../language/values.ts'
import { isUuid } from '../text/formats.ts'

/** Field, word in a title, and schema of each scope. */
const scopes = [
  ['service', 'service', 'services'],
  ['route', 'route', 'routes'],
  ['consumer', 'consumer', 'consumers'],
  ['consumer_group', 'consumer-group', 'consumer_groups'],
] as const

/** `rate-limiting (global)`, `key-auth for service a and route b`, as decK says it. */
function title(plugin: Readonly<Record<string, unknown>>, nameOf: NameOf): string {
  const places = scopes.flatMap(([field, word, schema]) => {
    const owner = (plugin[field] as { id?: string } | null | undefined)?.id
    return owner === undefined ? [] : [`${word} ${nameOf(schema, owner)}`]
  })
  return places.length === 0 ? `${plugin['name']} (global)` : `${plugin['name']} for ${places.join(' and ')}`
}

type Values = Readonly<Record<string, unknown>>

/** Explicit protocols must match the plugin's route, or a route of its service if the service has routes. */
function fits(given: Values, others: Neighbours, before: Values = {}): Violations | undefined {
  if (['protocols', 'route', 'service'].every(name => given[name] === undefined)) return undefined
  const { protocols } = { ...before, ...given }
  if (!Array.isArray(protocols)) return undefined
  const scope = (name: 'route' | 'service') => asTable(given[name] === undefined ? before[name] : given[name])
  const sharesOne = (route: Values) =>
    (route['protocols'] as readonly unknown[]).some(one => protocols.includes(one))
  const [route, service] = [scope('route'), scope('service')]
  if (route !== undefined) {
    const found = others.get('routes', String(route['id']))
    return found === undefined || sharesOne(found)
      ? undefined
      : { protocols: "must match the associated route's protocols" }
  }
  if (service === undefined) return undefined
  // Kong only looks up the routes of a service that is referenced by id.
  const id = typeof service['id'] === 'string' && isUuid(service['id']) ? service['id'] : undefined
  const routes = id === undefined ? undefined : others.referring('routes', 'service', id)
  return routes?.length === 0 || routes?.some(sharesOne) === true
    ? undefined
    : { protocols: "must match the protocols of at least one route pointing to this Plugin's service" }
}

export const plugin = defineEntity({
  kind: 'plugin',
  schema: 'plugins',
  adminPath: 'plugins',
  fileKey: 'plugins',
  onlineName: 'Plugins',
  endpointKey: 'instance_name',
  place: 5,
  jsonKeys: 'id name instance_name config service consumer route enabled protocols tags',
  keys: [['name', 'service', 'route', 'consumer']],
  present: {
    one: 'Plugin',
    many: 'Plugins',
    key: 'name',
    columns: 'name service route consumer enabled tags',
    first: 'enabled service route consumer config tags',
    references: { 'config.anonymous': 'consumers' },
    long: [
      // Lua code of pre-function and post-function, by phase.
      ...['functions', 'certificate', 'rewrite', 'access', 'header_filter', 'body_filter', 'log'],
      ...['body', 'prompt', 'prompts.prepend.content', 'prompts.append.content', 'templates.template'],
      ...['custom_fields_by_lua', 'auth.gcp_service_account_json', 'llm.auth.gcp_service_account_json'],
    ].map(name => `config.${name}`),
    help: {
      service: 'For this service alone. Left empty: for all.',
      route: 'For this route alone. Left empty: for all.',
      consumer: 'For this consumer alone. Left empty: for all.',
    },
    about: 'A plugin does something on the way: it limits, caches, authenticates, logs.',
  },
  uniqueTogether: [{ fields: ['name', 'route', 'service', 'consumer'] }],
  fields: {
    id,
    name: { type: 'string', required: true, description: "The name of the Plugin that's going to be added." },
    instance_name: { ...name, since: '3.2' },
    created_at,
    updated_at: updated_at_since_3,
    route: {
      type: 'foreign',
      reference: 'routes',
      on_delete: 'cascade',
      default: null,
      nest: 'may',
      description: 'If set, the plugin will only activate when receiving requests via the specified route.',
    },
    service: {
      type: 'foreign',
      reference: 'services',
      on_delete: 'cascade',
      default: null,
      nest: 'may',
      description:
        'If set, the plugin will only activate when receiving requests via one of the routes belonging to the specified service. ',
    },
    consumer: {
      type: 'foreign',
      reference: 'consumers',
      on_delete: 'cascade',
      default: null,
      nest: 'may',
      description:
        'If set, the plugin will activate only for requests where the specified has been authenticated.',
    },
    config: {
      type: 'record',
      abstract: true,
      never_null: true,
      description: 'The configuration properties for the Plugin.',
    },
    protocols: {
      type: 'set',
      required: true,
      default: ['grpc', 'grpcs', 'http', 'https'],
      elements: protocol,
      description: 'A set of strings representing protocols.',
    },
    enabled: {
      type: 'boolean',
      required: true,
      default: true,
      description: 'Whether the plugin is applied.',
    },
    tags,
  },
  subschema: { key: 'name' },
  fits,
  title,
})

export type Plugin = EntityOf<typeof plugin>
