/**
 * `/workspaces` of 2.8, which has the set although nothing can be put into a workspace but `default` (3.x took it away). They are
 * not kept: no entity belongs to them, and no state file can hold them.
 */
import { isUuid } from '../../../entities/formats.ts'
import { sentences } from '../../../entities/messages.ts'
import { brokenSchema, noEntityWithId, noEntityWithKey, uniqueKeyTaken } from '../../store/errors.ts'
import { type Admin, created, type Endpoint, noContent, notFound, ok, type Values } from '../endpoint.ts'

export function workspaceEndpoints({ store, around }: Admin): Endpoint[] {
  if (store.schemas.version.major >= 3) return []
  const make = (values: Values): Values => ({
    id: around.uuid(),
    name: null,
    comment: null,
    created_at: Math.floor(around.now() / 1000),
    config: {},
    meta: {},
    ...values,
  })
  const all = new Map<unknown, Values>()
  const keep = (workspace: Values): Values => {
    all.set(workspace['id'], workspace)
    return workspace
  }
  keep(make({ name: 'default' }))
  const byName = (name: unknown) => [...all.values()].find(one => one['name'] === name)
  const find = (text: string) => (isUuid(text) ? all.get(text.toLowerCase()) : byName(text))

  const checked = (input: Values): Values => {
    const problems: Record<string, string> = {}
    for (const name of Object.keys(input)) {
      if (!['id', 'name', 'comment', 'created_at', 'config', 'meta'].includes(name)) {
        problems[name] = sentences.unknown
      }
    }
    if (typeof input['name'] !== 'string') {
      problems['name'] = input['name'] === undefined ? sentences.required : sentences.string
    }
    if (Object.keys(problems).length > 0) throw brokenSchema(problems)
    return input
  }

  return [
    {
      path: '/workspaces',
      handlers: {
        GET: () => ok({ data: [...all.values()], next: null }),
        POST: ({ input }) => {
          const { name } = checked(input)
          if (byName(name) !== undefined) throw uniqueKeyTaken({ name })
          return created(keep(make(input)))
        },
      },
    },
    {
      path: '/workspaces/{workspaces}',
      handlers: {
        GET: ({ params }) => {
          const found = find(params['workspaces'] ?? '')
          return found === undefined ? notFound : ok(found)
        },
        PATCH: ({ params, input }) => {
          const text = params['workspaces'] ?? ''
          const found = find(text)
          if (found === undefined) throw isUuid(text) ? noEntityWithId(text) : noEntityWithKey({ name: text })
          return ok(keep({ ...found, ...checked({ name: found['name'], ...input }), id: found['id'] }))
        },
        DELETE: ({ params }) => {
          all.delete(find(params['workspaces'] ?? '')?.['id'])
          return noContent
        },
      },
    },
  ]
}
