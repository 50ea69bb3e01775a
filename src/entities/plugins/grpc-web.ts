import type { PluginDefinition } from '../language/plugin-definition.ts'
import { anyProtocol } from './fields/typedefs.ts'

export const grpcWeb = {
  name: 'grpc-web',
  priority: 3,
  fields: {
    protocols: { ...anyProtocol, since: '3.0' },
  },
  config: {
    proto: {
      type: 'string',
      required: false,
      description:
        'If present, describes the gRPC types and methods. Required to support payload transcoding. When absent, the web client must use application/grpw-web+proto content.',
    },
    pass_stripped_path: {
      type: 'boolean',
      required: false,
      description:
        'If set to `true` causes the plugin to pass the stripped request path to the upstream gRPC service.',
    },
    allow_origin_header: {
      type: 'string',
      required: false,
      default: '*',
      description:
        'The value of the `Access-Control-Allow-Origin` header in the response to the gRPC-Web client.',
    },
  },
} as const satisfies PluginDefinition
