import type { PluginDefinition } from '../language/plugin-definition.ts'
import { largestBody } from './fields/llm.ts'
import { onlyHttp } from './fields/typedefs.ts'

const message = {
  type: 'record',
  required: false,
  fields: {
    role: {
      type: 'string',
      required: true,
      default: 'system',
      one_of: ['system', 'assistant', 'user'],
    },
    content: { type: 'string', required: true, len_max: 500, len_min: 1 },
  },
} as const

export const aiPromptDecorator = {
  name: 'ai-prompt-decorator',
  priority: 772,
  since: '3.0',
  fields: { protocols: onlyHttp },
  config: {
    prompts: {
      type: 'record',
      required: false,
      fields: {
        prepend: {
          type: 'array',
          required: false,
          len_max: 15,
          description:
            'Insert chat messages at the beginning of the chat message array. This array preserves exact order when adding messages.',
          elements: message,
        },
        append: {
          type: 'array',
          required: false,
          len_max: 15,
          description:
            'Insert chat messages at the end of the chat message array. This array preserves exact order when adding messages.',
          elements: message,
        },
      },
    },
    max_request_body_size: largestBody,
    llm_format: {
      type: 'string',
      required: false,
      default: 'openai',
      description: 'LLM input and output format and schema to use',
      one_of: ['openai', 'bedrock', 'gemini'],
    },
  },
  entity_checks: [{ at_least_one_of: ['config.prompts.prepend', 'config.prompts.append'] }],
} as const satisfies PluginDefinition
