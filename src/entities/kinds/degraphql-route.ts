/** A path for a GraphQL query, an entity of the degraphql plugin (Kong Enterprise). */
import { defineEntity } from '../language/define.ts'
import { created_at, id, updated_at } from '../language/fields.ts'

export const degraphqlRoute = defineEntity({
  kind: 'degraphql_routes',
  schema: 'degraphql_routes',
  adminPath: 'degraphql_routes',
  nestedPath: 'degraphql/routes',
  fileKey: 'custom_entities',
  putCreates: false,
  enterprise: true,
  wrapped: true,
  home: 'service',
  keys: [['uri', 'query']],
  fields: {
    id,
    service: { type: 'foreign', reference: 'services', required: true, on_delete: 'cascade', mapping: true },
    methods: { type: 'set', default: ['GET'], elements: { type: 'string' } },
    uri: { type: 'string', required: true },
    query: { type: 'string', required: true },
    created_at,
    updated_at,
  },
})
