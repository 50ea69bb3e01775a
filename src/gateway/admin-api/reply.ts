/** Answers on the wire as Kong's nginx writes them: the same headers, in the same spelling and order. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Version } from '../../entities/language/define.ts'
import type { Answer } from './endpoint.ts'
import { writeJson } from './json.ts'

/** The responding program, and the start time of the request (`performance.now()`). */
export interface Sender {
  readonly version: Version
  readonly begun: number
  /** The requesting page may not read the response: no CORS headers are sent. */
  readonly isHidden: boolean
}

type Header = readonly [name: string, value: string]

/** A response on the wire, but for Date and Connection. */
export interface Message {
  readonly status: number
  /** Content-Type, if any. */
  readonly type: readonly Header[]
  /** Headers before Content-Length, and after it. */
  readonly before: readonly Header[]
  readonly after: readonly Header[]
  readonly body: string | undefined
  /** Whether the connection ends with the response (default: as the client requests). */
  readonly close?: boolean
}

export function messageOf(request: IncomingMessage, answer: Answer, sender: Sender): Message {
  if (answer.page) return pageMessage(request, 404, sender)
  const { before, after } = kongHeaders(request, sender)
  // What was asked for is allowed before what an endpoint would allow.
  const own = Object.entries(answer.headers ?? {}).filter(
    ([name]) =>
      !(sender.isHidden && /^access-control-/i.test(name)) &&
      ![...before, ...after].some(([one]) => sameName(one, name)),
  )
  const isTyped = own.some(([name]) => sameName(name, 'Content-Type'))
  const json = writeJson(answer.body, sender.version)
  const body = json ?? answer.text
  const contentType = json === undefined ? 'text/plain; charset=UTF-8' : 'application/json; charset=utf-8'
  const type: Header[] = body === undefined || isTyped ? [] : [['Content-Type', contentType]]
  return { status: answer.status, type, before: [...before, ...own], after, body }
}

const reasons = {
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Not Allowed',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  501: 'Not Implemented',
} as const

export function page(status: keyof typeof reasons): string {
  const title = `${status} ${reasons[status]}`
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`
}

/**
 * nginx's own page: Kong never sees requests that nginx refuses, so the response has Kong's headers only if
 * a sender is passed.
 */
export function pageMessage(
  request: IncomingMessage,
  status: keyof typeof reasons,
  sender?: Sender,
): Message {
  const type: Header[] = [['Content-Type', 'text/html; charset=UTF-8']]
  const kong = sender === undefined ? { before: [], after: [], close: true } : kongHeaders(request, sender)
  return { status, type, ...kong, body: page(status) }
}

/** A text of nginx itself, without Kong's headers. */
export const textMessage = (text: string): Message => ({
  status: 200,
  type: [['Content-Type', 'text/plain; charset=UTF-8']],
  before: [],
  after: [],
  body: text,
})

const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

/** CORS before the length of the body; the latency and the server's name after it. */
function kongHeaders(request: IncomingMessage, sender: Sender): Pick<Message, 'before' | 'after'> {
  const after: Header[] = [
    ['X-Kong-Admin-Latency', String(Math.round(performance.now() - sender.begun))],
    ['Server', `kong/${sender.version.text}`],
  ]
  return { before: sender.isHidden ? [] : sharing(request, sender.version), after }
}

function sharing({ method, headers }: IncomingMessage, version: Version): Header[] {
  if (version.major < 3) return [['Access-Control-Allow-Origin', '*']]
  const asked = headers['access-control-request-headers']
  return [
    ['Access-Control-Allow-Origin', headers.origin ?? '*'],
    ['Access-Control-Allow-Credentials', 'true'],
    ...(method === 'OPTIONS' && asked !== undefined
      ? [['Access-Control-Allow-Headers', asked] as const]
      : []),
  ]
}

export function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, type, before, after, body, close = asksToClose(request) }: Message,
): void {
  const length: Header[] = body === undefined ? [] : [['Content-Length', String(Buffer.byteLength(body))]]
  const headers: Header[] = [
    ['Date', new Date().toUTCString()],
    ...type,
    ['Connection', close ? 'close' : 'keep-alive'],
    ...before,
    ...length,
    ...after,
  ]
  response.writeHead(status, headers.flat())
  response.end(request.method === 'HEAD' ? undefined : body)
}

const asksToClose = ({ headers }: IncomingMessage): boolean =>
  /(?:^|,)\s*close\s*(?:,|$)/i.test(headers.connection ?? '')
