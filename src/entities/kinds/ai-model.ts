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
    // Models of Kong's AI Gateway 2.0 have none: their name is what requests say.
    alias: { type: 'string' },
    tags,
    created_at,
    updated_at,
  },
})
