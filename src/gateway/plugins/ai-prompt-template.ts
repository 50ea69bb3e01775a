/**
 * ai-prompt-template: replaces a request that names a template, `{template://name}`, by that template with
 * the request's properties (behaviour: Kong 3.9.1).
 */
import type { ConfigOf } from '../../entities/language/entity-of.ts'
import { aiPromptTemplate as schema } from '../../entities/plugins/ai-prompt-template.ts'
import type { Exchange } from '../exchange/exchange.ts'
import { configOf, type Handler } from '../exchange/handler.ts'
import { bodyText, notJson, parsedBody, refuse } from './kit/chat.ts'
import { luaJson } from './kit/lua-json.ts'
import { replaceBody } from './kit/request-body.ts'

type Config = ConfigOf<typeof schema>

export function aiPromptTemplate(): Handler {
  return {
    name: schema.name,
    configure: plugin => {
      const config = configOf(plugin, schema)
      return {
        access: async exchange => {
          const text = await bodyText(exchange, config.max_request_body_size)
          if (exchange.answer !== undefined) return
          if (config.log_original_request) logged(exchange, text ?? '')
          const rendered = renderedOf(text, config)
          if (typeof rendered !== 'object') replaceWith(exchange, rendered)
          else refuse(exchange, rendered.refusal)
        },
      }
    },
  }
}

function logged(exchange: Exchange, original_request: string): void {
  exchange.logFields = { ...exchange.logFields, ai: { payload: { original_request } } }
}

function replaceWith(exchange: Exchange, text: string | undefined): void {
  if (text !== undefined) replaceBody(exchange, Buffer.from(text))
}

interface Refused {
  readonly refusal: string
}

/** @returns undefined where the request names no template, and need not */
function renderedOf(text: string | undefined, config: Config): string | undefined | Refused {
  const body = parsedBody(text)
  if (body === undefined) return { refusal: notJson }
  const { messages, prompt, properties } = body
  if (messages && prompt) return { refusal: "cannot run 'messages' and 'prompt' templates at the same time" }
  const reference = messages || prompt
  if (!reference)
    return {
      refusal: "only 'llm/v1/chat' and 'llm/v1/completions' formats are supported for templating",
    }
  const name = typeof reference === 'string' ? /^\{template:\/\/(.*)\}$/s.exec(reference)?.[1] : undefined
  if (name === undefined)
    return config.allow_untemplated_requests
      ? undefined
      : { refusal: 'this LLM route only supports templated requests' }
  const found = config.templates.find(one => one.name === name)
  if (found === undefined) return { refusal: `could not find template name [${name}]` }
  return render(found.template, properties || {})
}

const placeholder = /\{\{([A-Za-z0-9_]+)\}\}/g

function render(template: string, properties: unknown): string | Refused {
  const isObject = typeof properties === 'object' && !Array.isArray(properties)
  if (!isObject || properties === null) return { refusal: 'properties must be an object' }
  const known = new Map<string, string>()
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value !== 'string')
      return { refusal: `property values must be a string, got ${luaType(value)}` }
    known.set(name, luaJson(value).toString('utf8').slice(1, -1))
  }
  const text = template.replace(placeholder, (whole, name: string) => known.get(name) ?? whole)
  const missing = new Set([...text.matchAll(placeholder)].map(([, name]) => `[${name}]`))
  return missing.size === 0 ? text : { refusal: `missing template parameters: ${[...missing].join(', ')}` }
}

function luaType(value: unknown): string {
  if (value === null) return 'userdata'
  return typeof value === 'object' ? 'table' : typeof value
}
