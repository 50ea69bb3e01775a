/** ai-prompt-decorator: adds messages before and after those of a chat (behaviour: Kong 3.9.1). */
import { aiPromptDecorator as schema } from '../../entities/plugins/ai-prompt-decorator.ts'
import { withHeader } from '../exchange/exchange.ts'
import { configOf, type Handler } from '../exchange/handler.ts'
import { chatBody, notJson, refuse } from './kit/chat.ts'
import { digitsOf, luaJson } from './kit/lua-json.ts'
import { replaceBody } from './kit/request-body.ts'

interface Message {
  readonly role: string
  readonly content: string
}

export function aiPromptDecorator(): Handler {
  return {
    name: schema.name,
    configure: plugin => {
      const { prompts, max_request_body_size } = configOf(plugin, schema)
      const copied = (messages: readonly Message[] | null | undefined) =>
        (messages ?? []).map(({ role, content }) => ({ role, content }))
      const [before, after] = [copied(prompts?.prepend), copied(prompts?.append)]
      return {
        access: async exchange => {
          const body = await chatBody(exchange, max_request_body_size)
          if (exchange.answer !== undefined) return
          if (body === undefined) return refuse(exchange, notJson)
          const { messages } = body
          if (!Array.isArray(messages) || messages.length === 0)
            return refuse(exchange, 'this LLM route only supports llm/chat type requests')
          exchange.headers = withHeader(exchange.headers, 'Content-Type', 'application/json')
          replaceBody(
            exchange,
            luaJson(
              { ...body, messages: [...before, ...messages, ...after] },
              digitsOf(exchange.snapshot.version),
            ),
          )
        },
      }
    },
  }
}
