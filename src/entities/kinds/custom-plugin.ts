/**
 * A plugin whose code is in the database (Kong Enterprise 3.15): managed with
 * `--include-plugin-definitions`.
 */
import { defineEntity } from '../language/define.ts'
import { created_at, id, tags, updated_at } from '../language/fields.ts'

export const customPlugin = defineEntity({
  kind: 'custom-plugin',
  schema: 'custom_plugins',
  adminPath: 'custom-plugins',
  fileKey: 'custom_plugins',
  endpointKey: 'name',
  enterprise: true,
  keys: [['name']],
  demandedInFiles: ['name', 'schema', 'handler'],
  fields: {
    id,
    name: { type: 'string', required: true, unique: true },
    schema: { type: 'string', required: true },
    handler: { type: 'string', required: true },
    tags,
    created_at,
    updated_at,
  },
})
