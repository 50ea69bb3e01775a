import type { PluginDefinition } from '../language/plugin-definition.ts'
import { aiService, aiTransformerChecks } from './fields/ai-transformer.ts'
import { onlyHttp } from './fields/typedefs.ts'

export const aiResponseTransformer = {
  name: 'ai-response-transformer',
  priority: 768,
  since: '3.0',
  fields: { protocols: onlyHttp },
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
    ...aiService,
  },
  entity_checks: aiTransformerChecks,
} as const satisfies PluginDefinition
