/**
 * Answers on the wire as Kong's nginx writes them: the same headers, in the same spelling and order. They are
 * written past fastify, which has names in lower case only.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Version } from '../../entities/language/define.ts'
import type { Answer } from './endpoint.ts'
import { writeJson } from './json.ts'

/** Who answers, and since when it has been at it (`performance.now()`). */
export interface Sender {
  readonly version: Version
  readonly begun: number
  /** The requesting page may not read the response: no CORS headers are sent. */
  readonly isHidden: boolean
}

type Header = readonly [name: string, value: string]

export function sendAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: Answer,
  sender: Sender,
): FastifyReply {
  if (answer.page) return sendPage(request, reply, 404, sender)
  const kong = kongHeaders(request, sender)
  // What was asked for is allowed before what an endpoint would allow.
  const own = Object.entries(answer.headers ?? {}).filter(
    ([name]) =>
      !(sender.isHidden && /^access-control-/i.test(name)) &&
      ![...kong.before, ...kong.after].some(([one]) => sameName(one, name)),
  )
  const isTyped = own.some(([name]) => sameName(name, 'Content-Type'))
  const json = writeJson(answer.body, sender.version)
  const body = json ?? answer.text
  const contentType = json === undefined ? 'text/plain; charset=UTF-8' : 'application/json; charset=utf-8'
  const type: Header[] = body === undefined || isTyped ? [] : [['Content-Type', contentType]]
  const { before, after } = kong
  return write(request, reply, { status: answer.status, type, before: [...before, ...own], after, body })
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
 * nginx's own page: what it refuses never reaches Kong, and so has none of its headers but where a sender is
 * given.
 */
export function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  status: keyof typeof reasons,
  sender?: Sender,
): FastifyReply {
  const type: Header[] = [['Content-Type', 'text/html; charset=UTF-8']]
  const kong = sender === undefined ? { before: [], after: [], close: true } : kongHeaders(request, sender)
  return write(request, reply, { status, type, ...kong, body: page(status) })
}

/** A text that nginx itself answers with: none of Kong's headers. */
export function sendPlain(request: FastifyRequest, reply: FastifyReply, text: string): FastifyReply {
  const type: Header[] = [['Content-Type', 'text/plain; charset=UTF-8']]
  return write(request, reply, { status: 200, type, before: [], after: [], body: text })
}

const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

/** CORS before the length of the body; the latency and the server's name after it. */
function kongHeaders(request: FastifyRequest, sender: Sender): Pick<Message, 'before' | 'after'> {
  const after: Header[] = [
    ['X-Kong-Admin-Latency', String(Math.round(performance.now() - sender.begun))],
    ['Server', `kong/${sender.version.text}`],
  ]
  return { before: sender.isHidden ? [] : sharing(request, sender.version), after }
}

function sharing({ method, headers }: FastifyRequest, version: Version): Header[] {
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

interface Message {
  readonly status: number
  /** Content-Type, where there is one. */
  readonly type: readonly Header[]
  /** What stands before Content-Length, and what after it. */
  readonly before: readonly Header[]
  readonly after: readonly Header[]
  readonly body: string | undefined
  /** Whether the connection ends with it; where absent, as the client asks. */
  readonly close?: boolean
}

function write(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, type, before, after, body, close = asksToClose(request) }: Message,
): FastifyReply {
  reply.hijack()
  const length: Header[] = body === undefined ? [] : [['Content-Length', String(Buffer.byteLength(body))]]
  const headers: Header[] = [
    ['Date', new Date().toUTCString()],
    ...type,
    ['Connection', close ? 'close' : 'keep-alive'],
    ...before,
    ...length,
    ...after,
  ]
  reply.raw.writeHead(status, headers.flat())
  reply.raw.end(request.method === 'HEAD' ? undefined : body)
  return reply
}

const asksToClose = ({ headers }: FastifyRequest): boolean =>
  /(?:^|,)\s*close\s*(?:,|$)/i.test(headers.connection ?? '')
