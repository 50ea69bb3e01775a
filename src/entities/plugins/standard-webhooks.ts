import type { PluginDefinition } from '../language/plugin-definition.ts'
import { noConsumer, onlyHttp } from './fields/typedefs.ts'

export const standardWebhooks = {
  name: 'standard-webhooks',
  priority: 760,
  since: '3.0',
  fields: {
    consumer: noConsumer,
    protocols: onlyHttp,
  },
  config: {
    secret_v1: {
      type: 'string',
      required: true,
      referenceable: true,
      encrypted: true,
      description: 'Webhook secret',
    },
    tolerance_second: {
      type: 'integer',
      required: true,
      default: 300,
      description:
        "Tolerance of the webhook timestamp in seconds. If the webhook timestamp is older than this number of seconds, it will be rejected with a '400' response.",
      gt: -1,
    },
  },
} as const satisfies PluginDefinition
