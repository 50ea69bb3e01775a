/**
 * The resources of Kong's Terraform provider for Konnect, and what each is made of: decK 1.65's names of
 * types and resources, and its order.
 */
import { createHash } from 'node:crypto'
import { isRecord, type Values } from '../../entities/language/values.ts'

/** The resource of a list's entities. */
export interface Resource {
  /** The key of the list in a state file, at the top or inside the owner. */
  readonly key: string
  /** Without the provider's name: `gateway_service`. */
  readonly type: string
  /** The field that a resource is called by. */
  readonly calledBy: string
  /** Its name in Terraform, made of that field's value. */
  readonly label: (value: string) => string
  /** The attribute that refers to the owner. `…_id`: a plain id, which imports give as well. */
  readonly owner?: string
  /** Fields that are not written; lists of nested entities never are. */
  readonly without?: readonly string[]
  readonly inside?: readonly (Resource | Membership)[]
  /** Attributes whose changes Terraform shall ignore, if configured. */
  readonly credential?: readonly string[]
  readonly encoded?: readonly string[]
  readonly wrapping?: { readonly by: string; readonly fields: readonly string[] }
}

/** A consumer in a group: written in either, and no entity. */
export interface Membership {
  readonly key: string
  readonly membership: 'consumer' | 'consumer_group'
  readonly calledBy: string
}

export const underscored = (name: string): string => name.replaceAll('-', '_')

const prefixed = (prefix: string) => (name: string) => prefix + underscored(name)
const dotless = (name: string): string => name.replaceAll('.', '_')
const hashed = (prefix: string) => (text: string) => prefix + createHash('md5').update(text).digest('hex')

/** decK's plugins have no field `created_at`, but those of a consumer group have. */
const plugins = (owner?: string): Resource => ({
  key: 'plugins',
  type: 'gateway_plugin',
  calledBy: 'name',
  label: underscored,
  ...(owner !== undefined && { owner }),
  without: ['service', 'route', 'consumer', ...(owner === 'consumer_group' ? [] : ['created_at'])],
})

const routes = (owner?: string): Resource => ({
  key: 'routes',
  type: 'gateway_route',
  calledBy: 'name',
  label: underscored,
  ...(owner !== undefined && { owner }),
  without: ['service'],
  inside: [plugins('route')],
})

const credential = (key: string, word: string, calledBy: string, ignored?: readonly string[]): Resource => ({
  key,
  type: `gateway_${word}`,
  calledBy,
  label: prefixed(`${word}_`),
  owner: 'consumer_id',
  ...(ignored && { credential: ignored }),
})

export const resources: readonly Resource[] = [
  plugins(),
  {
    key: 'services',
    type: 'gateway_service',
    calledBy: 'name',
    label: underscored,
    inside: [routes('service'), plugins('service')],
  },
  {
    key: 'upstreams',
    type: 'gateway_upstream',
    calledBy: 'name',
    label: name => `upstream_${dotless(underscored(name))}`,
    inside: [
      {
        key: 'targets',
        type: 'gateway_target',
        calledBy: 'target',
        label: address => `target_${dotless(address).replaceAll(':', '_')}`,
        owner: 'upstream_id',
      },
    ],
  },
  routes(),
  {
    key: 'consumers',
    type: 'gateway_consumer',
    calledBy: 'username',
    label: underscored,
    inside: [
      { key: 'groups', membership: 'consumer_group', calledBy: 'name' },
      credential('acls', 'acl', 'group'),
      credential('basicauth_credentials', 'basic_auth', 'username', ['password']),
      credential('keyauth_credentials', 'key_auth', 'key'),
      credential('jwt_secrets', 'jwt', 'key', ['secret', 'key']),
      credential('hmacauth_credentials', 'hmac_auth', 'username'),
      plugins('consumer'),
    ],
  },
  {
    key: 'consumer_groups',
    type: 'gateway_consumer_group',
    calledBy: 'name',
    label: underscored,
    inside: [{ key: 'consumers', membership: 'consumer', calledBy: 'username' }, plugins('consumer_group')],
  },
  {
    key: 'ca_certificates',
    type: 'gateway_ca_certificate',
    calledBy: 'cert',
    label: hashed('ca_cert_'),
  },
  {
    key: 'certificates',
    type: 'gateway_certificate',
    calledBy: 'cert',
    label: hashed('cert_'),
    inside: [
      {
        key: 'snis',
        type: 'gateway_sni',
        calledBy: 'name',
        label: name => `sni_${dotless(name)}`,
        owner: 'certificate',
      },
    ],
  },
  {
    key: 'vaults',
    type: 'gateway_vault',
    calledBy: 'name',
    label: underscored,
    encoded: ['config'],
  },
  {
    key: 'partials',
    type: 'gateway_partial',
    calledBy: 'name',
    label: underscored,
    wrapping: { by: 'type', fields: ['name', 'config', 'tags'] },
  },
]

/** The attributes by which a resource refers to others. */
const references = ['service', 'route', 'consumer', 'upstream', 'certificate', 'consumer_group']

/** The references of an entity: attribute and name; the name is undefined if only an id is set. */
export function referencesOf(entity: Values): [attribute: string, name: string | undefined][] {
  return references.flatMap(attribute => {
    const value = entity[attribute]
    if (value === undefined) return []
    const name = isRecord(value) ? value['name'] : value
    return [[attribute, typeof name === 'string' ? name : undefined]]
  })
}
