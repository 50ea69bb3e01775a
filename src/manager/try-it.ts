/**
 * Sends one request through the proxy for the page: the response, and the route, service, plugins and
 * target if the gateway reports them. The embedded gateway does for `X-Deck-Trace`; Kong reports its route
 * and service for `Kong-Debug`, if that is allowed.
 */
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { DeckError } from '../errors.ts'
import { type Incoming, reasonOf, send } from './outgoing.ts'

export interface TryRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body?: string
}

export interface TryAnswer {
  readonly status: number
  readonly reason: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Its beginning; see `isCut`. */
  readonly body: string
  readonly isCut: boolean
  readonly milliseconds: number
  /** The gateway's trace of the request. */
  readonly trace: unknown
}

const longestShown = 256 * 1024
const timeoutMs = 30_000

/**
 * @param isOwnTls whether its certificate is self-signed;
 * @throws DeckError if the proxy cannot be reached, or the request is invalid
 */
export async function tryRequest(
  proxy: string,
  input: Readonly<Record<string, unknown>>,
  isOwnTls = false,
): Promise<TryAnswer> {
  const { method, path, headers, body } = checked(input)
  const began = performance.now()
  const deadline = AbortSignal.timeout(timeoutMs)
  try {
    const answer = await send({
      url: new URL(proxy + path),
      method,
      ...(isOwnTls && { tls: tlsFor(headers) }),
      headers: { ...asRecord(headers), 'X-Deck-Trace': '1', 'Kong-Debug': '1' },
      ...(body !== undefined && body !== '' && { body: Buffer.from(body) }),
      timeoutMs,
      signal: deadline,
    })
    const milliseconds = performance.now() - began
    const pairs = headerPairs(answer)
    return {
      status: answer.statusCode ?? 0,
      reason: answer.statusMessage ?? '',
      headers: pairs.filter(([name]) => !isTrace(name)),
      ...(await beginningOf(answer)),
      milliseconds: Math.round(milliseconds * 10) / 10,
      trace: traceOf(pairs),
    }
  } catch (error) {
    throw new DeckError(`The proxy at ${proxy} cannot be reached: ${reasonOf(error)}`)
  }
}

function checked({ method, path, headers, body }: Readonly<Record<string, unknown>>): TryRequest {
  if (typeof method !== 'string' || !/^[A-Z]+$/.test(method))
    throw new DeckError('the method must be one word of capitals')
  if (typeof path !== 'string' || !/^\/[\x21-\x7e]*$/.test(path)) {
    throw new DeckError('the path must begin with / and have no blanks')
  }
  const pairs = Array.isArray(headers) ? headers : []
  const isHeader = (pair: unknown): pair is [string, string] =>
    Array.isArray(pair) &&
    /^[\w!#$%&'*+.^`|~-]+$/.test(String(pair[0])) &&
    /^[\t\x20-\x7e]*$/.test(String(pair[1]))
  const wrong = pairs.find(pair => !isHeader(pair))
  if (wrong !== undefined) throw new DeckError(`${JSON.stringify(wrong)} is no header`)
  return { method, path, headers: pairs.filter(isHeader), ...(typeof body === 'string' && { body }) }
}

/** With the requested server name (SNI), as a browser does. */
function tlsFor(headers: TryRequest['headers']): object {
  const host = headers.find(([name]) => name.toLowerCase() === 'host')?.[1]
  const servername = host?.replace(/:\d+$/, '')
  return {
    rejectUnauthorized: false,
    ...(servername !== undefined && isIP(servername) === 0 && { servername }),
  }
}

function asRecord(pairs: TryRequest['headers']): Record<string, string[]> {
  const record: Record<string, string[]> = {}
  for (const [name, value] of pairs) record[name] = [...(record[name] ?? []), value]
  return record
}

function headerPairs({ rawHeaders }: IncomingMessage): [string, string][] {
  return rawHeaders.flatMap((name, at) =>
    at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? ''] as [string, string]] : [],
  )
}

const isTrace = (name: string): boolean => name.toLowerCase() === 'x-deck-trace'

/** @returns undefined if the gateway reports nothing */
function traceOf(pairs: readonly (readonly [string, string])[]): unknown {
  const headerOf = (wanted: string) => pairs.find(([name]) => name.toLowerCase() === wanted)?.[1]
  const own = headerOf('x-deck-trace')
  if (own !== undefined) {
    try {
      return JSON.parse(decodeURIComponent(own))
    } catch {
      return undefined
    }
  }
  const named = (what: string) => {
    const id = headerOf(`kong-${what}-id`)
    return id === undefined ? undefined : { id, name: headerOf(`kong-${what}-name`) }
  }
  const [route, service] = [named('route'), named('service')]
  return route === undefined && service === undefined ? undefined : { route, service }
}

/** The beginning of a body that does not end is shown, too: it may be a stream of events. */
async function beginningOf(answer: Incoming): Promise<{ body: string; isCut: boolean }> {
  const chunks: Buffer[] = []
  let size = 0
  let isCut = false
  try {
    for await (const chunk of answer.isWithoutBody === true ? [] : answer) {
      chunks.push(Buffer.from(chunk))
      size += chunk.length
      if (size > longestShown) break
    }
  } catch {
    isCut = true
  }
  const body = Buffer.concat(chunks).subarray(0, longestShown).toString('utf8')
  return { body, isCut: isCut || size > longestShown }
}
