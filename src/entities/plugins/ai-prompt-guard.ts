import type { PluginDefinition } from '../language/plugin-definition.ts'
import { largestBody } from './fields/llm.ts'
import { onlyHttp } from './fields/typedefs.ts'

export const aiPromptGuard = {
  name: 'ai-prompt-guard',
  priority: 771,
  since: '3.0',
  fields: { protocols: onlyHttp },
  config: {
    allow_patterns: {
      type: 'array',
      required: false,
      description: "Array of valid regex patterns, or valid questions from the 'user' role in chat.",
      len_max: 10,
      elements: { type: 'string', len_max: 500, len_min: 1 },
    },
    deny_patterns: {
      type: 'array',
      required: false,
      description: "Array of invalid regex patterns, or invalid questions from the 'user' role in chat.",
      len_max: 10,
      elements: { type: 'string', len_max: 500, len_min: 1 },
    },
    allow_all_conversation_history: {
      type: 'boolean',
      required: true,
      default: false,
      description: 'If true, will ignore all previous chat prompts from the conversation history.',
    },
    max_request_body_size: largestBody,
    match_all_roles: {
      type: 'boolean',
      required: true,
      default: false,
      description: "If true, will match all roles in addition to 'user' role in conversation history.",
    },
    llm_format: {
      type: 'string',
      required: false,
      default: 'openai',
      description: 'LLM input and output format and schema to use',
      one_of: ['openai', 'bedrock', 'gemini'],
    },
  },
  entity_checks: [
    { at_least_one_of: ['config.allow_patterns', 'config.deny_patterns'] },
    {
      conditional: {
        if_field: 'config.match_all_roles',
        then_field: 'config.allow_all_conversation_history',
        then_match: { eq: false },
        if_match: { eq: true },
      },
    },
  ],
} as const satisfies PluginDefinition
