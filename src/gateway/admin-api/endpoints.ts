/**
 * The registry becomes endpoints. For a kind `routes` with a reference `service` to `services` these are
 *
 *     /routes                        its list, and making one
 *     /routes/{routes}               one of them
 *     /routes/{routes}/service       what it refers to
 *     /services/{services}/routes    those that refer to one
 *     /services/{services}/routes/{routes}
 *
 * What a kind does differently is a file in `custom/`, which replaces what is made here.
 */

import { rightId } from '../../entities/language/check-value.ts'
import type { Definition, Entity } from '../../entities/language/define.ts'
import { type ForeignField, foreignFields } from '../../entities/language/identity.ts'
import { isRecord } from '../../entities/language/values.ts'
import { isUuid } from '../../entities/text/formats.ts'
import { noEntityWithId, noEntityWithKey } from '../store/errors.ts'
import { coerceInput } from './coerce.ts'
import {
  type Admin,
  type AdminRequest,
  type Answer,
  created,
  type Endpoint,
  methodNotAllowed,
  noContent,
  notFound,
  ok,
  type Values,
} from './endpoint.ts'
import { nextQuery, pageAnswer, pageById, tagFilter } from './lists.ts'
import { entityAt, findEntity, keyOf } from './lookup.ts'
import { printed } from './printed.ts'

export function generateEndpoints(admin: Admin): Endpoint[] {
  const { schemas } = admin.store
  return schemas.kinds.flatMap(definition => [
    ...ownEndpoints(definition, admin),
    ...foreignFields(definition).flatMap(reference => {
      const owner = schemas.bySchema(reference.field.reference)
      return owner === undefined ? [] : referenceEndpoints(definition, reference, owner, admin)
    }),
  ])
}

/** The input in the schema's types; `known` is the entity that is there already. */
export function inputOf(request: AdminRequest, definition: Definition, admin: Admin, known?: Entity): Values {
  return request.typed ? request.input : coerceInput(definition, request.input, admin.store.schemas, known)
}

const param = (request: AdminRequest, definition: Definition): string =>
  request.params[definition.schema] ?? ''

/** The field that the path names the entity by; undefined for its id. */
const askedBy = (definition: Definition, request: AdminRequest): string | undefined =>
  isUuid(param(request, definition)) ? undefined : definition.endpointKey

function ownEndpoints(definition: Definition, admin: Admin): Endpoint[] {
  if (definition.collection === false) return []
  const { schema, adminPath } = definition
  const print = (entity: Entity) => printed(definition, entity, admin)
  return [
    {
      path: `/${adminPath}`,
      handlers: {
        GET: request => {
          const { table, schemas } = admin.store
          const wanted = tagFilter(request.query, schemas.version)
          const all = table(schema).list()
          const page = pageById(wanted === undefined ? all : all.filter(wanted), request.query)
          const kept = nextQuery(request.query, schemas.version)
          return ok(pageAnswer({ ...page, data: page.data.map(print) }, `/${adminPath}`, kept))
        },
        POST: request => created(print(admin.writes.insert(definition, inputOf(request, definition, admin)))),
      },
    },
    {
      path: `/${adminPath}/{${schema}}`,
      handlers: {
        GET: request => {
          const entity = findEntity(definition, param(request, definition), admin.store)
          return entity === undefined ? notFound : ok(print(entity))
        },
        PUT: request => putEntity(definition, request, param(request, definition), {}, admin),
        PATCH: request => {
          const key = keyOf(definition, param(request, definition), admin.store)
          const before = entityAt(definition, key, admin.store)
          if (before === undefined) {
            throw 'id' in key ? noEntityWithId(key.id) : noEntityWithKey({ [key.field]: key.value })
          }
          return patchEntity(
            definition,
            request,
            before,
            {},
            admin,
            'id' in key ? key : { [key.field]: key.value },
          )
        },
        DELETE: request => {
          const entity = findEntity(definition, param(request, definition), admin.store)
          if (entity !== undefined) admin.writes.remove(definition, entity, askedBy(definition, request))
          return noContent
        },
      },
    },
  ]
}

/**
 * Makes or replaces what a text in the URL names. `owned` are values that the path gives: they win over the
 * body's.
 */
function putEntity(
  definition: Definition,
  request: AdminRequest,
  text: string,
  owned: Values,
  admin: Admin,
): Answer {
  const key = keyOf(definition, text, admin.store)
  const before = entityAt(definition, key, admin.store)
  const given = inputOf(request, definition, admin)
  const named = 'id' in key ? { id: rightId(given['id'], key.id) } : { [key.field]: key.value }
  const input = { ...given, ...owned, ...named }
  const entity = admin.writes.upsert(definition, before, input, 'id' in key ? undefined : key.field)
  return ok(printed(definition, entity, admin))
}

