import type { PluginDefinition } from '../define.ts'
import { renamesHeader } from './custom-checks.ts'
import { httpProtocols } from './typedefs.ts'

export const responseTransformer = {
  name: 'response-transformer',
  priority: 800,
  fields: { protocols: { ...httpProtocols, required: true, default: ['grpc', 'grpcs', 'http', 'https'] } },
  config: {
    remove: {
      type: 'record',
      required: true,
      fields: {
        json: { type: 'array', required: true, default: [], elements: { type: 'string' } },
        headers: { type: 'array', required: true, default: [], elements: { type: 'string' } },
      },
    },
    rename: {
      type: 'record',
      required: true,
      fields: {
        json: {
          type: 'array',
          required: true,
          default: [],
          elements: { type: 'string', match: '^[^:]+:.*$' },
          since: '3.0',
        },
        headers: {
          type: 'array',
          required: true,
          default: [],
          elements: { type: 'string', match: '^[^:]+:.*$', check: renamesHeader },
        },
      },
    },
    replace: {
      type: 'record',
      required: true,
      fields: {
        json: {
          type: 'array',
          required: true,
          default: [],
          elements: { type: 'string', match: '^[^:]+:.*$' },
        },
        json_types: {
          type: 'array',
          required: true,
          default: [],
          description:
            'List of JSON type names. Specify the types of the JSON values returned when appending\nJSON properties. Each string element can be one of: boolean, number, or string.',
          elements: { type: 'string', one_of: ['boolean', 'number', 'string'] },
        },
        headers: {
          type: 'array',
          required: true,
          default: [],
          elements: { type: 'string', match: '^[^:]+:.*$' },
        },
      },
    },
    add: {
      type: 'record',
      required: true,
      fields: {
        json: {
          type: 'array',
          required: true,
          default: [],
          elements: { type: 'string', match: '^[^:]+:.*$' },
        },
        json_types: {
          type: 'array',
          required: true,
          default: [],
          description:
            'List of JSON type names. Specify the types of the JSON values returned when appending\nJSON properties. Each string element can be one of: boolean, number, or string.',
          elements: { type: 'string', one_of: ['boolean', 'number', 'string'] },
        },
        headers: {
          type: 'array',
          required: true,
          default: [],
          elements: { type: 'string', match: '^[^:]+:.*$' },
        },
      },
    },
    append: {
      type: 'record',
      required: true,
      fields: {
        json: {
          type: 'array',
          required: true,
          default: [],
          elements: { type: 'string', match: '^[^:]+:.*$' },
        },
        json_types: {
          type: 'array',
          required: true,
          default: [],
          description:
            'List of JSON type names. Specify the types of the JSON values returned when appending\nJSON properties. Each string element can be one of: boolean, number, or string.',
          elements: { type: 'string', one_of: ['boolean', 'number', 'string'] },
        },
        headers: {
          type: 'array',
          required: true,
          default: [],
          elements: { type: 'string', match: '^[^:]+:.*$' },
        },
      },
    },
  },
} as const satisfies PluginDefinition
