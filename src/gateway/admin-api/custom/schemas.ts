/**
 * `/schemas/…`: what a kind or a plugin may contain, and whether a value would be accepted. Nothing is
 * stored.
 */

import { completeEntity } from '../../../entities/language/defaults.ts'
import type { Definition } from '../../../entities/language/define.ts'
import { toSchemaJson } from '../../../entities/language/schema-json.ts'
import { entityFields } from '../../../entities/language/subschemas.ts'
import { validateEntity } from '../../../entities/language/validate.ts'
import { brokenSchema } from '../../store/errors.ts'
import {
  type Admin,
  type AdminRequest,
  type Answer,
  type Endpoint,
  ok,
  refuse,
  type Values,
} from '../endpoint.ts'

export function schemaEndpoints(admin: Admin): Endpoint[] {
  const { schemas } = admin.store
  const validate = (schema: string, input: Values): Answer => {
    const definition = schemas.bySchema(schema)
    if (definition === undefined) return refuse(404, `No entity named '${schema}'`)
    const entity = completeEntity(definition.kind, withoutTtl(definition, input), schemas)
    const violations = validateEntity(definition.kind, entity, schemas)
    if (violations !== undefined) throw brokenSchema(violations)
    return ok({ message: 'schema validation successful' })
  }
  return [
    {
      path: '/schemas/{name}',
      handlers: {
        GET: request => {
          const name = request.params['name'] ?? ''
          const definition = schemas.bySchema(name)
          return definition === undefined
            ? refuse(404, `No entity named '${name}'`)
            : ok(toSchemaJson(definition, schemas.version))
        },
      },
    },
    {
      path: '/schemas/plugins/{name}',
      handlers: {
        GET: request => {
          const name = request.params['name'] ?? ''
          const plugin = schemas.plugin(name)
          return plugin === undefined
            ? refuse(404, `No plugin named '${name}'`)
            : ok(toSchemaJson(plugin, schemas.version))
        },
      },
    },
    ...vaultSchemas(admin),
    ...(schemas.bySchema('vaults') === undefined
      ? []
      : [
          {
            path: '/schemas/vaults/validate',
            handlers: { POST: (request: AdminRequest) => validate('vaults', request.input) },
          },
        ]),
    { path: '/schemas/plugins/validate', handlers: { POST: request => validate('plugins', request.input) } },
    {
      path: '/schemas/{db_entity_name}/validate',
      handlers: { POST: request => validate(request.params['db_entity_name'] ?? '', request.input) },
    },
  ]
}

/** Kong 3.9 takes any `ttl` here, as its schema does not print it. */
function withoutTtl({ ttl: hasTtl }: Definition, input: Values): Values {
  const { ttl: _ttl, ...others } = input
  return hasTtl === true ? others : input
}

function vaultSchemas({ store: { schemas } }: Admin): Endpoint[] {
  const vaults = schemas.bySchema('vaults')
  if (vaults === undefined) return []
  return [
    {
      path: '/schemas/vaults/{name}',
      handlers: {
        GET: request => {
          const name = request.params['name'] ?? ''
          const known = Object.hasOwn(vaults.subschema?.types ?? {}, name)
          if (!known) return refuse(404, `No vault named '${name}'`)
          const { config } = entityFields(vaults, { name }, schemas)
          // A vault's own schema does not speak of what all vaults have.
          const { abstract: _abstract, description: _description, ...own } = config ?? { type: 'record' }
          return ok(toSchemaJson({ fields: { config: own } }, schemas.version))
        },
      },
    },
  ]
}
