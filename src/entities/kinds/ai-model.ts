/** A language model with a name (Kong Enterprise). */
import { defineEntity } from '../language/define.ts'
import { created_at, id, tags, updated_at } from '../language/fields.ts'

export const aiModel = defineEntity({
  kind: 'ai-model',
  schema: 'ai_models',
  adminPath: 'ai-models',
  fileKey: 'ai_models',
  endpointKey: 'name',
  enterprise: true,
  keys: [['name']],
  demandedInFiles: ['name'],
  fields: {
    id,
    name: { type: 'string', required: true, unique: true },
    // Without one, requests say the name.
    alias: { type: 'string' },
    tags,
    created_at,
    updated_at,
  },
})
