import { header_name } from '../language/fields.ts'
import type { PluginDefinition } from '../language/plugin-definition.ts'
import { propagation } from './fields/propagation.ts'
import { queue } from './fields/queue.ts'
import { onlyHttp, timeout } from './fields/typedefs.ts'

export const opentelemetry = {
  name: 'opentelemetry',
  priority: 14,
  since: '3.0',
  fields: { protocols: onlyHttp },
  config: {
    traces_endpoint: {
      type: 'string',
      description: 'A string representing a URL, such as https://example.com/path/to/resource?q=search.',
      referenceable: true,
      format: 'url',
    },
    logs_endpoint: {
      type: 'string',
      description: 'A string representing a URL, such as https://example.com/path/to/resource?q=search.',
      referenceable: true,
      format: 'url',
    },
    headers: {
      type: 'map',
      keys: header_name,
      description:
        'The custom headers to be added in the HTTP request sent to the OTLP server. This setting is useful for adding the authentication headers (token) for the APM backend.',
      values: { type: 'string', referenceable: true },
    },
    resource_attributes: {
      type: 'map',
      keys: { type: 'string', required: true },
      description:
        'Attributes to add to the OpenTelemetry resource object, following the spec for Semantic Attributes. \nThe following attributes are automatically added:\n- `service.name`: The name of the service (default: `kong`).\n- `service.version`: The version of Kong Gateway.\n- `service.instance.id`: The node ID of Kong Gateway.\n\nYou can use this property to override default attribute values. For example, to override the default for `service.name`, you can specify `{ "service.name": "my-service" }`.',
      values: { type: 'string', required: true },
    },
    queue: { ...queue, required: true, default: { max_batch_size: 200 } },
    batch_span_count: {
      type: 'integer',
      description: 'The number of spans to be sent in a single batch.',
      deprecation: {
        message:
          'opentelemetry: config.batch_span_count is deprecated, please use config.queue.max_batch_size instead',
        removal_in_version: '4.0',
        old_default: 200,
      },
    },
    batch_flush_delay: {
      type: 'integer',
      description: 'The delay, in seconds, between two consecutive batches.',
      deprecation: {
        message:
          'opentelemetry: config.batch_flush_delay is deprecated, please use config.queue.max_coalescing_delay instead',
        removal_in_version: '4.0',
        old_default: 3,
      },
    },
    connect_timeout: { ...timeout, default: 1000 },
    send_timeout: { ...timeout, default: 5000 },
    read_timeout: { ...timeout, default: 5000 },
    http_response_header_for_traceid: {
      type: 'string',
      description:
        'Specifies a custom header for the `trace_id`. If set, the plugin sets the corresponding header in the response.',
    },
    header_type: {
      type: 'string',
      required: false,
      default: 'preserve',
      deprecation: {
        message:
          'opentelemetry: config.header_type is deprecated, please use config.propagation options instead',
        removal_in_version: '4.0',
        old_default: 'preserve',
      },
      description:
        'All HTTP requests going through the plugin are tagged with a tracing HTTP request. This property codifies what kind of tracing header the plugin expects on incoming requests.',
      one_of: ['preserve', 'ignore', 'b3', 'b3-single', 'w3c', 'jaeger', 'ot', 'aws', 'gcp', 'datadog'],
    },
    sampling_rate: {
      type: 'number',
      required: false,
      description:
        'Tracing sampling rate for configuring the probability-based sampler. When set, this value supersedes the global `tracing_sampling_rate` setting from kong.conf.',
      between: [0, 1],
    },
    propagation: {
      type: 'record',
      required: true,
      default: { default_format: 'w3c' },
      fields: propagation,
    },
  },
  configChecks: [{ at_least_one_of: ['traces_endpoint', 'logs_endpoint'] }],
  shorthand_fields: {
    endpoint: {
      type: 'string',
      description: 'A string representing a URL, such as https://example.com/path/to/resource?q=search.',
      referenceable: true,
      deprecation: {
        message: 'OpenTelemetry: config.endpoint is deprecated, please use config.traces_endpoint instead',
        removal_in_version: '4.0',
      },
      format: 'url',
      gives: traces_endpoint => ({ traces_endpoint }),
    },
  },
} as const satisfies PluginDefinition
