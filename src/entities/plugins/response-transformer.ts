import type { PluginDefinition } from '../language/plugin-definition.ts'
import { renamesHeader } from './fields/custom-checks.ts'
import { onlyHttp } from './fields/typedefs.ts'

const list = { type: 'array', required: true, default: [] } as const
const names = { ...list, elements: { type: 'string' } } as const
const pairs = { ...list, elements: { type: 'string', match: '^[^:]+:.*$' } } as const

const json_types = {
  ...list,
  description:
    'List of JSON type names. Specify the types of the JSON values returned when appending\nJSON properties. Each string element can be one of: boolean, number, or string.',
  elements: { type: 'string', one_of: ['boolean', 'number', 'string'] },
} as const

const written = {
  type: 'record',
  required: true,
  fields: { json: pairs, json_types, headers: pairs },
} as const

export const responseTransformer = {
  name: 'response-transformer',
  priority: 800,
  fields: { protocols: onlyHttp },
  config: {
    remove: { type: 'record', required: true, fields: { json: names, headers: names } },
    rename: {
      type: 'record',
      required: true,
      fields: {
        json: { ...pairs, since: '3.0' },
        headers: { ...list, elements: { ...pairs.elements, check: renamesHeader } },
      },
    },
    replace: written,
    add: written,
    append: written,
  },
} as const satisfies PluginDefinition
