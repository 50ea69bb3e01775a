import type { PluginDefinition } from '../language/plugin-definition.ts'
import { aiService, aiTransformerChecks } from './fields/ai-transformer.ts'
import { noConsumer, onlyHttp } from './fields/typedefs.ts'

export const aiRequestTransformer = {
  name: 'ai-request-transformer',
  priority: 777,
  since: '3.0',
  fields: {
    protocols: onlyHttp,
    consumer: noConsumer,
  },
  config: {
    prompt: {
      type: 'string',
      required: true,
      description:
        'Use this prompt to tune the LLM system/assistant message for the incoming proxy request (from the client), and what you are expecting in return.',
    },
    transformation_extract_pattern: {
      type: 'string',
      required: false,
      description:
        "Defines the regular expression that must match to indicate a successful AI transformation at the request phase. The first match will be set as the outgoing body. If the AI service's response doesn't match this pattern, it is marked as a failure.",
    },
    ...aiService,
  },
  entity_checks: aiTransformerChecks,
} as const satisfies PluginDefinition
