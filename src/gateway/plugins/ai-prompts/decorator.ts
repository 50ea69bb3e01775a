/** ai-prompt-decorator: messages of its own before and after those of a chat (behaviour: Kong 3.9.1). */
import { withHeader } from '../../exchange/exchange.ts'
import { configOf, type Handler } from '../../exchange/handler.ts'
import { digitsOf, luaJson } from '../kit/lua-json.ts'
import { replaceBody } from '../kit/request-body.ts'
import { chatBody, notJson, refuse } from './chat.ts'

interface Message {
  readonly role: string
  readonly content: string
}

interface Config {
  readonly prompts: {
    readonly prepend: readonly Message[] | null
    readonly append: readonly Message[] | null
  }
  readonly max_request_body_size: number | null
}

export function aiPromptDecorator(): Handler {
  return {
    name: 'ai-prompt-decorator',
    configure: plugin => {
      const { prompts, max_request_body_size } = configOf<Config>(plugin)
      const copied = (messages: readonly Message[] | null) =>
        (messages ?? []).map(({ role, content }) => ({ role, content }))
      const [before, after] = [copied(prompts.prepend), copied(prompts.append)]
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
