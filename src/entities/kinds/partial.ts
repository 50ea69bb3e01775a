/**
 * A part of configurations that several plugins share (Kong Enterprise): the connection to a Redis, for
 * instance.
 */
import { defineEntity } from '../language/define.ts'
import { created_at, id, tags, updated_at } from '../language/fields.ts'

export const partial = defineEntity({
  kind: 'partial',
  schema: 'partials',
  adminPath: 'partials',
  fileKey: 'partials',
  onlineName: 'Partials',
  endpointKey: 'name',
  enterprise: true,
  keys: [['name']],
  demandedInFiles: ['type'],
  alwaysDumped: ['id'],
  fields: {
    id,
    name: { type: 'string', unique: true },
    type: { type: 'string', required: true },
    config: { type: 'json' },
    tags,
    created_at,
    updated_at,
  },
})
