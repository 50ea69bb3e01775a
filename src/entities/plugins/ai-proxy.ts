import type { PluginDefinition } from '../language/plugin-definition.ts'
import { auth, largestBody, logging, model } from './fields/llm.ts'
import { llmChecks } from './fields/llm-checks.ts'
import { onlyHttp } from './fields/typedefs.ts'

export const aiProxy = {
  name: 'ai-proxy',
  priority: 770,
  since: '3.0',
  fields: { protocols: onlyHttp },
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
    max_request_body_size: largestBody,
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
  configChecks: llmChecks,
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
