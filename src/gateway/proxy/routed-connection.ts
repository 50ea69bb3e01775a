/** A client's connection as the router asks of it. What hardly any route asks for is looked up when it is asked for. */
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { isTls } from './client.ts'
import type { Address, Connection } from './router.ts'

export const routedConnection = (socket: Socket): Connection => ({
  protocol: isTls(socket) ? 'https' : 'http',
  get serverName() {
    const name = isTls(socket)
      ? (socket as TLSSocket & { servername?: string | false }).servername
      : undefined
    return name === false ? undefined : name
  },
  get source() {
    return addressOf(socket.remoteAddress, socket.remotePort)
  },
  get destination() {
    return addressOf(socket.localAddress, socket.localPort)
  },
})

function addressOf(ip: string | undefined, port: number | undefined): Address | undefined {
  return ip === undefined || port === undefined ? undefined : { ip: ip.replace(/^::ffff:/, ''), port }
}
