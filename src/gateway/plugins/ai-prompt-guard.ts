/**
 * ai-prompt-guard: prompts pass by expressions that they match, or must not match; a refused client does not
 * get the reason (behaviour: Kong 3.9.1).
 */
import type { ConfigOf } from '../../entities/language/entity-of.ts'
import { aiPromptGuard as schema } from '../../entities/plugins/ai-prompt-guard.ts'
import { pcre } from '../../entities/regex/pcre.ts'
import { asBytes, MatchLimitError, PatternError, type Regex } from '../../entities/regex/regex.ts'
import { bareAnswer } from '../exchange/error-responses.ts'
import { configOf, type Handler } from '../exchange/handler.ts'
import { type Body, chatBody, notJson, refuse } from './kit/chat.ts'

type Config = ConfigOf<typeof schema>

export function aiPromptGuard(): Handler {
  return {
    name: schema.name,
    configure: plugin => {
      const config = configOf(plugin, schema)
      const allowed = regexes(config.allow_patterns)
      const denied = regexes(config.deny_patterns)
      return {
        access: async exchange => {
          const body = await chatBody(exchange, config.max_request_body_size)
          if (exchange.answer !== undefined) return
          if (body === undefined) return refuse(exchange, notJson)
          const prompt = promptIn(body, config)
          if (prompt === undefined) return refuse(exchange, 'bad request')
          const bytes = asBytes(prompt)
          const matches = (regex: Regex | undefined): boolean => {
            const found = findIn(regex, bytes)
            if (found === undefined) exchange.exit(bareAnswer(500))
            return found !== false
          }
          const mayPass = !denied.some(matches) && (allowed.length === 0 || allowed.some(matches))
          if (exchange.answer === undefined && !mayPass) refuse(exchange, 'bad request')
        },
      }
    },
  }
}

/** Undefined for an invalid pattern. */
const regexes = (patterns: readonly string[] | null): (Regex | undefined)[] =>
  (patterns ?? []).map(pattern => {
    try {
      return pcre(asBytes(pattern))
    } catch (error) {
      if (error instanceof PatternError) return undefined
      throw error
    }
  })

/** Undefined where the pattern is invalid or takes too long. */
function findIn(regex: Regex | undefined, text: string): boolean | undefined {
  try {
    return regex === undefined ? undefined : regex.find(text) !== undefined
  } catch (error) {
    if (error instanceof MatchLimitError) return undefined
    throw error
  }
}

/**
 * All user messages, latest first, or only the latest one. Undefined if the body is not a request to a
 * model.
 */
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
