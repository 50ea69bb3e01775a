/** Requirements of a model's provider on its options, and on authentication. */
import type { EntityCheck } from '../../language/define.ts'

/** Anthropic's completions come without figures. */
const statisticsCheck = {
  custom_entity_check: {
    field_sources: ['route_type', 'model', 'logging'],
    fn: ({ route_type, model, logging }) => {
      const { provider } = model as { provider?: unknown }
      const { log_statistics } = logging as { log_statistics?: unknown }
      return log_statistics === true && route_type === 'llm/v1/completions' && provider === 'anthropic'
        ? `${provider} does not support statistics when route_type is ${route_type}`
        : undefined
    },
  },
} as const satisfies EntityCheck

const demands = (provider: string, option: string, where = `${provider} provider`): EntityCheck => ({
  conditional_at_least_one_of: {
    if_field: 'model.provider',
    if_match: { one_of: [provider] },
    then_at_least_one_of: [`model.options.${option}`],
    then_err: `must set %s for ${where}`,
  },
})

export const llmChecks: readonly EntityCheck[] = [
  {
    conditional: {
      if_field: 'model.provider',
      if_match: { one_of: ['bedrock', 'gemini'] },
      then_field: 'auth.allow_override',
      then_match: { eq: false },
      then_err: 'bedrock and gemini only support auth.allow_override = false',
    },
  },
  { mutually_required: ['auth.header_name', 'auth.header_value'] },
  { mutually_required: ['auth.param_name', 'auth.param_value', 'auth.param_location'] },
  demands('llama2', 'llama2_format'),
  demands('mistral', 'mistral_format'),
  demands('anthropic', 'anthropic_version'),
  demands('azure', 'azure_instance'),
  demands('azure', 'azure_api_version'),
  demands('azure', 'azure_deployment_id'),
  demands('llama2', 'upstream_url', 'self-hosted providers/models'),
  statisticsCheck,
]
