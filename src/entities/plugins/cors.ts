import type { PluginDefinition } from '../language/plugin-definition.ts'
import { isRegex } from '../text/formats.ts'
import { noConsumer, onlyHttp } from './fields/typedefs.ts'

export const cors = {
  name: 'cors',
  priority: 2000,
  fields: {
    consumer: noConsumer,
    protocols: onlyHttp,
  },
  config: {
    origins: {
      type: 'array',
      description:
        'List of allowed domains for the `Access-Control-Allow-Origin` header. If you want to allow all origins, add `*` as a single value to this configuration field. The accepted values can either be flat strings or PCRE regexes.',
      elements: {
        type: 'string',
        check: (origin: string) =>
          origin === '*' || isRegex(origin) ? undefined : `'${origin}' is not a valid regex`,
      },
    },
    headers: {
      type: 'array',
      description: 'Value for the `Access-Control-Allow-Headers` header.',
      elements: { type: 'string' },
    },
    exposed_headers: {
      type: 'array',
      description:
        'Value for the `Access-Control-Expose-Headers` header. If not specified, no custom headers are exposed.',
      elements: { type: 'string' },
    },
    methods: {
      type: 'array',
      default: ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'],
      description:
        "'Value for the `Access-Control-Allow-Methods` header. Available options include `GET`, `HEAD`, `PUT`, `PATCH`, `POST`, `DELETE`, `OPTIONS`, `TRACE`, `CONNECT`. By default, all options are allowed.'",
      elements: {
        type: 'string',
        one_of: ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'],
      },
    },
    max_age: {
      type: 'number',
      description: 'Indicates how long the results of the preflight request can be cached, in `seconds`.',
    },
    credentials: {
      type: 'boolean',
      required: true,
      default: false,
      description:
        'Flag to determine whether the `Access-Control-Allow-Credentials` header should be sent with `true` as the value.',
    },
    private_network: {
      type: 'boolean',
      required: true,
      default: false,
      description:
        'Flag to determine whether the `Access-Control-Allow-Private-Network` header should be sent with `true` as the value.',
      since: '3.0',
    },
    preflight_continue: {
      type: 'boolean',
      required: true,
      default: false,
      description:
        'A boolean value that instructs the plugin to proxy the `OPTIONS` preflight request to the Upstream service.',
    },
  },
} as const satisfies PluginDefinition
