import { port } from '../language/fields.ts'
import type { PluginDefinition } from '../language/plugin-definition.ts'
import { deprecatedQueue, queue } from './fields/queue.ts'
import {
  consumerIdentifiers,
  sampledMetrics,
  sampleRate,
  serviceIdentifiers,
  workspaceIdentifiers,
} from './fields/stats.ts'
import { anyProtocol } from './fields/typedefs.ts'

const { retry_count, queue_size, flush_timeout } = deprecatedQueue('statsd')

/** The metrics of 2.8; 3.x has more. */
const countedIn2 = [
  'kong_latency',
  'latency',
  'request_count',
  'request_per_user',
  'request_size',
  'response_size',
  'status_count',
  'status_count_per_user',
  'unique_users',
  'upstream_latency',
] as const

export const statsd = {
  name: 'statsd',
  priority: 11,
  fields: { protocols: anyProtocol },
  config: {
    host: {
      type: 'string',
      format: 'host',
      default: 'localhost',
      description: 'The IP address or hostname of StatsD server to send data to.',
    },
    port: { ...port, default: 8125, description: 'The port of StatsD server to send data to.' },
    prefix: { type: 'string', default: 'kong', description: "String to prefix to each metric's name." },
    metrics: {
      type: 'array',
      default: [
        { sample_rate: 1, name: 'request_count', stat_type: 'counter' },
        { stat_type: 'timer', name: 'latency' },
        { sample_rate: 1, name: 'request_size', stat_type: 'counter' },
        { sample_rate: 1, name: 'status_count', stat_type: 'counter' },
        { sample_rate: 1, name: 'response_size', stat_type: 'counter' },
        { stat_type: 'set', name: 'unique_users' },
        { sample_rate: 1, name: 'request_per_user', stat_type: 'counter' },
        { stat_type: 'timer', name: 'upstream_latency' },
        { stat_type: 'timer', name: 'kong_latency' },
        { sample_rate: 1, name: 'status_count_per_user', stat_type: 'counter' },
        { sample_rate: 1, name: 'status_count_per_workspace', stat_type: 'counter' },
        { sample_rate: 1, name: 'status_count_per_user_per_route', stat_type: 'counter' },
        { sample_rate: 1, name: 'shdict_usage', stat_type: 'gauge' },
      ],
      description: 'List of metrics to be logged.',
      elements: {
        type: 'record',
        entity_checks: sampledMetrics,
        fields: {
          name: {
            type: 'string',
            required: true,
            one_of: [
              ...countedIn2,
              'status_count_per_workspace',
              'status_count_per_user_per_route',
              'shdict_usage',
            ],
            description: 'StatsD metric’s name.',
            was: {
              until: '3.0',
              one_of: countedIn2,
            },
          },
          stat_type: {
            type: 'string',
            required: true,
            one_of: ['counter', 'gauge', 'histogram', 'meter', 'set', 'timer'],
            description: 'Determines what sort of event a metric represents.',
          },
          sample_rate: { ...sampleRate, gt: 0 },
          consumer_identifier: {
            type: 'string',
            description: 'Authenticated user detail.',
            one_of: consumerIdentifiers,
          },
          service_identifier: {
            type: 'string',
            description: 'Service detail.',
            one_of: serviceIdentifiers,
            since: '3.0',
          },
          workspace_identifier: {
            type: 'string',
            description: 'Workspace detail.',
            one_of: workspaceIdentifiers,
            since: '3.0',
          },
        },
        was: {
          until: '3.0',
          entity_checks: [
            {
              conditional: {
                then_match: { eq: 'set' },
                if_field: 'name',
                then_field: 'stat_type',
                if_match: { eq: 'unique_users' },
              },
            },
            {
              conditional: {
                then_match: { required: true },
                if_field: 'stat_type',
                then_field: 'sample_rate',
                if_match: { one_of: ['counter', 'gauge'] },
              },
            },
            {
              conditional: {
                then_match: { required: true },
                if_field: 'name',
                then_field: 'consumer_identifier',
                if_match: { one_of: ['status_count_per_user', 'request_per_user', 'unique_users'] },
              },
            },
            {
              conditional: {
                then_match: { eq: 'counter' },
                if_field: 'name',
                then_field: 'stat_type',
                if_match: { one_of: ['status_count', 'status_count_per_user', 'request_per_user'] },
              },
            },
          ],
        },
      },
      was: {
        until: '3.0',
        default: [
          { sample_rate: 1, stat_type: 'counter', name: 'request_count' },
          { stat_type: 'timer', name: 'latency' },
          { stat_type: 'timer', name: 'request_size' },
          { sample_rate: 1, stat_type: 'counter', name: 'status_count' },
          { stat_type: 'timer', name: 'response_size' },
          { consumer_identifier: 'custom_id', stat_type: 'set', name: 'unique_users' },
          {
            sample_rate: 1,
            name: 'request_per_user',
            stat_type: 'counter',
            consumer_identifier: 'custom_id',
          },
          { stat_type: 'timer', name: 'upstream_latency' },
          { stat_type: 'timer', name: 'kong_latency' },
          {
            sample_rate: 1,
            name: 'status_count_per_user',
            stat_type: 'counter',
            consumer_identifier: 'custom_id',
          },
        ],
      },
    },
    allow_status_codes: {
      type: 'array',
      description: 'List of status code ranges that are allowed to be logged in metrics.',
      elements: { type: 'string', match: '^[0-9]+-[0-9]+$' },
      since: '3.0',
    },
    udp_packet_size: { type: 'number', default: 0, between: [0, 65507], since: '3.0' },
    use_tcp: { type: 'boolean', default: false, since: '3.0' },
    hostname_in_prefix: { type: 'boolean', default: false, since: '3.0' },
    consumer_identifier_default: {
      type: 'string',
      required: true,
      default: 'custom_id',
      one_of: consumerIdentifiers,
      since: '3.0',
    },
    service_identifier_default: {
      type: 'string',
      required: true,
      default: 'service_name_or_host',
      one_of: serviceIdentifiers,
      since: '3.0',
    },
    workspace_identifier_default: {
      type: 'string',
      required: true,
      default: 'workspace_id',
      one_of: workspaceIdentifiers,
      since: '3.0',
    },
    retry_count: { ...retry_count, since: '3.0' },
    queue_size: { ...queue_size, since: '3.0' },
    flush_timeout: { ...flush_timeout, since: '3.0' },
    tag_style: {
      type: 'string',
      required: false,
      one_of: ['dogstatsd', 'influxdb', 'librato', 'signalfx'],
      since: '3.0',
    },
    queue: { ...queue, required: true, since: '3.0' },
  },
} as const satisfies PluginDefinition
