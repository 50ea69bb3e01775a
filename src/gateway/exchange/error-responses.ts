/**
 * The gateway's own answers, byte for byte as Kong gives them: which type the client takes, and the body in
 * that type (source: recorded).
 */
import type { Version } from '../../entities/language/define.ts'
import { acceptedType, type BodyType, type Wishes } from './accepted-type.ts'
import type { Answer } from './exchange.ts'

/** nginx's message for a status, if Kong has none. */
const nginxMessages: Readonly<Record<number, string>> = {
  400: 'Bad request',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Request timeout',
  411: 'Length required',
  412: 'Precondition failed',
  413: 'Payload too large',
  414: 'URI too long',
  417: 'Expectation failed',
  494: 'Request header or cookie too large',
  500: 'An unexpected error occurred',
  502: 'An invalid response was received from the upstream server',
  503: 'The upstream server is currently unavailable',
  504: 'The upstream server is timing out',
}

const contentTypes: Readonly<Record<BodyType, string>> = {
  json: 'application/json; charset=utf-8',
  html: 'text/html; charset=utf-8',
  plain: 'text/plain; charset=utf-8',
  xml: 'application/xml; charset=utf-8',
  grpc: '',
}

/** 2.8 knows fewer of them. */
export function nginxMessage(status: number, version: Version): string {
  if (version.major < 3 && status === 494) return 'Bad request'
  const known = version.major < 3 && status === 405 ? undefined : nginxMessages[status]
  return known ?? `The upstream server responded with ${status}`
}

/** nginx's own page, where Kong does not step in: the protocol's errors, redirects. */
export function nginxPage(status: number): Buffer {
  const title = `${status} ${pageTitles[status] ?? ''}`
  const lines = [
    '<html>',
    `<head><title>${title}</title></head>`,
    '<body>',
    `<center><h1>${title}</h1></center>`,
    '</body>',
    '</html>',
    '',
  ]
  return Buffer.from(lines.join('\r\n'))
}

const pageTitles: Readonly<Record<number, string>> = {
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  402: 'Payment Required',
  403: 'Forbidden',
  406: 'Not Acceptable',
  409: 'Conflict',
  410: 'Gone',
  415: 'Unsupported Media Type',
  416: 'Requested Range Not Satisfiable',
  421: 'Misdirected Request',
  429: 'Too Many Requests',
  501: 'Not Implemented',
  505: 'HTTP Version Not Supported',
  507: 'Insufficient Storage',
}

/** The body for a status without one: Kong's message if nginx takes it from Kong, nginx's page, or none. */
export function bareAnswer(status: number): Answer {
  if (status in nginxMessages) return { status, headers: [], from: 'nginx' }
  const isTitled = status in pageTitles
  const headers = isTitled ? [['Content-Type', 'text/html'] as const] : []
  return { status, body: isTitled ? nginxPage(status) : Buffer.alloc(0), headers, from: 'plugin' }
}

export interface RenderedAnswer {
  readonly body: Buffer
  readonly contentType: string
}

export function renderAnswer(
  answer: Answer,
  wishes: Wishes,
  requestId: string,
  version: Version,
): RenderedAnswer {
  if (answer.body !== undefined) return { body: answer.body, contentType: '' }
  const message = answer.message ?? nginxMessage(answer.status, version)
  const type = acceptedType(wishes, answer.from, version)
  const text = version.major < 3 ? bodyOf2(type, message, answer) : bodyOf3(type, message, requestId, answer)
  return {
    body: Buffer.from(text),
    contentType: contentTypes[type === 'grpc' && answer.from === 'nginx' ? 'json' : type],
  }
}

function bodyOf2(type: BodyType, message: string, answer: Answer): string {
  const said = JSON.stringify(message)
  switch (type) {
    case 'json':
      return answer.from === 'kong' ? `{"message":${said}}` : `{\n  "message":${said}\n}`
    case 'grpc':
      return `{"message":${said}}`
    case 'plain':
      return `${message}\n`
    case 'xml':
      return `<?xml version="1.0" encoding="UTF-8"?>\n<error>\n  <message>${escaped(message)}</message>\n</error>\n`
    case 'html':
      return page('Kong Error', [`${escaped(message)}.`])
  }
}

function bodyOf3(type: BodyType, message: string, requestId: string, answer: Answer): string {
  switch (type) {
    case 'json':
      return `{\n  "message":${JSON.stringify(message)},\n  "request_id":"${requestId}"\n}`
    case 'grpc':
      return answer.from === 'nginx' ? JSON.stringify({ message }) : ''
    case 'plain':
      return `${message}\nrequest_id: ${requestId}\n`
    case 'xml':
      return `<?xml version="1.0" encoding="UTF-8"?>\n<error>\n  <message>${escaped(message)}</message>\n  <requestid>${requestId}</requestid>\n</error>\n`
    case 'html':
      return page('Error', [`${escaped(message)}.`, `request_id: ${requestId}`])
  }
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const page = (title: string, paragraphs: readonly string[]): string =>
  `<!doctype html>\n<html>\n  <head>\n    <meta charset="utf-8">\n    <title>${title}</title>\n  </head>\n  <body>\n    <h1>${title}</h1>\n${paragraphs
    .map(text => `    <p>${text}</p>\n`)
    .join('')}  </body>\n</html>\n`
