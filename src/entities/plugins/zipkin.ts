import type { PluginDefinition } from '../language/plugin-definition.ts'
import { propagation } from './fields/propagation.ts'
import { queue } from './fields/queue.ts'
import { anyProtocol, timeout, url } from './fields/typedefs.ts'

export const zipkin = {
  name: 'zipkin',
  priority: 100000,
  fields: {
    protocols: { ...anyProtocol, since: '3.0' },
  },
  config: {
    local_service_name: {
      type: 'string',
      required: true,
      default: 'kong',
      description: 'The name of the service as displayed in Zipkin.',
    },
    http_endpoint: url,
    sample_ratio: {
      type: 'number',
      default: 0.001,
      description:
        'How often to sample requests that do not contain trace IDs. Set to `0` to turn sampling off, or to `1` to sample **all** requests. ',
      between: [0, 1],
    },
    default_service_name: {
      type: 'string',
      description: 'Set a default service name to override `unknown-service-name` in the Zipkin spans.',
    },
    include_credential: {
      type: 'boolean',
      required: true,
      default: true,
      description:
        'Specify whether the credential of the currently authenticated consumer should be included in metadata sent to the Zipkin server.',
    },
    traceid_byte_count: {
      type: 'integer',
      required: true,
      default: 16,
      description: "The length in bytes of each request's Trace ID.",
      one_of: [8, 16],
    },
    header_type: {
      type: 'string',
      required: true,
      default: 'preserve',
      deprecation: {
        message: 'zipkin: config.header_type is deprecated, please use config.propagation options instead',
        removal_in_version: '4.0',
        old_default: 'preserve',
      },
      description:
        'All HTTP requests going through the plugin are tagged with a tracing HTTP request. This property codifies what kind of tracing header the plugin expects on incoming requests',
      one_of: ['preserve', 'ignore', 'b3', 'b3-single', 'w3c', 'jaeger', 'ot', 'aws', 'datadog', 'gcp'],
      was: { until: '3.0', one_of: ['preserve', 'ignore', 'b3', 'b3-single', 'w3c', 'jaeger', 'ot'] },
    },
    default_header_type: {
      type: 'string',
      required: true,
      default: 'b3',
      deprecation: {
        message:
          'zipkin: config.default_header_type is deprecated, please use config.propagation.default_format instead',
        removal_in_version: '4.0',
        old_default: 'b3',
      },
      description:
        'Allows specifying the type of header to be added to requests with no pre-existing tracing headers and when `config.header_type` is set to `"preserve"`. When `header_type` is set to any other value, `default_header_type` is ignored.',
      one_of: ['b3', 'b3-single', 'w3c', 'jaeger', 'ot', 'aws', 'datadog', 'gcp'],
      was: { until: '3.0', one_of: ['b3', 'b3-single', 'w3c', 'jaeger', 'ot'] },
    },
    tags_header: {
      type: 'string',
      required: true,
      default: 'Zipkin-Tags',
      description:
        'The Zipkin plugin will add extra headers to the tags associated with any HTTP requests that come with a header named as configured by this property.',
    },
    static_tags: {
      type: 'array',
      description: 'The tags specified on this property will be added to the generated request traces.',
      check: (tags: readonly { name: string }[]) => {
        const names = tags.map(({ name }) => name)
        const repeated = names.find((name, index) => names.indexOf(name) < index)
        return repeated === undefined ? undefined : `repeated tags are not allowed: ${repeated}`
      },
      elements: {
        type: 'record',
        fields: {
          name: {
            type: 'string',
            required: true,
            not_one_of: [
              'error',
              'http.method',
              'http.path',
              'http.status_code',
              'kong.balancer.state',
              'kong.balancer.try',
              'kong.consumer',
              'kong.credential',
              'kong.node.id',
              'kong.route',
              'kong.service',
              'lc',
              'peer.hostname',
            ],
          },
          value: { type: 'string', required: true },
        },
      },
    },
    http_span_name: {
      type: 'string',
      required: true,
      default: 'method',
      description: 'Specify whether to include the HTTP path in the span name.',
      one_of: ['method', 'method_path'],
      since: '3.0',
    },
    connect_timeout: { ...timeout, default: 2000, since: '3.0' },
    send_timeout: { ...timeout, default: 5000, since: '3.0' },
    read_timeout: { ...timeout, default: 5000, since: '3.0' },
    http_response_header_for_traceid: { type: 'string', since: '3.0' },
    phase_duration_flavor: {
      type: 'string',
      required: true,
      default: 'annotations',
      description: 'Specify whether to include the duration of each phase as an annotation or a tag.',
      one_of: ['annotations', 'tags'],
      since: '3.0',
    },
    queue: { ...queue, required: true, since: '3.0' },
    propagation: {
      type: 'record',
      required: true,
      default: { default_format: 'b3' },
      since: '3.0',
      fields: propagation,
    },
  },
} as const satisfies PluginDefinition
