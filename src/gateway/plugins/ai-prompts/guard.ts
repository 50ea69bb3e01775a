/** ai-prompt-guard: prompts pass by expressions that they match, or must not match; who is refused is not told why (behaviour: Kong 3.9.1). */
import { pcre } from '../../../entities/text/pcre.ts'
import { bareAnswer } from '../../exchange/error-responses.ts'
import { configOf, type Handler } from '../../exchange/handler.ts'
import { type Body, chatBody, notJson, refuse } from './chat.ts'

interface Config {
  readonly allow_patterns: readonly string[] | null
  readonly deny_patterns: readonly string[] | null
  readonly allow_all_conversation_history: boolean
  readonly match_all_roles: boolean
  readonly max_request_body_size: number | null
}

export function aiPromptGuard(): Handler {
  return {
    name: 'ai-prompt-guard',
    configure: plugin => {
      const config = configOf<Config>(plugin)
      const allowed = expressions(config.allow_patterns)
      const denied = expressions(config.deny_patterns)
      return {
        access: async exchange => {
          const body = await chatBody(exchange, config.max_request_body_size)
          if (exchange.answer !== undefined) return
          if (body === undefined) return refuse(exchange, notJson)
          const prompt = promptIn(body, config)
          if (prompt === undefined) return refuse(exchange, 'bad request')
          const matches = (pattern: RegExp | undefined) => {
            if (pattern === undefined) exchange.exit(bareAnswer(500))
            return pattern?.test(prompt) !== false
          }
          const mayPass = !denied.some(matches) && (allowed.length === 0 || allowed.some(matches))
          if (exchange.answer === undefined && !mayPass) refuse(exchange, 'bad request')
        },
      }
    },
  }
}

/** Undefined for those that JavaScript can not read: whoever comes to one gets an error. */
const expressions = (patterns: readonly string[] | null): (RegExp | undefined)[] =>
  (patterns ?? []).map(pattern => {
    try {
      return pcre(pattern)
    } catch {
      return undefined
    }
  })

/** All that the user said, the latest first, or the latest alone; undefined where the body is none of a model's. */
function promptIn({ messages, prompt }: Body, config: Config): string | undefined {
  if (!Array.isArray(messages)) return typeof prompt === 'string' ? prompt : undefined
  const said: string[] = []
  for (const message of messages.toReversed() as unknown[]) {
    const { role, content } = (message ?? {}) as { readonly role?: unknown; readonly content?: unknown }
    if (typeof role !== 'string') return undefined
    if (role !== 'user' && !config.match_all_roles) continue
    if (typeof content !== 'string') return undefined
    if (config.allow_all_conversation_history) return content
    said.push(`${content} `)
  }
  return said.join('')
}
