/** The cost of a part of a GraphQL query, an entity of graphql-rate-limiting-advanced (Kong Enterprise). */
import { defineEntity } from '../language/define.ts'
import { created_at, id, updated_at } from '../language/fields.ts'

export const graphqlCostDecoration = defineEntity({
  kind: 'graphql_ratelimiting_cost_decorations',
  schema: 'graphql_ratelimiting_advanced_cost_decoration',
  adminPath: 'graphql-rate-limiting-advanced/costs',
  fileKey: 'custom_entities',
  putCreates: false,
  enterprise: true,
  wrapped: true,
  home: 'service',
  keys: [['type_path']],
  demandedInFiles: ['type_path'],
  fields: {
    id,
    service: { type: 'foreign', reference: 'services', required: true, on_delete: 'cascade', mapping: true },
    type_path: { type: 'string', required: true },
    add_constant: { type: 'number', default: 1 },
    add_arguments: { type: 'array', elements: { type: 'string' } },
    mul_constant: { type: 'number', default: 1 },
    mul_arguments: { type: 'array', elements: { type: 'string' } },
    created_at,
    updated_at,
  },
})
