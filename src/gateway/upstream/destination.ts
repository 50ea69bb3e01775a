/**
 * The next destination of an exchange: a peer of the service's upstream, or the service's host, with its name
 * resolved; and the errors if neither exists.
 */
import { isIP } from 'node:net'
import type { Service } from '../../entities/kinds/service.ts'
import type { Version } from '../../entities/language/define.ts'
import type { Balancer } from '../balancer/balancer.ts'
import type { Address, Peer, ResolveMap } from '../balancer/peers.ts'
import { NameError } from '../dns/look-up.ts'
import { printedAddress, type Resolver } from '../dns/resolver.ts'
import type { Exchange } from '../exchange/exchange.ts'

export interface Destination {
  readonly peer?: Peer
  /** For the Host header. */
  readonly hostname: string
  readonly port: number
  /** An IP address, or the error of the name's resolution. */
  readonly address: Address | NameError
  /** Must be called when the request is complete. */
  readonly ended: () => void
}

export type ResolvedDestination = Destination & { readonly address: Address }

export interface Naming {
  readonly resolve: ResolveMap
  readonly resolver: Resolver
}

/**
 * @param key input of consistent hashing
 * @returns a promise only if a name must be resolved
 */
export function chooseDestination(
  balancer: Balancer | undefined,
  tried: ReadonlySet<Peer>,
  key: string,
  service: Service,
  naming: Naming,
): Destination | undefined | Promise<Destination | undefined> {
  if (balancer === undefined) return destinationOfService(service, naming)
  const peer = balancer.pick(tried, key)
  if (peer !== undefined) return destinationOfPeer(peer, balancer, naming)
  // Waits for names that are resolved for the first time.
  return balancer.pending()?.then(() => {
    const found = balancer.pick(tried, key)
    return found && destinationOfPeer(found, balancer, naming)
  })
}

const nothing = () => {}

function destinationOfService(
  { host, port }: Service,
  { resolve, resolver }: Naming,
): Destination | Promise<Destination> {
  const mapped = resolve.size === 0 ? undefined : resolve.get(`${host}:${port}`)
  const there = mapped ?? { host: host.startsWith('[') ? host.slice(1, -1) : host, port }
  if (isIP(there.host) !== 0) return { hostname: host, port, address: there, ended: nothing }
  return located(there, resolver).then(address => ({
    hostname: host,
    // An SRV record has its own port.
    port: address instanceof NameError ? port : portOf(address, there, port),
    address,
    ended: nothing,
  }))
}

/** The port of the Host header: with `--resolve`, the port of the service and not the mapped one. */
const portOf = (found: Address, asked: Address, port: number): number =>
  found.port === asked.port ? port : found.port

function destinationOfPeer(
  peer: Peer,
  balancer: Balancer,
  { resolver }: Naming,
): Destination | Promise<Destination> {
  const hostname = hostnameOf(peer, balancer)
  const { address, port } = peer
  const ended = () => balancer.ended(peer)
  if (isIP(address.host) !== 0) return { peer, hostname, port, address, ended }
  return located(address, resolver).then(found => ({ peer, hostname, port, address: found, ended }))
}

function hostnameOf({ ip, target }: Peer, { upstream }: Balancer): string {
  if (upstream.host_header !== null) return upstream.host_header
  return upstream.use_srv_name === true && target.dns === 'SRV' ? ip : target.host
}

async function located(destination: Address, resolver: Resolver): Promise<Address | NameError> {
  try {
    return await resolver.address(destination.host, destination.port)
  } catch (error) {
    if (error instanceof NameError) return error
    throw error
  }
}

/** Contains the port unless it is the protocol's default. */
export function hostHeader({ hostname, port }: Destination, isTls: boolean): string {
  const host = printedAddress(hostname)
  return port === (isTls ? 443 : 80) ? host : `${host}:${port}`
}

/**
 * In 2.8 the request that made the last target unhealthy gets nginx's error for an upstream without servers
 * (recorded).
 */
export function noPeer(exchange: Exchange, wasTried: boolean): void {
  if (wasTried && exchange.snapshot.version.major < 3) exchange.exit({ status: 503, from: 'nginx' })
  else {
    exchange.upstreamAskedAt = undefined
    exchange.exit({ status: 503, message: 'failure to get a peer from the ring-balancer' })
  }
}

/** The host of a service is unknown, or no name server answered. */
export function noAddress(exchange: Exchange, host: string, error: NameError, { major }: Version): void {
  if (error.isUnknown) exchange.exit({ status: 503, message: 'name resolution failed' })
  else if (major < 3) exchange.exit({ status: 500, message: 'An unexpected error occurred' })
  else {
    const message = `failed the initial dns/balancer resolve for '${host}' with: ${error.message}`
    exchange.exit({ status: 500, message })
  }
}
