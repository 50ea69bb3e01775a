import type { PluginDefinition } from '../language/plugin-definition.ts'
import { oldLists } from './fields/typedefs.ts'

export const ipRestriction = {
  name: 'ip-restriction',
  priority: 990,
  fields: {
    protocols: {
      type: 'set',
      required: true,
      default: ['http', 'https', 'tcp', 'tls', 'grpc', 'grpcs'],
      description: 'A set of strings representing protocols.',
      elements: {
        type: 'string',
        one_of: ['grpc', 'grpcs', 'http', 'https', 'tcp', 'tls', 'tls_passthrough', 'udp'],
        description: 'A string representing a protocol, such as HTTP or HTTPS.',
        was: { until: '3.0', one_of: ['grpc', 'grpcs', 'http', 'https'] },
      },
      was: { until: '3.0', default: ['grpc', 'grpcs', 'http', 'https'] },
    },
  },
  config: {
    allow: {
      type: 'array',
      description:
        'List of IPs or CIDR ranges to allow. One of `config.allow` or `config.deny` must be specified.',
      elements: {
        type: 'string',
        description:
          'A string representing an IP address or CIDR block, such as 192.168.1.1 or 192.168.0.0/16.',
        format: 'ip-or-cidr',
      },
    },
    deny: {
      type: 'array',
      description:
        'List of IPs or CIDR ranges to deny. One of `config.allow` or `config.deny` must be specified.',
      elements: {
        type: 'string',
        description:
          'A string representing an IP address or CIDR block, such as 192.168.1.1 or 192.168.0.0/16.',
        format: 'ip-or-cidr',
      },
    },
    status: {
      type: 'number',
      required: false,
      description: 'The HTTP status of the requests that will be rejected by the plugin.',
    },
    message: {
      type: 'string',
      required: false,
      description: 'The message to send as a response body to rejected requests.',
    },
  },
  shorthand_fields: oldLists,
  entity_checks: [{ at_least_one_of: ['config.allow', 'config.deny'] }],
} as const satisfies PluginDefinition
