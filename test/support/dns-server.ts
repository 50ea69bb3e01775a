/**
 * A small name server on loopback, over UDP and, for answers that do not fit, over TCP. Its zone can be
 * changed while it runs, and it can stop answering.
 */
import { createSocket, type Socket as Datagrams } from 'node:dgram'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import {
  type Answer,
  AUTHORITATIVE_ANSWER,
  type DecodedPacket,
  decode,
  encode,
  streamEncode,
  TRUNCATED_RESPONSE,
} from 'dns-packet'

/** @example { 'a.test': [{ type: 'A', ttl: 60, data: '127.0.0.1' }] } */
export type Zone = Readonly<Record<string, readonly ZoneRecord[]>>

export type ZoneRecord = { readonly ttl: number } & (
  | { readonly type: 'A' | 'AAAA' | 'CNAME'; readonly data: string }
  | {
      readonly type: 'SRV'
      readonly data: { target: string; port: number; weight?: number; priority?: number }
    }
)

/**
 * `refuses`: no program listens at its port. `fails`: it answers "server failure". `long`: over UDP each answer
 * is cut off.
 */
type Mode = 'answers' | 'knows nothing' | 'refuses' | 'silent' | 'fails' | 'long'

export interface DnsServer {
  readonly host: string
  readonly port: number
  zone: Zone
  mode: Mode
  /** What was asked since the last call: `SRV a.test`. */
  takeLog(): string[]
  close(): Promise<void>
}

export async function startDnsServer(given: { zone?: Zone; mode?: Mode } = {}): Promise<DnsServer> {
  const { socket, tcp } = await bindBoth()
  const { port } = socket.address()
  const log: string[] = []
  const connections = new Set<Socket>()
  tcp.on('connection', connection => {
    connections.add(connection)
    connection.on('error', () => connection.destroy())
    connection.on('data', bytes => connection.write(streamEncode(reply(decode(bytes.subarray(2)), false))))
  })

  const reply = (question: DecodedPacket, isUdp: boolean) => {
    const [asked = { name: '', type: 'A' as const }] = question.questions ?? []
    const name = asked.name.toLowerCase()
    log.push(`${asked.type} ${name}`)
    const known = server.mode === 'knows nothing' ? undefined : server.zone[name]
    const isCut = server.mode === 'long' && isUdp
    const code = server.mode === 'fails' ? 2 : known === undefined ? 3 : 0
    return {
      type: 'response' as const,
      id: question.id ?? 0,
      flags: AUTHORITATIVE_ANSWER | code | (isCut ? TRUNCATED_RESPONSE : 0),
      questions: question.questions ?? [],
      answers: isCut || code !== 0 ? [] : answersFor(name, asked.type, server.zone),
    }
  }
  socket.on('message', (bytes, from) => {
    if (server.mode !== 'silent') socket.send(encode(reply(decode(bytes), true)), from.port, from.address)
  })
  const server: DnsServer = {
    host: '127.0.0.1',
    port,
    zone: given.zone ?? {},
    mode: given.mode ?? 'answers',
    takeLog: () => log.splice(0),
    close: async () => {
      for (const connection of connections) connection.destroy()
      if (tcp.listening) await new Promise(done => tcp.close(done))
      if (given.mode !== 'refuses') await new Promise<void>(done => socket.close(done))
    },
  }
  if (given.mode === 'refuses') {
    await new Promise(done => tcp.close(done))
    await new Promise<void>(done => socket.close(done))
  }
  return server
}

/**
 * The same port for both, which may take more than one try: a port that is free for one need not be so for
 * the other.
 */
async function bindBoth(): Promise<{ socket: Datagrams; tcp: Server }> {
  for (;;) {
    const tcp = createServer()
    await new Promise<void>(done => tcp.listen(0, '127.0.0.1', done))
    const socket = createSocket('udp4')
    const isBound = await new Promise<boolean>(done => {
      socket.once('error', () => done(false))
      socket.bind((tcp.address() as AddressInfo).port, '127.0.0.1', () => done(true))
    })
    if (isBound) return { socket, tcp }
    tcp.close()
  }
}

/** A name's records of a type; of an alias, it and what it stands for, where that is known too. */
function answersFor(name: string, type: string, zone: Zone, seen: readonly string[] = []): Answer[] {
  const records = zone[name] ?? []
  const own = records.filter(record => record.type === type).map(record => ({ name, ...record }) as Answer)
  const alias = records.find(record => record.type === 'CNAME')
  if (own.length > 0 || alias === undefined || seen.includes(name)) return own
  const further = answersFor(String(alias.data), type, zone, [...seen, name])
  return [{ name, ...alias } as Answer, ...further]
}
