/** From a request whose path has an endpoint to that endpoint's answer, or to Kong's refusal. */
import { KongError, StorageError } from '../store/errors.ts'
import { readBody, takesBody } from './body.ts'
import {
  type Admin,
  type Answer,
  type Endpoint,
  type Handler,
  type Method,
  methodNotAllowed,
  methods,
  mistake,
  notFound,
  refuse,
} from './endpoint.ts'
import { nestPairs, parsePairs, unescapeForm } from './form.ts'
import type { Match } from './router.ts'

/** A request, taken apart and not interpreted yet. */
export interface RequestParts {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly contentType: string | undefined
  readonly bytes: Buffer | undefined
}

/** The response of Kong's framework to HEAD for an endpoint without GET. */
const emptyPage: Answer = { status: 200, text: '', headers: { 'Content-Type': 'text/html; charset=UTF-8' } }

/** Never fails: a mistake of ours is an answer, too, and a line of the log. */
export async function dispatch(
  admin: Admin,
  match: Match | undefined,
  request: RequestParts,
  log: (line: string) => void,
): Promise<Answer> {
  admin.expiry.sweep()
  if (match === undefined) return notFound
  try {
    return await answerOf(admin, match, request)
  } catch (error) {
    if (error instanceof KongError) return { status: error.status, body: error.body }
    if (error instanceof StorageError) {
      log(`${request.method} ${request.path}: ${error.message}`)
      return refuse(500, error.message)
    }
    log(`${request.method} ${request.path}: ${error instanceof Error ? error.stack : error}`)
    return mistake
  }
}

/** @throws KongError for what Kong refuses */
async function answerOf(admin: Admin, match: Match, request: RequestParts): Promise<Answer> {
  const { endpoint, params: rawParams } = match
  const handler = endpoint.handlers[(request.method === 'HEAD' ? 'GET' : request.method) as Method]
  if (handler === undefined && request.method === 'HEAD') return emptyPage
  if (handler === undefined && request.method !== 'OPTIONS') return methodNotAllowed
  const params = unescapeAll(rawParams)
  const first = endpoint.before?.(params)
  if (first !== undefined) return first
  if (handler === undefined) return allowedMethods(endpoint)
  return handle(admin, handler, { rawParams, params }, request)
}

async function handle(
  admin: Admin,
  handler: Handler,
  ofPath: Pick<Parameters<Handler>[0], 'params' | 'rawParams'>,
  { method, query, contentType, bytes }: RequestParts,
): Promise<Answer> {
  const body = takesBody(method)
    ? await readBody(contentType, bytes, admin.store.schemas.version.major >= 3)
    : { input: {}, typed: false }
  if (!('input' in body)) return refuse(400, 'message' in body ? body.message : 'Cannot parse body')
  const answer = handler({
    method,
    ...ofPath,
    query: nestPairs(parsePairs(query), false),
    text: () => bytes?.toString() ?? '',
    ...body,
  })
  if (isWrite(method)) await writeActs(admin)
  return answer
}

const isWrite = (method: string): boolean => method !== 'GET' && method !== 'HEAD'

/** A write is answered when it lasts and every request through the proxy follows it. */
async function writeActs({ store, dataPlane }: Admin): Promise<void> {
  await store.committed()
  await dataPlane.settled?.()
}

const unescapeAll = (params: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(params).map(([name, text]) => [name, unescapeForm(text)]))

function allowedMethods(endpoint: Endpoint): Answer {
  const names: string[] = methods.filter(method => endpoint.handlers[method] !== undefined)
  if (endpoint.handlers.GET !== undefined) names.push('HEAD')
  const list = [...names, 'OPTIONS'].sort().join(', ')
  return {
    status: 204,
    headers: {
      Allow: list,
      'Access-Control-Allow-Methods': list,
      'Access-Control-Allow-Headers': 'Content-Type',
    },
  }
}
