/**
 * `/config`: the whole configuration of a node without a database, as one declarative file. A node with a
 * database does not have it.
 */
import { isRecord } from '../../../entities/language/values.ts'
import type { Declarative } from '../../declarative/declarative.ts'
import { hashOf } from '../../declarative/hash.ts'
import {
  type Admin,
  type AdminRequest,
  type Answer,
  created,
  type Endpoint,
  type Handler,
  ok,
  refuse,
} from '../endpoint.ts'
import { printed } from '../printed.ts'

const withDatabase: Handler = () =>
  refuse(400, 'this endpoint is only available when Kong is configured to not use a database')

export function configEndpoints(admin: Admin): Endpoint[] {
  const { declarative, store } = admin
  if (declarative === undefined)
    return [{ path: '/config', handlers: { GET: withDatabase, POST: withDatabase } }]
  const print: Parameters<Declarative['write']>[0] = (schema, entity) => {
    const definition = store.schemas.bySchema(schema)
    return definition === undefined ? entity : printed(definition, entity, admin)
  }
  return [
    {
      path: '/config',
      takesYaml: true,
      handlers: {
        GET: () => ok({ config: declarative.write(print) }),
        POST: request => load(request, declarative),
      },
    },
  ]
}

const isTrue = (value: unknown): boolean =>
  value === true || value === 1 || (typeof value === 'string' && /^(true|1|on|yes)$/i.test(value))

/** The configuration is the body's fields, or a text: in its field `config`, or the body itself. */
function load({ query, input, text }: AdminRequest, declarative: Declarative): Answer {
  const { check_hash: checkHash, flatten_errors: flatten, ...fields } = { ...query, ...input }
  if (fields['_format_version'] !== undefined)
    return created(declarative.load(fields, undefined, isTrue(flatten)))
  const config = fields['config'] ?? text()
  if (isRecord(config)) return created(declarative.load(config, undefined, isTrue(flatten)))
  if (typeof config !== 'string' || config === '') return refuse(400, 'expected a declarative configuration')
  if (String(checkHash) === '1' && hashOf(config) === declarative.hash()) return { status: 304 }
  return created(declarative.load(declarative.read(config), config, isTrue(flatten)))
}
