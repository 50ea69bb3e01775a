/** How tracing plugins read and write the context of a trace in headers. */
import type { Fields } from '../../language/define.ts'

export const propagation = {
  extract: {
    type: 'array',
    description:
      'Header formats used to extract tracing context from incoming requests. If multiple values are specified, the first one found will be used for extraction. If left empty, Kong will not extract any tracing context information from incoming requests and generate a trace with no parent and a new trace ID.',
    elements: { type: 'string', one_of: ['gcp', 'jaeger', 'aws', 'ot', 'w3c', 'datadog', 'b3'] },
  },
  clear: {
    type: 'array',
    description:
      'Header names to clear after context extraction. This allows to extract the context from a certain header and then remove it from the request, useful when extraction and injection are performed on different header formats and the original header should not be sent to the upstream. If left empty, no headers are cleared.',
    elements: { type: 'string', format: 'header-name' },
  },
  inject: {
    type: 'array',
    description:
      'Header formats used to inject tracing context. The value `preserve` will use the same header format as the incoming request. If multiple values are specified, all of them will be used during injection. If left empty, Kong will not inject any tracing context information in outgoing requests.',
    elements: {
      type: 'string',
      one_of: ['preserve', 'gcp', 'b3-single', 'jaeger', 'aws', 'ot', 'w3c', 'datadog', 'b3'],
    },
  },
  default_format: {
    type: 'string',
    required: true,
    one_of: ['gcp', 'b3-single', 'jaeger', 'aws', 'ot', 'w3c', 'datadog', 'b3'],
    description:
      'The default header format to use when extractors did not match any format in the incoming headers and `inject` is configured with the value: `preserve`. This can happen when no tracing header was found in the request, or the incoming tracing header formats were not included in `extract`.',
  },
} as const satisfies Fields
