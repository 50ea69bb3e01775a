import { host, port } from '../language/fields.ts'
import type { PluginDefinition } from '../language/plugin-definition.ts'
import { allProtocols, luaCode } from './fields/typedefs.ts'

export const udpLog = {
  name: 'udp-log',
  priority: 8,
  fields: { protocols: { ...allProtocols, required: true, default: ['grpc', 'grpcs', 'http', 'https'] } },
  config: {
    host: { ...host, required: true },
    port: { ...port, required: true },
    timeout: {
      type: 'number',
      default: 10000,
      description: 'An optional timeout in milliseconds when sending data to the upstream server.',
    },
    custom_fields_by_lua: luaCode,
  },
} as const satisfies PluginDefinition
