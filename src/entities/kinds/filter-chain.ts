/** WebAssembly filters of a service or a route (Kong 3.4 with `wasm = on`). */
import { defineEntity } from '../define.ts'
import { created_at, id, tags, updated_at } from '../fields.ts'

export const filterChain = defineEntity({
  kind: 'filter-chain',
  schema: 'filter_chains',
  adminPath: 'filter-chains',
  fileKey: 'filter_chains',
  enterprise: true,
  keys: [['service', 'route']],
  fields: {
    id,
    name: { type: 'string', unique: true },
    enabled: { type: 'boolean', required: true, default: true },
    service: { type: 'foreign', reference: 'services', on_delete: 'cascade', nest: 'may' },
    route: { type: 'foreign', reference: 'routes', on_delete: 'cascade', nest: 'may' },
    filters: { type: 'array', required: true, elements: { type: 'json' } },
    tags,
    created_at,
    updated_at,
  },
})
