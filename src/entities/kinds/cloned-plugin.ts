/** A plugin under a second name (Kong Enterprise 3.15): managed with `--include-plugin-definitions`. */
import { defineEntity } from '../language/define.ts'
import { created_at, id, tags, updated_at } from '../language/fields.ts'

export const clonedPlugin = defineEntity({
  kind: 'cloned-plugin',
  schema: 'cloned_plugins',
  adminPath: 'cloned-plugins',
  fileKey: 'cloned_plugins',
  endpointKey: 'name',
  enterprise: true,
  keys: [['name']],
  demandedInFiles: ['name', 'ref'],
  fields: {
    id,
    name: { type: 'string', required: true, unique: true },
    ref: { type: 'string', required: true },
    priority: { type: 'integer' },
    tags,
    created_at,
    updated_at,
  },
})
