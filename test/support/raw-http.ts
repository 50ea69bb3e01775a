/**
 * Bytes as they stand in a recording, sent over a socket, and the answers that come back, read without a
 * library's mercy.
 */
import { connect } from 'node:net'
import type { ProxyAnswer } from '../conformance/proxy-compare.ts'

/** @returns all that came until the other side closed, or nothing came for `quietMs` */
export function sendRaw(port: number, text: string, quietMs: number): Promise<string> {
  return new Promise(resolve => {
    let received = ''
    const socket = connect({ host: '127.0.0.1', port })
    socket.setEncoding('latin1')
    socket.setTimeout(quietMs, () => socket.destroy())
    socket.on('data', chunk => {
      received += chunk
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(received))
    socket.write(text, 'latin1')
  })
}

/** One request, and its answer as soon as that is whole; status 0 where none came. */
export function askRaw(port: number, text: string, method: string): Promise<ProxyAnswer> {
  return new Promise(resolve => {
    let received = ''
    const socket = connect({ host: '127.0.0.1', port })
    socket.setEncoding('latin1')
    const lastAnswer = () => readAnswers(received, method).findLast(({ status }) => status >= 200)
    socket.on('data', chunk => {
      received += chunk
      if (isWhole(received, method)) socket.end()
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(lastAnswer() ?? { status: 0, headers: [], body: received }))
    socket.write(text, 'latin1')
  })
}

function isWhole(text: string, method: string): boolean {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return false
  const head = text.slice(0, end).toLowerCase()
  const status = Number(head.split(' ', 2)[1])
  if (status < 200) return isWhole(text.slice(end + 4), method)
  if (method === 'HEAD' || status === 204 || status === 304) return true
  const length = /\r\ncontent-length: *(\d+)/.exec(head)?.[1]
  if (length !== undefined) return text.length - end - 4 >= Number(length)
  return head.includes('\r\ntransfer-encoding: chunked') && text.endsWith('0\r\n\r\n')
}

/** The answers in a stream of them: `100 Continue` is one too, without a body. */
export function readAnswers(text: string, method: string): ProxyAnswer[] {
  const answers: ProxyAnswer[] = []
  let rest = text
  while (rest !== '') {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) break
    const [first = '', ...lines] = rest.slice(0, end).split('\r\n')
    const status = Number(first.split(' ')[1])
    const headers = lines.map(line => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trim()] as const
    })
    const { body, used } = readBody(
      rest.slice(end + 4),
      headers,
      status < 200 || status === 304 || method === 'HEAD',
    )
    answers.push({ status, headers, body })
    rest = rest.slice(end + 4 + used)
  }
  return answers
}

function readBody(
  text: string,
  headers: ProxyAnswer['headers'],
  isEmpty: boolean,
): { readonly body: string; readonly used: number } {
  const header = (wanted: string) => headers.find(([name]) => name.toLowerCase() === wanted)?.[1]
  if (isEmpty) return { body: '', used: 0 }
  if (header('transfer-encoding') === 'chunked') return readChunks(text)
  const length = Number(header('content-length') ?? text.length)
  return { body: text.slice(0, length), used: length }
}

function readChunks(text: string): { readonly body: string; readonly used: number } {
  let body = ''
  let at = 0
  for (;;) {
    const lineEnd = text.indexOf('\r\n', at)
    const size = Number.parseInt(text.slice(at, lineEnd), 16)
    if (lineEnd < 0 || Number.isNaN(size)) return { body, used: text.length }
    body += text.slice(lineEnd + 2, lineEnd + 2 + size)
    at = lineEnd + 2 + size + 2
    if (size === 0) return { body, used: at }
  }
}
