/**
 * Shared fields of the two ai transformer plugins: the connection to the model's service, the model, and
 * the checks across them.
 */
import type { EntityCheck, Fields } from '../../language/define.ts'
import { host, port } from '../../language/fields.ts'
import { auth, largestBody, logging, model } from './llm.ts'
import { llmChecks } from './llm-checks.ts'

export const aiService = {
  http_timeout: {
    type: 'integer',
    required: true,
    default: 60000,
    description: 'Timeout in milliseconds for the AI upstream service.',
  },
  https_verify: {
    type: 'boolean',
    required: true,
    default: true,
    description: 'Verify the TLS certificate of the AI upstream service.',
  },
  max_request_body_size: largestBody,
  http_proxy_host: host,
  http_proxy_port: port,
  https_proxy_host: host,
  https_proxy_port: port,
  llm: {
    type: 'record',
    required: true,
    entity_checks: llmChecks,
    fields: {
      route_type: {
        type: 'string',
        required: true,
        one_of: ['llm/v1/chat', 'llm/v1/completions', 'preserve'],
        description:
          "The model's operation implementation, for this provider. Set to `preserve` to pass through without transformation.",
      },
      auth: { ...auth, required: false },
      model: { ...model, required: true },
      logging: { ...logging, required: true },
    },
  },
} as const satisfies Fields

export const aiTransformerChecks = [
  {
    conditional: {
      if_match: { not_one_of: ['llm/v1/chat'] },
      if_field: 'config.llm.route_type',
      then_field: 'config.llm.route_type',
      then_match: { eq: 'llm/v1/chat' },
      then_err: "'config.llm.route_type' must be 'llm/v1/chat' for AI transformer plugins",
    },
  },
  { mutually_required: ['config.http_proxy_host', 'config.http_proxy_port'] },
  { mutually_required: ['config.https_proxy_host', 'config.https_proxy_port'] },
] as const satisfies readonly EntityCheck[]
