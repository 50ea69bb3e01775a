import type { PluginDefinition } from '../language/plugin-definition.ts'
import { anyProtocol, luaCode } from './fields/typedefs.ts'

export const fileLog = {
  name: 'file-log',
  priority: 9,
  fields: { protocols: anyProtocol },
  config: {
    path: {
      type: 'string',
      required: true,
      match: '^[^*&%%\\`]+$',
      description:
        "The file path of the output log file. The plugin creates the log file if it doesn't exist yet.",
      err: 'not a valid filename',
    },
    reopen: {
      type: 'boolean',
      required: true,
      default: false,
      description: 'Determines whether the log file is closed and reopened on every request.',
    },
    custom_fields_by_lua: luaCode,
  },
} as const satisfies PluginDefinition
