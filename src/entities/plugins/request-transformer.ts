import type { PluginDefinition } from '../language/plugin-definition.ts'
import { hasValue, namesHeader, renamesHeader } from './fields/custom-checks.ts'
import { anyProtocol } from './fields/typedefs.ts'

const list = { type: 'array', required: true, default: [] } as const
const names = { ...list, elements: { type: 'string' } } as const
const values = { ...list, elements: { type: 'string', check: hasValue } } as const
const headers = { ...list, elements: { type: 'string', match: '^[^:]+:.*$', check: namesHeader } } as const

const written = { body: values, headers, querystring: values } as const

export const requestTransformer = {
  name: 'request-transformer',
  priority: 801,
  fields: {
    protocols: { ...anyProtocol, since: '3.0' },
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
        body: names,
        headers: { ...list, elements: { type: 'string', check: namesHeader } },
        querystring: names,
      },
    },
    rename: {
      type: 'record',
      required: true,
      fields: {
        body: values,
        headers: { ...list, elements: { ...headers.elements, check: renamesHeader } },
        querystring: values,
      },
    },
    replace: { type: 'record', required: true, fields: { ...written, uri: { type: 'string' } } },
    add: { type: 'record', required: true, fields: written },
    append: { type: 'record', required: true, fields: written },
  },
} as const satisfies PluginDefinition
