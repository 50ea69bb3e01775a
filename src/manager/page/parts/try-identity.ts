/**
 * The consumer of a tried request: the credentials that a route's authentication plugins need, and the keys
 * of consumers.
 */
import { type Entity, isRecord } from '../admin-api.ts'
import { findEntity, listAll, listPage } from '../api.ts'

/** A consumer, identified by a header. */
export interface Identity {
  readonly title: string
  readonly header: readonly [name: string, value: string]
}

export interface Identities {
  /** Plugins that need a consumer: `key-auth`. */
  readonly askedBy: readonly string[]
  readonly known: readonly Identity[]
}

const authentication = /^(key-auth|basic-auth|hmac-auth|jwt|ldap-auth|oauth2|session)$/

export async function identitiesFor(route: Entity): Promise<Identities> {
  const plugins = await listAll('/plugins')
  const service = idOf(route['service'])
  const applies = (plugin: Entity) =>
    plugin['enabled'] !== false &&
    [undefined, route.id].includes(idOf(plugin['route'])) &&
    [undefined, service].includes(idOf(plugin['service']))
  const wanted = plugins.filter(plugin => authentication.test(String(plugin['name'])) && applies(plugin))
  const keyAuth = wanted.find(({ name }) => name === 'key-auth')
  return {
    askedBy: [...new Set(wanted.map(({ name }) => String(name)))],
    known: keyAuth === undefined ? [] : await keysFor(keyAuth),
  }
}

/** Up to a hundred keys, with their consumers' names. */
async function keysFor({ config }: Entity): Promise<Identity[]> {
  const names = isRecord(config) && Array.isArray(config['key_names']) ? config['key_names'] : []
  const { data: keys } = await listPage('/key-auths', { size: '100' })
  const owners = [...new Set(keys.map(({ consumer }) => String(idOf(consumer))))]
  const consumers = await Promise.all(owners.map(id => findEntity(`/consumers/${id}`)))
  return keys.map(({ key, consumer }) => {
    const owner = consumers.find(one => one?.id === idOf(consumer))
    const title = `${owner?.['username'] ?? owner?.['custom_id'] ?? 'somebody'} (key …${String(key).slice(-4)})`
    return { title, header: [String(names[0] ?? 'apikey'), String(key)] }
  })
}

const idOf = (reference: unknown): string | undefined =>
  isRecord(reference) ? String(reference['id']) : undefined

/** Sets a header in `name: value` lines, and replaces one of the same name. */
export function withHeader(lines: string, [name, value]: Identity['header']): string {
  const others = lines.split('\n').filter(line => {
    const own = line.slice(0, line.indexOf(':')).trim().toLowerCase()
    return line.trim() !== '' && own !== name.toLowerCase()
  })
  return [...others, `${name}: ${value}`].join('\n')
}
