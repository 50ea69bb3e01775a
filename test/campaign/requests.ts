/** Requests that two programs may read in two ways, and requests of any sort. */
import fc from 'fast-check'
import { serve } from '../support/binary.ts'
import { startEchoBackend } from '../support/echo-backend.ts'
import { fieldsOfAll, oddRequests, sendOdd } from '../support/odd-requests.ts'
import { kong39 } from '../support/proxy-sets.ts'
import { readAnswers, sendRaw } from '../support/raw-http.ts'
import { serviceAt, startProxy } from '../support/running-proxy.ts'
import type { Report } from './report.ts'
import { seed, times } from './settings.ts'

const inner = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n'
const lengths = [
  '',
  'Content-Length: 0',
  `Content-Length: ${inner.length}`,
  'Content-Length: 5',
  'Content-Length: +5',
  'Content-Length: 0x5',
  'Content-Length: 5, 5',
  'Content-Length : 5',
  'Content-Length: 5\r\nContent-Length: 0',
  'Content_Length: 5',
  'X: a\n Content-Length: 5',
]
const encodings = [
  '',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: identity',
  'Transfer-Encoding:\tchunked',
  'Transfer-Encoding : chunked',
  'Transfer-Encoding: xchunked',
  'Transfer-Encoding: chunked\r\nTransfer-Encoding: x',
  'Transfer-Encoding:\r\n chunked',
  'transfer_encoding: chunked',
  'X: a\nTransfer-Encoding: chunked',
  'Transfer-Encoding: "chunked"',
]
const bodies = [
  inner,
  `0\r\n\r\n${inner}`,
  `5\r\nabcde\r\n0\r\n\r\n${inner}`,
  `5;x=\n\r\nabcde\r\n0\r\n\r\n${inner}`,
  `0\n\n${inner}`,
  `00000000000000000005\r\nabcde\r\n0\r\nX: y\r\n\r\n${inner}`,
]

/**
 * Whatever the proxy makes of the bytes: the service behind it has had as many requests as the client has
 * answers of it.
 */
export async function smuggledRequests(report: Report, part: string): Promise<void> {
  const backend = await startEchoBackend({ name: 'behind' })
  const proxy = await startProxy(kong39, serviceAt(backend.port))
  const port = Number(new URL(proxy.url).port)
  const cases = lengths.flatMap(length =>
    encodings.flatMap(encoding => bodies.map(body => ({ length, encoding, body }))),
  )
  const chosen = cases.filter((_one, index) => (index * 7919 + seed) % cases.length < times(300))
  for (const { length, encoding, body } of chosen) {
    const headers = [length, encoding].filter(line => line !== '').map(line => `${line}\r\n`)
    const text = `POST /x HTTP/1.1\r\nHost: a\r\n${headers.join('')}\r\n${body}`
    backend.takeLog()
    const received = await sendRaw(port, text, 150)
    const answers = readAnswers(received, 'POST').filter(({ status }) => status === 200).length
    const seen = backend.takeLog().length
    report.tried(
      part,
      seen <= answers ? [] : [`${seen} requests behind the proxy, ${answers} answers`],
      () => ({ what: 'bytes', input: JSON.stringify(text), output: received }),
    )
  }
  await proxy.close()
  await backend.close()
}

/** @see test/gateway/admin-odd-requests.test.ts, the short form */
export async function randomRequests(report: Report, part: string): Promise<void> {
  for (const version of ['2.8', '3.9']) {
    const gateway = await serve(['--kong-version', version])
    const port = Number(new URL(gateway.admin).port)
    const { data: paths } = (await (await fetch(`${gateway.admin}/endpoints`)).json()) as { data: string[] }
    const requests = fc.sample(oddRequests(paths, fieldsOfAll, `127.0.0.1:${port}`), {
      numRuns: times(2500),
      seed,
    })
    for (const request of requests) {
      if (/^POST \/+acme[ ?/]/.test(request)) continue
      const answer = await sendOdd(port, request).catch((error: Error) => ({
        status: 0,
        text: error.message,
      }))
      const isAnswered = answer.status >= 100 && answer.status !== 500
      report.tried(part, isAnswered ? [] : [`status ${answer.status}`], () => ({
        what: request.split('\r\n')[0] ?? '',
        input: request,
        output: answer.text,
      }))
    }
    const { stderr } = await gateway.stop()
    report.tried(part, /bug in deck|^\s+at .*:\d+/m.test(stderr) ? ['a stack in the log'] : [], () => ({
      what: 'log',
      input: '',
      output: stderr,
    }))
  }
}
