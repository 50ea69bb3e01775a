/** `/tags`: the tags of all entities. Kong stores them in a separate, read-only set. */
import type { Field } from '../../../entities/language/define.ts'
import { formats } from '../../../entities/text/formats.ts'
import { brokenSchema, KongError } from '../../store/errors.ts'
import { type Admin, type Answer, type Endpoint, type Handler, ok } from '../endpoint.ts'
import { nextQuery, pageAnswer, pageByKey } from '../lists.ts'

interface Tagged {
  readonly tag: string
  readonly entity_name: string
  readonly entity_id: string
}

const sayReadOnly: Handler = (): Answer => {
  throw brokenSchema({ tags: 'does not support insert/upsert/update/delete operations' })
}

const hasTags = (fields: Readonly<Record<string, Field>>): boolean => 'tags' in fields

export function tagEndpoints(admin: Admin): Endpoint[] {
  const { store } = admin
  const all = (): Tagged[] =>
    store.schemas.kinds
      .filter(definition => hasTags(definition.fields))
      .flatMap(({ schema }) =>
        store
          .table(schema)
          .list()
          .flatMap(entity =>
            ((entity['tags'] ?? []) as readonly string[]).map(tag => ({
              tag,
              entity_name: schema,
              entity_id: entity.id,
            })),
          ),
      )
  const byEntity = (a: Tagged, b: Tagged) =>
    a.entity_id < b.entity_id ? -1 : a.entity_id > b.entity_id ? 1 : 0
  return [
    {
      path: '/tags',
      handlers: {
        GET: request => {
          const sorted = all().sort(byEntity)
          const places = new Map(sorted.map((one, index) => [one, index]))
          const page = pageByKey(sorted, request.query, one => [one.entity_id, places.get(one) ?? 0])
          return ok(pageAnswer(page, '/tags', nextQuery(request.query, store.schemas.version)))
        },
        POST: sayReadOnly,
      },
    },
    {
      path: '/tags/{tags}',
      handlers: {
        GET: request => {
          // 2.8 does not unescape the path here.
          const { params, rawParams } = request
          const { version } = store.schemas
          const tag = (version.major < 3 ? rawParams : params)['tags'] ?? ''
          const problem = formats.tag(tag, version)
          if (problem !== undefined)
            throw new KongError('invalid unique', problem, { name: 'invalid unique tag' })
          const tagged = all()
            .filter(one => one.tag === tag)
            .sort(byEntity)
          const page = pageByKey(tagged, request.query, one => [one.entity_id])
          const answer = pageAnswer(page, `/tags/${rawParams['tags']}`, '')
          // 2.8's Lua prints an empty list as a record unless it is marked as a list.
          return ok(page.data.length === 0 && version.major < 3 ? { ...answer, data: {} } : answer)
        },
        PUT: sayReadOnly,
        PATCH: sayReadOnly,
        DELETE: sayReadOnly,
      },
    },
  ]
}
