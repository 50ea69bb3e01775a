/**
 * Clients that say nothing, or little at a time: all are closed in time, and others are answered meanwhile.
 */
import { connect } from 'node:net'
import { startGateway } from '../../src/gateway/gateway.ts'
import { anyPort } from '../support/bare-gateway.ts'
import { kong39 } from '../support/proxy-sets.ts'
import { until } from '../support/until.ts'
import type { Report } from './report.ts'
import { times } from './settings.ts'

/** What is 60 s and more for users. */
const clientTimeouts = { header: 400, idle: 400, keepAlive: 800, lingering: 200, lingeringInAll: 700 }

/** Sent at once, then the second part letter by letter, 50 ms each; without one nothing more comes. */
const habits: Readonly<Record<string, readonly [first: string, dripped?: string]>> = {
  silent: [''],
  'half a line': ['GET / HT'],
  'half a header': ['GET / HTTP/1.1\r\nHost: a\r\nX-'],
  'header by letters': ['GET / HTTP/1.1\r\nHost: a\r\nX-A: ', 'a'.repeat(200)],
  'no body': ['POST /services HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n'],
  'half a body': ['POST /services HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{"a'],
  'half a chunk': ['POST /services HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab'],
  'idle after an answer': ['GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n'],
}

/** @returns whether the other side has closed it in time */
function isClosed(port: number, [first, dripped = '']: readonly [string, string?]): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host: '127.0.0.1', port })
    let at = 0
    const drip = setInterval(
      () => at < dripped.length && socket.writable && socket.write(dripped[at++] ?? ''),
      50,
    )
    const end = (answer: boolean) => () => {
      clearInterval(drip)
      clearTimeout(late)
      socket.destroy()
      resolve(answer)
    }
    const late = setTimeout(() => end(false)(), 10_000)
    socket.on('error', () => {})
    socket.on('close', end(true))
    socket.on('data', () => {})
    socket.write(first)
  })
}

/** The limits are so short that a busy machine may meet them with a client that does nothing wrong. */
const isAnswered = (admin: string): Promise<boolean> =>
  fetch(`${admin}/status`).then(
    async answer => (await answer.text()) !== '' && answer.status === 200,
    () => false,
  )

export async function slowClients(report: Report, part: string): Promise<void> {
  const gateway = await startGateway({ ...anyPort, version: kong39, clientTimeouts })
  for (const address of [gateway.admin, gateway.proxy]) {
    const port = Number(new URL(address).port)
    const clients = Object.entries(habits).flatMap(([name, habit]) =>
      Array.from({ length: times(40) }, async () => {
        const closed = await isClosed(port, habit)
        report.tried(part, closed ? [] : ['open after ten seconds'], () => ({
          what: name,
          input: habit[0],
          output: '',
        }))
      }),
    )
    const isServed = await until(() => isAnswered(gateway.admin), 'another client is answered').then(
      () => true,
      () => false,
    )
    report.tried(part, isServed ? [] : ['another client waits'], () => ({
      what: 'status',
      input: '',
      output: '',
    }))
    await Promise.all(clients)
  }
  await gateway.close()
}
