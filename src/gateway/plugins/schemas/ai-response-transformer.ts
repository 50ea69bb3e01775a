import { host, port } from '../../../entities/fields.ts'
import type { PluginDefinition } from '../define.ts'
import { auth, logging, model } from './llm.ts'
import { httpProtocols } from './typedefs.ts'

export const aiResponseTransformer = {
  name: 'ai-response-transformer',
  priority: 768,
  since: '3.0',
  fields: { protocols: { ...httpProtocols, required: true, default: ['grpc', 'grpcs', 'http', 'https'] } },
  config: {
    prompt: {
      type: 'string',
      required: true,
      description:
        'Use this prompt to tune the LLM system/assistant message for the returning proxy response (from the upstream), adn what response format you are expecting.',
    },
    transformation_extract_pattern: {
      type: 'string',
      required: false,
      description:
        "Defines the regular expression that must match to indicate a successful AI transformation at the response phase. The first match will be set as the returning body. If the AI service's response doesn't match this pattern, a failure is returned to the client.",
    },
    parse_llm_response_json_instructions: {
      type: 'boolean',
      required: true,
      default: false,
      description:
        "Set true to read specific response format from the LLM, and accordingly set the status code / body / headers that proxy back to the client. You need to engineer your LLM prompt to return the correct format, see plugin docs 'Overview' page for usage instructions.",
    },
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
    max_request_body_size: {
      type: 'integer',
      default: 8192,
      description: 'max allowed body size allowed to be introspected',
      gt: 0,
    },
    http_proxy_host: host,
    http_proxy_port: port,
    https_proxy_host: host,
    https_proxy_port: port,
    llm: {
      type: 'record',
      required: true,
      entity_checks: [
        {
          conditional: {
            if_match: { one_of: ['bedrock', 'gemini'] },
            if_field: 'model.provider',
            then_field: 'auth.allow_override',
            then_match: { eq: false },
            then_err: 'bedrock and gemini only support auth.allow_override = false',
          },
        },
        { mutually_required: ['auth.header_name', 'auth.header_value'] },
        { mutually_required: ['auth.param_name', 'auth.param_value', 'auth.param_location'] },
        {
          conditional_at_least_one_of: {
            if_field: 'model.provider',
            then_at_least_one_of: ['model.options.llama2_format'],
            if_match: { one_of: ['llama2'] },
            then_err: 'must set %s for llama2 provider',
          },
        },
        {
          conditional_at_least_one_of: {
            if_field: 'model.provider',
            then_at_least_one_of: ['model.options.mistral_format'],
            if_match: { one_of: ['mistral'] },
            then_err: 'must set %s for mistral provider',
          },
        },
        {
          conditional_at_least_one_of: {
            if_field: 'model.provider',
            then_at_least_one_of: ['model.options.anthropic_version'],
            if_match: { one_of: ['anthropic'] },
            then_err: 'must set %s for anthropic provider',
          },
        },
        {
          conditional_at_least_one_of: {
            if_field: 'model.provider',
            then_at_least_one_of: ['model.options.azure_instance'],
            if_match: { one_of: ['azure'] },
            then_err: 'must set %s for azure provider',
          },
        },
        {
          conditional_at_least_one_of: {
            if_field: 'model.provider',
            then_at_least_one_of: ['model.options.azure_api_version'],
            if_match: { one_of: ['azure'] },
            then_err: 'must set %s for azure provider',
          },
        },
        {
          conditional_at_least_one_of: {
            if_field: 'model.provider',
            then_at_least_one_of: ['model.options.azure_deployment_id'],
            if_match: { one_of: ['azure'] },
            then_err: 'must set %s for azure provider',
          },
        },
        {
          conditional_at_least_one_of: {
            if_field: 'model.provider',
            then_at_least_one_of: ['model.options.upstream_url'],
            if_match: { one_of: ['llama2'] },
            then_err: 'must set %s for self-hosted providers/models',
          },
        },
        { custom_entity_check: { field_sources: ['route_type', 'model', 'logging'] } },
      ],
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
  },
  entity_checks: [
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
  ],
} as const satisfies PluginDefinition
