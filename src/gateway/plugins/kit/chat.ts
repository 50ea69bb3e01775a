/**
 * Common parts of the prompt plugins: a JSON request to a language model, and its refusal (behaviour: Kong
 * 3.9.1).
 */
import { readableBody, readBody } from '../../exchange/bodies.ts'
import { type Exchange, headerOf } from '../../exchange/exchange.ts'
import { jsonAnswer } from './json-answer.ts'
import { argumentsAsJson } from './lua-args.ts'
import { decodeJson } from './lua-json.ts'
import { formOf } from './request-body.ts'

export type Body = Readonly<Record<string, unknown>>

/**
 * @param longest `max_request_body_size`; 0 means any length
 * @returns undefined if the body is too long
 */
export async function bodyText(exchange: Exchange, longest: number | null): Promise<string | undefined> {
  const most = longest === 0 ? Number.POSITIVE_INFINITY : (longest ?? 0)
  await readBody(exchange, most)
  return readableBody(exchange, most)?.toString('utf8')
}

export function parsedBody(text: string | undefined): Body | undefined {
  const value = text === undefined ? undefined : decodeJson(text)
  return typeof value === 'object' && value !== null ? (value as Body) : undefined
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
