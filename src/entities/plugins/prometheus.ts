import type { PluginDefinition } from '../language/plugin-definition.ts'
import { anyProtocol } from './fields/typedefs.ts'

export const prometheus = {
  name: 'prometheus',
  priority: 13,
  fields: {
    protocols: { ...anyProtocol, since: '3.0' },
  },
  config: {
    per_consumer: {
      type: 'boolean',
      default: false,
      description:
        'A boolean value that determines if per-consumer metrics should be collected. If enabled, the `kong_http_requests_total` and `kong_bandwidth_bytes` metrics fill in the consumer label when available.',
    },
    status_code_metrics: {
      type: 'boolean',
      default: false,
      description:
        'A boolean value that determines if status code metrics should be collected. If enabled, `http_requests_total`, `stream_sessions_total` metrics will be exported.',
      since: '3.0',
    },
    ai_metrics: {
      type: 'boolean',
      default: false,
      description:
        'A boolean value that determines if ai metrics should be collected. If enabled, the `ai_llm_requests_total`, `ai_llm_cost_total` and `ai_llm_tokens_total` metrics will be exported.',
      since: '3.0',
    },
    latency_metrics: {
      type: 'boolean',
      default: false,
      description:
        'A boolean value that determines if latency metrics should be collected. If enabled, `kong_latency_ms`, `upstream_latency_ms` and `request_latency_ms` metrics will be exported.',
      since: '3.0',
    },
    bandwidth_metrics: {
      type: 'boolean',
      default: false,
      description:
        'A boolean value that determines if bandwidth metrics should be collected. If enabled, `bandwidth_bytes` and `stream_sessions_total` metrics will be exported.',
      since: '3.0',
    },
    upstream_health_metrics: {
      type: 'boolean',
      default: false,
      description:
        'A boolean value that determines if upstream metrics should be collected. If enabled, `upstream_target_health` metric will be exported.',
      since: '3.0',
    },
  },
} as const satisfies PluginDefinition
