/** Shared fields of plugins that send metrics to a statsd server: the configuration of one metric. */
import type { EntityCheck, Field } from '../../language/define.ts'

/** Counters and gauges are sampled. */
export const sampledMetrics = [
  {
    conditional: {
      if_field: 'stat_type',
      then_field: 'sample_rate',
      then_match: { required: true },
      if_match: { one_of: ['counter', 'gauge'] },
    },
  },
] as const satisfies readonly EntityCheck[]

export const figures = [
  'kong_latency',
  'latency',
  'request_count',
  'request_size',
  'response_size',
  'upstream_latency',
] as const

export const consumerIdentifiers = ['consumer_id', 'custom_id', 'username'] as const
export const serviceIdentifiers = [
  'service_id',
  'service_name',
  'service_host',
  'service_name_or_host',
] as const
export const workspaceIdentifiers = ['workspace_id', 'workspace_name'] as const

export const sampleRate = { type: 'number', description: 'Sampling rate' } as const satisfies Field
