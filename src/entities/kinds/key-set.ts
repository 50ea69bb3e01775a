/** A set of keys that belong together. */
import { defineEntity } from '../language/define.ts'
import { created_at, id, tags, updated_at } from '../language/fields.ts'

export const keySet = defineEntity({
  kind: 'key-set',
  optional: true,
  schema: 'key_sets',
  adminPath: 'key-sets',
  fileKey: 'key_sets',
  endpointKey: 'name',
  place: 13,
  since: '3.1',
  keys: [['name']],
  present: {
    one: 'Key Set',
    many: 'Key Sets',
    columns: 'name tags',
    first: 'name tags',
    about: 'A key set holds keys that belong together.',
  },
  fields: {
    id,
    name: {
      type: 'string',
      required: false,
      unique: true,
      description: 'The name to associate with the given key-set.',
    },
    tags,
    created_at,
    updated_at,
  },
})
