import { port } from '../language/fields.ts'
import type { PluginDefinition } from '../language/plugin-definition.ts'
import { oldQueue, queue } from './fields/queue.ts'
import { consumerIdentifiers, figures, sampledMetrics, sampleRate } from './fields/stats.ts'
import { anyProtocol } from './fields/typedefs.ts'

const { retry_count, queue_size, flush_timeout } = oldQueue('datadog')

export const datadog = {
  name: 'datadog',
  priority: 10,
  fields: { protocols: anyProtocol },
  config: {
    host: {
      type: 'string',
      default: 'localhost',
      description: 'A string representing a host name, such as example.com.',
      referenceable: true,
      was: { until: '3.0', referenceable: undefined },
      format: 'host',
    },
    port: { ...port, default: 8125 },
    prefix: {
      type: 'string',
      default: 'kong',
      description: "String to be attached as a prefix to a metric's name.",
    },
    service_name_tag: {
      type: 'string',
      default: 'name',
      description: 'String to be attached as the name of the service.',
    },
    status_tag: {
      type: 'string',
      default: 'status',
      description: 'String to be attached as the tag of the HTTP status.',
    },
    consumer_tag: {
      type: 'string',
      default: 'consumer',
      description: 'String to be attached as tag of the consumer.',
    },
    retry_count: { ...retry_count, since: '3.0' },
    queue_size: { ...queue_size, since: '3.0' },
    flush_timeout: { ...flush_timeout, since: '3.0' },
    queue: { ...queue, required: true, since: '3.0' },
    metrics: {
      type: 'array',
      required: true,
      default: [
        {
          sample_rate: 1,
          name: 'request_count',
          consumer_identifier: 'custom_id',
          tags: ['app:kong'],
          stat_type: 'counter',
        },
        { consumer_identifier: 'custom_id', name: 'latency', stat_type: 'timer', tags: ['app:kong'] },
        { consumer_identifier: 'custom_id', name: 'request_size', stat_type: 'timer', tags: ['app:kong'] },
        { consumer_identifier: 'custom_id', name: 'response_size', stat_type: 'timer', tags: ['app:kong'] },
        {
          consumer_identifier: 'custom_id',
          name: 'upstream_latency',
          stat_type: 'timer',
          tags: ['app:kong'],
        },
        { consumer_identifier: 'custom_id', name: 'kong_latency', stat_type: 'timer', tags: ['app:kong'] },
      ],
      description: 'List of metrics to be logged.',
      elements: {
        type: 'record',
        entity_checks: sampledMetrics,
        fields: {
          name: {
            type: 'string',
            required: true,
            one_of: figures,
            description: 'Datadog metric’s name',
          },
          stat_type: {
            type: 'string',
            required: true,
            one_of: ['counter', 'gauge', 'histogram', 'meter', 'set', 'timer', 'distribution'],
            description: 'Determines what sort of event the metric represents',
          },
          tags: {
            type: 'array',
            description: 'List of tags',
            elements: { type: 'string', match: '^.*[^:]$' },
          },
          sample_rate: { ...sampleRate, between: [0, 1] },
          consumer_identifier: {
            type: 'string',
            description: 'Authenticated user detail',
            one_of: consumerIdentifiers,
          },
        },
      },
    },
  },
} as const satisfies PluginDefinition
