import { host, port } from '../language/fields.ts'
import type { PluginDefinition } from '../language/plugin-definition.ts'
import { anyProtocol, logLevel, luaCode } from './fields/typedefs.ts'

export const loggly = {
  name: 'loggly',
  priority: 6,
  fields: { protocols: anyProtocol },
  config: {
    host: { ...host, default: 'logs-01.loggly.com' },
    port: { ...port, default: 514 },
    key: { type: 'string', required: true, encrypted: true, referenceable: true },
    tags: { type: 'set', default: ['kong'], elements: { type: 'string' } },
    log_level: { ...logLevel, default: 'info' },
    successful_severity: { ...logLevel, default: 'info' },
    client_errors_severity: { ...logLevel, default: 'info' },
    server_errors_severity: { ...logLevel, default: 'info' },
    timeout: { type: 'number', default: 10000 },
    custom_fields_by_lua: luaCode,
  },
} as const satisfies PluginDefinition
