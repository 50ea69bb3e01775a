import type { PluginDefinition } from '../language/plugin-definition.ts'
import { largestBody } from './fields/llm.ts'
import { onlyHttp } from './fields/typedefs.ts'

export const aiPromptTemplate = {
  name: 'ai-prompt-template',
  priority: 773,
  since: '3.0',
  fields: { protocols: onlyHttp },
  config: {
    templates: {
      type: 'array',
      required: true,
      description: 'Array of templates available to the request context.',
      elements: {
        type: 'record',
        required: true,
        fields: {
          name: {
            type: 'string',
            required: true,
            description: 'Unique name for the template, can be called with `{template://NAME}`',
          },
          template: {
            type: 'string',
            required: true,
            description: 'Template string for this request, supports mustache-style `{{placeholders}}`',
          },
        },
      },
    },
    allow_untemplated_requests: {
      type: 'boolean',
      required: true,
      default: true,
      description: "Set true to allow requests that don't call or match any template.",
    },
    log_original_request: {
      type: 'boolean',
      required: true,
      default: false,
      description: 'Set true to add the original request to the Kong log plugin(s) output.',
    },
    max_request_body_size: largestBody,
  },
} as const satisfies PluginDefinition
