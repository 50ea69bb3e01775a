/** A state is found by kind, id and natural key; parts of it by what they belong to. */
import { describe, expect, it } from 'vitest'
import { isSecretField, isSecretName } from '../../src/state/secrets.ts'
import { allOf, exclusionOf, isConsumerKind, within } from '../../src/state/select.ts'
import { createState, type StateEntity } from '../../src/state/state.ts'
import { schemas } from '../support/plan-states.ts'

const entity = (kind: string, id: string, fields: Record<string, unknown>): StateEntity => ({
  kind,
  id,
  fields,
})

const consumer = entity('consumer', 'c', { username: 'u', custom_id: 'x' })
const key = entity('key-auth', 'k', { key: 'abc', consumer: { id: 'c' } })
const service = entity('service', 's', { name: 'n' })
const plugin = entity('plugin', 'p', { name: 'cors', service: { id: 's' } })
const scoped = entity('plugin', 'q', { name: 'cors', consumer: { id: 'c' } })
const state = createState([consumer, key, service, plugin, scoped], schemas)

describe('a state', () => {
  it('finds by id and by every natural key', () => {
    expect(state.size).toBe(5)
    expect(state.get('service', 's')).toBe(service)
    expect(state.get('route', 's')).toBeUndefined()
    expect(state.byKey('consumer', 'username:["u"]')).toBe(consumer)
    expect(state.byKey('consumer', 'custom_id:["x"]')).toBe(consumer)
    expect(state.byKey('plugin', 'name+service+route+consumer:["cors","s",null,null]')).toBe(plugin)
    expect(state.all('upstream')).toEqual([])
  })

  it('takes an id once, and keeps the first of two with the same key', () => {
    const other = entity('service', 't', { name: 'n' })
    const twice = createState([service, service, other], schemas)
    expect(twice.size).toBe(2)
    expect(twice.byKey('service', 'name:["n"]')).toBe(service)
  })

  it('without consumers has nothing of theirs', () => {
    expect(allOf(within(state, schemas, exclusionOf({ skipConsumers: true })), schemas)).toEqual([
      service,
      plugin,
    ])
    expect(schemas.kinds.filter(isConsumerKind).map(({ kind }) => kind)).toEqual([
      'consumer',
      'key-auth',
      'basic-auth',
      'hmac-auth',
      'jwt-auth',
      'oauth2-cred',
      'acl-group',
    ])
  })
})

describe('secrets', () => {
  it.each(['password', 'redis_password', 'client_secret', 'aws_key', 'vault_token', 'private_key', 'apikey'])(
    '%s is one',
    name => expect(isSecretField(name, undefined)).toBe(true),
  )

  it.each(['key_names', 'key_in_header', 'max_tokens', 'secret_is_base64', 'name', 'path'])(
    '%s is none',
    name => expect(isSecretField(name, { type: 'string' })).toBe(false),
  )

  it('are what the schema says', () => {
    expect(isSecretField('x', { type: 'string', encrypted: true })).toBe(true)
    expect(isSecretField('key', schemas.of('key-auth').fields['key'])).toBe(true)
    expect(isSecretName('key')).toBe(true)
  })
})
