/** Opens connections to where requests go: plain or TLS, within the service's connect timeout. */
import { isIP, connect as openSocket, type Socket } from 'node:net'
import {
  checkServerIdentity,
  type DetailedPeerCertificate,
  connect as openTls,
  type TLSSocket,
} from 'node:tls'
import type { UpstreamTls } from '../tls/upstream-tls.ts'

export interface Endpoint {
  readonly host: string
  readonly port: number
  /** Milliseconds. */
  readonly connectTimeout: number
  readonly tls?: UpstreamTls
  /** The server name (SNI) for TLS, against which the certificate is checked. */
  readonly serverName?: string
}

/** The reason of a failed connection; no data was sent. */
export class ConnectError extends Error {
  readonly how: 'refused' | 'timeout' | 'unknown name'

  constructor(how: ConnectError['how'], cause: string | Error) {
    super(cause instanceof Error ? cause.message : cause)
    this.how = how
  }
}

export type Connected = (...result: [error: Error, socket: null] | [error: null, socket: Socket]) => void

/** Remembers TLS sessions, so that the next connection shakes hands more quickly. */
export interface Sessions {
  last?: Buffer
}

/** @param done called once */
export function connectTo(endpoint: Endpoint, sessions: Sessions, done: Connected): void {
  const { tls, connectTimeout } = endpoint
  const socket = tls === undefined ? openPlain(endpoint) : openSecure(endpoint, tls, sessions)
  const timer = setTimeout(() => {
    socket.destroy(new ConnectError('timeout', 'connect timeout'))
  }, connectTimeout)
  const fail = (error: Error) => {
    clearTimeout(timer)
    done(connectError(error), null)
  }
  socket.once('error', fail)
  socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
    clearTimeout(timer)
    socket.off('error', fail)
    const problem = tls && chainProblem(socket as TLSSocket, tls)
    if (problem === undefined) return done(null, socket)
    socket.destroy()
    done(new ConnectError('refused', problem), null)
  })
}

const openPlain = ({ host, port }: Endpoint): Socket =>
  openSocket({ host, port, noDelay: true, keepAlive: true })

function openSecure(
  { host, port, serverName = host }: Endpoint,
  { verify, trusted, client }: UpstreamTls,
  sessions: Sessions,
): Socket {
  const socket = openTls({
    host,
    port,
    // An address cannot be a server name (SNI).
    servername: isIP(serverName) === 0 ? serverName : '',
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: verify,
    checkServerIdentity: (_name, certificate) => checkServerIdentity(serverName, certificate),
    ...(verify && { ca: [...trusted] }),
    ...client,
    ...(sessions.last && { session: sessions.last }),
  })
  socket.setNoDelay(true)
  socket.setKeepAlive(true)
  socket.on('session', session => {
    sessions.last = session
  })
  return socket
}

/** Node does not limit the length of a certificate chain. */
function chainProblem(socket: TLSSocket, { verify, depth }: UpstreamTls): string | undefined {
  // A resumed session sends no certificates again; they were checked when it began.
  if (!verify || socket.isSessionReused()) return undefined
  const between = certificatesBetween(socket.getPeerCertificate(true))
  return between > depth ? `certificate chain too long (${between} between, ${depth} allowed)` : undefined
}

/** Between a certificate and the one at the end, which signed itself. */
function certificatesBetween(certificate: DetailedPeerCertificate): number {
  let count = -1
  let one: DetailedPeerCertificate | undefined = certificate
  while (one !== undefined && one.issuerCertificate !== one && count < 100) {
    one = one.issuerCertificate
    count += 1
  }
  return Math.max(0, count)
}

function connectError(error: Error & { code?: string }): ConnectError {
  if (error instanceof ConnectError) return error
  const isUnknown = error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN'
  return new ConnectError(isUnknown ? 'unknown name' : 'refused', error)
}
