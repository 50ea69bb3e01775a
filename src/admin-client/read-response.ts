/** Reads a response of an Admin API: its JSON, or the error of its status. */
import { excerptOf, type Hidden, isUnlikeWords, notShown, secretsIn } from '../state/echoes.ts'
import { apiError, notAnAdminApi, redirected } from './failures.ts'
import type { HttpResponse } from './transport.ts'

export interface SentRequest {
  readonly method: string
  readonly path: string
  readonly url: string
  readonly body?: object | undefined
}

/**
 * @param hidden values that no message repeats, besides the secrets of the request
 * @throws AdminApiError for a status of 400 and more; ConnectionError for what no Admin API answers
 */
export function readResponse(
  request: SentRequest,
  { status, text, headers }: HttpResponse,
  hidden: readonly Hidden[],
): unknown {
  const { method, url } = request
  if (status >= 300 && status < 400) throw redirected(method, url, status, String(headers['location']))
  const body = parseBody(text)
  if (status >= 400) throw apiError(request, status, body, [...hidden, ...secretsOf(request)])
  if (typeof body !== 'string') return body
  const excerpt = excerptOf(body, [...hidden, ...secretsOf(request)]) ?? notShown
  throw notAnAdminApi(method, url, String(headers['content-type'] ?? ''), excerpt)
}

/** Values like words are hidden by callers that know the entity: here they would hide the whole message. */
const secretsOf = ({ body }: SentRequest): Hidden[] =>
  secretsIn(body).filter(({ value }) => isUnlikeWords(value))

/** JSON, else the text itself; undefined for no body. No Admin API answers with a JSON string. */
export function parseBody(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
