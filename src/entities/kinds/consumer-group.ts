/** A group of consumers (Kong Enterprise), to which plugins can be applied. */
import { defineEntity } from '../language/define.ts'
import { created_at, id, tags } from '../language/fields.ts'

export const consumerGroup = defineEntity({
  kind: 'consumer-group',
  schema: 'consumer_groups',
  adminPath: 'consumer_groups',
  fileKey: 'consumer_groups',
  endpointKey: 'name',
  place: 4,
  enterprise: true,
  keys: [['name']],
  demandedInFiles: ['name'],
  fields: { id, name: { type: 'string', required: true, unique: true }, tags, created_at },
})
