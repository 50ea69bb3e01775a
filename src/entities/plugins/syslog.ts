import type { PluginDefinition } from '../language/plugin-definition.ts'
import { anyProtocol, logLevel, luaCode } from './fields/typedefs.ts'

export const syslog = {
  name: 'syslog',
  priority: 4,
  fields: { protocols: anyProtocol },
  config: {
    log_level: { ...logLevel, required: true, default: 'info' },
    successful_severity: { ...logLevel, required: true, default: 'info' },
    client_errors_severity: { ...logLevel, required: true, default: 'info' },
    server_errors_severity: { ...logLevel, required: true, default: 'info' },
    custom_fields_by_lua: luaCode,
    facility: {
      type: 'string',
      required: true,
      default: 'user',
      description: 'The facility is used by the operating system to decide how to handle each log message.',
      one_of: [
        'auth',
        'authpriv',
        'cron',
        'daemon',
        'ftp',
        'kern',
        'lpr',
        'mail',
        'news',
        'syslog',
        'user',
        'uucp',
        'local0',
        'local1',
        'local2',
        'local3',
        'local4',
        'local5',
        'local6',
        'local7',
      ],
      was: { until: '3.0', default: undefined, required: undefined },
    },
  },
} as const satisfies PluginDefinition
