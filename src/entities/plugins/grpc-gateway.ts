import type { PluginDefinition } from '../language/plugin-definition.ts'
import { anyProtocol } from './fields/typedefs.ts'

export const grpcGateway = {
  name: 'grpc-gateway',
  priority: 998,
  fields: {
    protocols: { ...anyProtocol, since: '3.0' },
  },
  config: {
    proto: { type: 'string', required: false, description: 'Describes the gRPC types and methods.' },
  },
} as const satisfies PluginDefinition
