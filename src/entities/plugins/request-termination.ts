import { header_name } from '../language/fields.ts'
import type { PluginDefinition } from '../language/plugin-definition.ts'
import { onlyHttp } from './fields/typedefs.ts'

export const requestTermination = {
  name: 'request-termination',
  priority: 2,
  fields: { protocols: onlyHttp },
  config: {
    status_code: {
      type: 'integer',
      required: true,
      default: 503,
      description: 'The response code to send. Must be an integer between 100 and 599.',
      between: [100, 599],
      was: { until: '3.0', required: undefined },
    },
    message: { type: 'string', description: 'The message to send, if using the default response generator.' },
    content_type: {
      type: 'string',
      description: 'Content type of the raw response configured with `config.body`.',
    },
    body: {
      type: 'string',
      description:
        'The raw response body to send. This is mutually exclusive with the `config.message` field.',
    },
    echo: {
      type: 'boolean',
      required: true,
      default: false,
      description:
        'When set, the plugin will echo a copy of the request back to the client. The main usecase for this is debugging. It can be combined with `trigger` in order to debug requests on live systems without disturbing real traffic.',
    },
    trigger: header_name,
  },
  configCheck: config => {
    const has = (name: string) => typeof config[name] === 'string' && config[name] !== ''
    if (has('message') && (has('content_type') || has('body')))
      return 'message cannot be used with content_type or body'
    if (has('content_type') && !has('body')) return 'content_type requires a body'
    const echoes = config['echo'] === true && (has('content_type') || has('body'))
    return echoes ? 'echo cannot be used with content_type and body' : undefined
  },
} as const satisfies PluginDefinition
