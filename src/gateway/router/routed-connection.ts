/** A client's connection as the router sees it. Rarely used properties are computed at their first use. */
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { isTls } from '../exchange/client.ts'
import type { Address, Connection } from './router.ts'

export class RoutedConnection implements Connection {
  readonly protocol: 'http' | 'https'
  readonly #socket: Socket

  constructor(socket: Socket) {
    this.#socket = socket
    this.protocol = isTls(socket) ? 'https' : 'http'
  }

  get serverName(): string | undefined {
    if (this.protocol === 'http') return undefined
    return (this.#socket as TLSSocket & { servername?: string | false }).servername || undefined
  }

  get source(): Address | undefined {
    return addressOf(this.#socket.remoteAddress, this.#socket.remotePort)
  }

  get destination(): Address | undefined {
    return addressOf(this.#socket.localAddress, this.#socket.localPort)
  }
}

function addressOf(ip: string | undefined, port: number | undefined): Address | undefined {
  return ip === undefined || port === undefined ? undefined : { ip: ip.replace(/^::ffff:/, ''), port }
}
