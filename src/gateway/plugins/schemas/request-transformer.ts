import type { PluginDefinition } from '../define.ts'
import { hasValue, namesHeader, renamesHeader } from './custom-checks.ts'
import { allProtocols } from './typedefs.ts'

export const requestTransformer = {
  name: 'request-transformer',
  priority: 801,
  fields: {
    protocols: { ...allProtocols, required: true, default: ['grpc', 'grpcs', 'http', 'https'], since: '3.0' },
  },
  config: {
    http_method: {
      type: 'string',
      match: '^%u+$',
      description:
        'A string representing an HTTP method, such as GET, POST, PUT, or DELETE. The string must contain only uppercase letters.',
    },
    remove: {
      type: 'record',
      required: true,
      fields: {
        body: { type: 'array', required: true, default: [], elements: { type: 'string' } },
        headers: {
          type: 'array',
          required: true,
          default: [],
          elements: { type: 'string', check: namesHeader },
        },
        querystring: { type: 'array', required: true, default: [], elements: { type: 'string' } },
      },
    },
    rename: {
      type: 'record',
      required: true,
      fields: {
        body: { type: 'array', required: true, default: [], elements: { type: 'string', check: hasValue } },
        headers: {
          type: 'array',
          required: true,
          default: [],
          elements: { type: 'string', match: '^[^:]+:.*$', check: renamesHeader },
        },
        querystring: {
          type: 'array',
          required: true,
          default: [],
          elements: { type: 'string', check: hasValue },
        },
      },
    },
    replace: {
      type: 'record',
      required: true,
      fields: {
        body: { type: 'array', required: true, default: [], elements: { type: 'string', check: hasValue } },
        headers: {
          type: 'array',
          required: true,
          default: [],
          elements: { type: 'string', match: '^[^:]+:.*$', check: namesHeader },
        },
        querystring: {
          type: 'array',
          required: true,
          default: [],
          elements: { type: 'string', check: hasValue },
        },
        uri: { type: 'string' },
      },
    },
    add: {
      type: 'record',
      required: true,
      fields: {
        body: { type: 'array', required: true, default: [], elements: { type: 'string', check: hasValue } },
        headers: {
          type: 'array',
          required: true,
          default: [],
          elements: { type: 'string', match: '^[^:]+:.*$', check: namesHeader },
        },
        querystring: {
          type: 'array',
          required: true,
          default: [],
          elements: { type: 'string', check: hasValue },
        },
      },
    },
    append: {
      type: 'record',
      required: true,
      fields: {
        body: { type: 'array', required: true, default: [], elements: { type: 'string', check: hasValue } },
        headers: {
          type: 'array',
          required: true,
          default: [],
          elements: { type: 'string', match: '^[^:]+:.*$', check: namesHeader },
        },
        querystring: {
          type: 'array',
          required: true,
          default: [],
          elements: { type: 'string', check: hasValue },
        },
      },
    },
  },
} as const satisfies PluginDefinition
