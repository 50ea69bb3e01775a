import type { PluginDefinition } from '../define.ts'
import { auth, logging, model, statisticsCheck } from './llm.ts'
import { httpProtocols } from './typedefs.ts'

export const aiProxy = {
  name: 'ai-proxy',
  priority: 770,
  since: '3.0',
  fields: { protocols: { ...httpProtocols, required: true, default: ['grpc', 'grpcs', 'http', 'https'] } },
  config: {
    route_type: {
      type: 'string',
      required: true,
      description:
        "The model's operation implementation, for this provider. Set to `preserve` to pass through without transformation.",
      one_of: ['llm/v1/chat', 'llm/v1/completions', 'preserve'],
    },
    auth: { ...auth, required: false },
    model: { ...model, required: true },
    logging: { ...logging, required: true },
    response_streaming: {
      type: 'string',
      required: false,
      default: 'allow',
      description:
        "Whether to 'optionally allow', 'deny', or 'always' (force) the streaming of answers via server sent events.",
      one_of: ['allow', 'deny', 'always'],
    },
    max_request_body_size: {
      type: 'integer',
      default: 8192,
      description: 'max allowed body size allowed to be introspected',
      gt: 0,
    },
    model_name_header: {
      type: 'boolean',
      default: true,
      description: 'Display the model name selected in the X-Kong-LLM-Model response header',
    },
    llm_format: {
      type: 'string',
      required: false,
      default: 'openai',
      description: 'LLM input and output format and schema to use',
      one_of: ['openai', 'bedrock', 'gemini'],
    },
  },
  configChecks: [
    {
      conditional: {
        if_match: { one_of: ['bedrock', 'gemini'] },
        if_field: 'model.provider',
        then_err: 'bedrock and gemini only support auth.allow_override = false',
        then_match: { eq: false },
        then_field: 'auth.allow_override',
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
    statisticsCheck,
  ],
  entity_checks: [
    {
      conditional: {
        if_match: { one_of: ['bedrock', 'gemini'] },
        if_field: 'config.llm_format',
        then_field: 'config.route_type',
        then_match: { eq: 'llm/v1/chat' },
        then_err: "native provider options in llm_format can only be used with the 'llm/v1/chat' route_type",
      },
    },
    {
      conditional: {
        if_match: { eq: 'bedrock' },
        if_field: 'config.llm_format',
        then_field: 'config.model.provider',
        then_match: { eq: 'bedrock' },
        then_err: "native llm_format 'bedrock' can only be used with the 'bedrock' model.provider",
      },
    },
    {
      conditional: {
        if_match: { eq: 'gemini' },
        if_field: 'config.llm_format',
        then_field: 'config.model.provider',
        then_match: { eq: 'gemini' },
        then_err: "native llm_format 'gemini' can only be used with the 'gemini' model.provider",
      },
    },
  ],
} as const satisfies PluginDefinition
