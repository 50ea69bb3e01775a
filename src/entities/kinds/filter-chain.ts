/** WebAssembly filters of a service or a route (Kong 3.4 with `wasm = on`). */
import { defineEntity, type NameOf } from '../language/define.ts'
import { created_at, id, tags, updated_at } from '../language/fields.ts'

type Values = Readonly<Record<string, unknown>>

/** `response for route r`, as decK says it. */
function title(chain: Values, nameOf: NameOf): string {
  const owner = ['service', 'route'].flatMap(field => {
    const id = (chain[field] as { id?: string } | null | undefined)?.id
    return id === undefined ? [] : [`for ${field} ${nameOf(`${field}s`, id)}`]
  })
  return [chain['name'] ?? chain['id'], owner[0]].join(' ').trim()
}

export const filterChain = defineEntity({
  kind: 'filter-chain',
  schema: 'filter_chains',
  adminPath: 'filter-chains',
  fileKey: 'filter_chains',
  onlineName: 'FilterChains',
  place: 6,
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
  title,
})
