/** One probe of one peer, and what its answer counts for. */
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect, isIP } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Upstream } from '../../entities/kinds/upstream.ts'
import type { Peer } from '../balancer/peers.ts'
import type { CertificateAndKey } from '../tls/self-signed.ts'
import type { Report } from './health.ts'

type Active = Upstream['healthchecks']['active']

export interface Probe {
  readonly peer: Peer
  /** Where the peer is: always an IP address. */
  readonly address: { readonly host: string; readonly port: number }
  readonly upstream: Upstream
  readonly userAgent: string
  /** The client certificate for TLS. */
  readonly client: CertificateAndKey | undefined
  /** Gives it up. */
  readonly signal: AbortSignal
}

/** @returns undefined for a status that neither list of the upstream names */
export function probe(one: Probe): Promise<Report | undefined> {
  const { type } = one.upstream.healthchecks.active
  return type === 'http' || type === 'https' ? probeHttp(one) : probeConnection(one)
}

const timeoutOf = ({ timeout }: Active): number => (timeout ?? 1) * 1000

/** Also the server name (SNI), against which the certificate is checked. */
function tlsOptions({ peer, upstream, client }: Probe) {
  const { https_sni, https_verify_certificate } = upstream.healthchecks.active
  const name = https_sni ?? upstream.host_header?.replace(/:\d+$/, '') ?? peer.target.host
  // An address cannot be a server name (SNI).
  return { rejectUnauthorized: https_verify_certificate, servername: isIP(name) === 0 ? name : '', ...client }
}

/**
 * `tcp`, and also `grpc` and `grpcs`: no gRPC server answers the plain HTTP of Kong's probe, but a server
 * that accepts connections is running.
 */
function probeConnection(one: Probe): Promise<Report> {
  const { active } = one.upstream.healthchecks
  const isTls = active.type === 'grpcs'
  return new Promise(resolve => {
    const socket = isTls ? connectTls({ ...one.address, ...tlsOptions(one) }) : connect(one.address)
    const end = (report: Report) => {
      socket.destroy()
      resolve(report)
    }
    socket.setTimeout(timeoutOf(active), () => end('timeout'))
    socket.once(isTls ? 'secureConnect' : 'connect', () => end('success'))
    socket.once('error', () => end('tcp_failure'))
  })
}

function probeHttp(one: Probe): Promise<Report | undefined> {
  const { address, peer, upstream, userAgent, signal } = one
  const { active } = upstream.healthchecks
  const isTls = active.type === 'https'
  return new Promise(resolve => {
    const request = (isTls ? httpsRequest : httpRequest)({
      ...address,
      path: active.http_path ?? '/',
      headers: {
        host: upstream.host_header ?? peer.target.key,
        'user-agent': userAgent,
        connection: 'close',
        ...headersOf(active),
      },
      agent: false,
      signal,
      ...(isTls && tlsOptions(one)),
    })
    // From the first look to the status line, whatever is waited for.
    const timer = setTimeout(() => {
      resolve('timeout')
      request.destroy()
    }, timeoutOf(active))
    request.once('close', () => clearTimeout(timer))
    request.once('error', () => resolve('tcp_failure'))
    request.once('response', (response: IncomingMessage) => {
      response.resume()
      resolve(statusReport(response.statusCode ?? 0, active))
    })
    request.end()
  })
}

function headersOf(active: Active): Record<string, string[]> {
  const { headers } = active as { headers?: Record<string, string[]> | null }
  return headers ?? {}
}

function statusReport(status: number, { healthy, unhealthy }: Active): Report | undefined {
  if (healthy.http_statuses?.includes(status)) return 'success'
  return unhealthy.http_statuses?.includes(status) ? 'http_failure' : undefined
}
