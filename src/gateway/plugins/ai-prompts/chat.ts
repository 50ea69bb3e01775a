/** What the plugins for prompts have in common: a request to a language model, in JSON, and how one is refused (behaviour: Kong 3.9.1). */
import { readBody } from '../../exchange/bodies.ts'
import { type Exchange, headerOf } from '../../exchange/exchange.ts'
import { jsonAnswer } from '../kit/answers.ts'
import { argumentsAsJson } from '../kit/lua-args.ts'
import { formOf } from '../kit/request-body.ts'

export type Body = Readonly<Record<string, unknown>>

/** What nginx holds in memory: up to there `max_request_body_size` does not count. */
const buffered = 8192

/** @returns undefined where there is none, or it is no JSON object, or too long */
export async function bodyText(exchange: Exchange, longest: number | null): Promise<string | undefined> {
  await readBody(exchange)
  const { body } = exchange
  if (body === undefined || body.length > Math.max(buffered, longest ?? buffered)) return undefined
  return body.toString('utf8')
}

export function parsedBody(text: string | undefined): Body | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return typeof value === 'object' && value !== null ? (value as Body) : undefined
  } catch {
    return undefined
  }
}

/** Forms are taken too; a body without a type is JSON. */
export async function chatBody(exchange: Exchange, longest: number | null): Promise<Body | undefined> {
  const text = await bodyText(exchange, longest)
  if (text === undefined) return undefined
  const type = headerOf(exchange.headers, 'content-type')?.toLowerCase() ?? 'application/json'
  const form = formOf(exchange)
  if (form !== undefined) return argumentsAsJson(form)
  return type.startsWith('application/json') ? parsedBody(text) : undefined
}

export const notJson = 'this LLM route only supports application/json requests'

export function refuse(exchange: Exchange, message: string): void {
  exchange.exit(jsonAnswer(400, { error: { message } }))
}