function patchEntity(
  definition: Definition,
  request: AdminRequest,
  before: Entity,
  owned: Values,
  admin: Admin,
  key?: Values,
): Answer {
  const input = { ...owned, ...inputOf(request, definition, admin, before) }
  const entity = admin.writes.update(definition, before, input, key)
  return ok(printed(definition, entity, admin))
}

const referred = (entity: Entity, field: string): string | undefined =>
  isRecord(entity[field]) ? String(entity[field]['id']) : undefined

function referenceEndpoints(
  definition: Definition,
  reference: ForeignField,
  owner: Definition,
  admin: Admin,
): Endpoint[] {
  const nested = nestedEndpoints(definition, reference.name, owner, admin)
  return definition.collection === false
    ? nested
    : [referredEndpoint(definition, reference.name, owner, admin), ...nested]
}

/** `/routes/{routes}/service`: what an entity refers to. */
function referredEndpoint(definition: Definition, field: string, owner: Definition, admin: Admin): Endpoint {
  const { store, writes } = admin
  const find = (request: AdminRequest) => {
    const entity = findEntity(definition, param(request, definition), store)
    const id = entity && referred(entity, field)
    return { entity, target: id === undefined ? undefined : store.table(owner.schema).get(id) }
  }
  return {
    path: `/${definition.adminPath}/{${definition.schema}}/${field}`,
    handlers: {
      GET: request => {
        const { target } = find(request)
        return target === undefined ? notFound : ok(printed(owner, target, admin))
      },
      PUT: request => {
        const { entity, target } = find(request)
        if (entity === undefined) return notFound
        const answer = putEntity(owner, request, target?.id ?? admin.around.uuid(), {}, admin)
        if (target === undefined) {
          const { id } = answer.body as Entity
          writes.update(definition, entity, { [field]: { id } })
        }
        return answer
      },
      PATCH: request => {
        const { target } = find(request)
        return target === undefined ? notFound : patchEntity(owner, request, target, {}, admin)
      },
      DELETE: request => (find(request).target === undefined ? notFound : methodNotAllowed),
    },
  }
}

export const nestedPath = (definition: Definition, owner: Definition): string =>
  `/${owner.adminPath}/{${owner.schema}}/${definition.nestedPath ?? definition.adminPath}`

/** `/services/{services}/routes` and one of them: the entities that refer to an entity. */
function nestedEndpoints(definition: Definition, field: string, owner: Definition, admin: Admin): Endpoint[] {
  const { store } = admin
  const path = nestedPath(definition, owner)
  const print = (entity: Entity) => printed(definition, entity, admin)
  const findBoth = (request: AdminRequest) => {
    const parent = findEntity(owner, param(request, owner), store)
    if (parent === undefined) return undefined
    const entity = findEntity(definition, param(request, definition), store)
    const owned = { [field]: { id: parent.id } }
    return { parent, owned, entity: entity && referred(entity, field) === parent.id ? entity : undefined }
  }
  return [
    {
      path,
      handlers: {
        GET: request => {
          const parent = findEntity(owner, param(request, owner), store)
          if (parent === undefined) return notFound
          const page = pageById(store.table(definition.schema).referring(field, parent.id), request.query)
          const at = path.replace(`{${owner.schema}}`, request.rawParams[owner.schema] ?? '')
          return ok(pageAnswer({ ...page, data: page.data.map(print) }, at, ''))
        },
        POST: request => {
          const parent = findEntity(owner, param(request, owner), store)
          if (parent === undefined) return notFound
          const input = { ...inputOf(request, definition, admin), [field]: { id: parent.id } }
          return created(print(admin.writes.insert(definition, input)))
        },
      },
    },
    {
      path: `${path}/{${definition.schema}}`,
      handlers: {
        GET: request => {
          const entity = findBoth(request)?.entity
          return entity === undefined ? notFound : ok(print(entity))
        },
        PUT: request => {
          const found = findBoth(request)
          if (found === undefined) return notFound
          return putEntity(definition, request, param(request, definition), found.owned, admin)
        },
        PATCH: request => {
          const found = findBoth(request)
          if (found?.entity === undefined) return notFound
          return patchEntity(definition, request, found.entity, found.owned, admin)
        },
        DELETE: request => {
          const entity = findBoth(request)?.entity
          if (entity === undefined) return notFound
          admin.writes.remove(definition, entity, askedBy(definition, request))
          return noContent
        },
      },
    },
  ]
}
