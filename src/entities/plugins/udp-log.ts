import { host, port } from '../language/fields.ts'
import type { PluginDefinition } from '../language/plugin-definition.ts'
import { anyProtocol, luaCode, sendTimeout } from './fields/typedefs.ts'

export const udpLog = {
  name: 'udp-log',
  priority: 8,
  fields: { protocols: anyProtocol },
  config: {
    host: { ...host, required: true },
    port: { ...port, required: true },
    timeout: sendTimeout,
    custom_fields_by_lua: luaCode,
  },
} as const satisfies PluginDefinition
