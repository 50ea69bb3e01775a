/** How statsd is configured; fields of 3.x alone are absent in 2.8. */
import type { ConsumerIdentifier, StatType } from '../stats.ts'

export type ServiceIdentifier = 'service_id' | 'service_name' | 'service_host' | 'service_name_or_host'
export type WorkspaceIdentifier = 'workspace_id' | 'workspace_name'

export interface MetricConfig {
  readonly name: string
  readonly stat_type: StatType
  readonly sample_rate: number | null
  readonly consumer_identifier: ConsumerIdentifier | null
  readonly service_identifier?: ServiceIdentifier | null
  readonly workspace_identifier?: WorkspaceIdentifier | null
}

export interface Config {
  readonly host: string
  readonly port: number
  readonly prefix: string | null
  readonly metrics: readonly MetricConfig[]
  readonly allow_status_codes?: readonly string[] | null
  readonly udp_packet_size?: number | null
  readonly use_tcp?: boolean | null
  readonly hostname_in_prefix?: boolean | null
  readonly consumer_identifier_default?: ConsumerIdentifier | null
  readonly service_identifier_default?: ServiceIdentifier | null
  readonly workspace_identifier_default?: WorkspaceIdentifier | null
  readonly tag_style?: TagStyle | null
}

export type TagStyle = 'dogstatsd' | 'influxdb' | 'librato' | 'signalfx'
