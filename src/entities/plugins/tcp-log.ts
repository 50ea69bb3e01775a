import { host, port } from '../language/fields.ts'
import type { PluginDefinition } from '../language/plugin-definition.ts'
import { anyProtocol, luaCode, sendTimeout } from './fields/typedefs.ts'

export const tcpLog = {
  name: 'tcp-log',
  priority: 7,
  fields: { protocols: anyProtocol },
  config: {
    host: { ...host, required: true, description: 'The IP address or host name to send data to.' },
    port: { ...port, required: true, description: 'The port to send data to on the upstream server.' },
    timeout: sendTimeout,
    keepalive: {
      type: 'number',
      default: 60000,
      description:
        'An optional value in milliseconds that defines how long an idle connection lives before being closed.',
    },
    tls: {
      type: 'boolean',
      required: true,
      default: false,
      description: 'Indicates whether to perform a TLS handshake against the remote server.',
    },
    tls_sni: {
      type: 'string',
      description:
        'An optional string that defines the SNI (Server Name Indication) hostname to send in the TLS handshake.',
    },
    custom_fields_by_lua: {
      ...luaCode,
      description:
        'A list of key-value pairs, where the key is the name of a log field and the value is a chunk of Lua code, whose return value sets or replaces the log field value.',
    },
  },
} as const satisfies PluginDefinition
