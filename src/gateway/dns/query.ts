/**
 * One question to one name server: over UDP, and once more over TCP where the answer did not fit. Caching and
 * the choice of questions are `resolver.ts`'s.
 */
import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { connect, isIPv6 } from 'node:net'
import { type Answer, type DecodedPacket, decode, encode, RECURSION_DESIRED } from 'dns-packet'

export interface NameServer {
  readonly host: string
  readonly port: number
}

export type RecordType = 'A' | 'AAAA' | 'CNAME' | 'SRV'

export interface Reply {
  /** 0: fine, 3: no such name; others as RFC 1035 has them. */
  readonly code: number
  readonly answers: readonly Answer[]
}

/** No reply came; the message is as Kong's library words it. */
export class NoReply extends Error {}

/** A DNS name that no query can contain, e.g. with a label of 64 characters. */
export class BadName extends Error {}

/** @param milliseconds how long it may take over UDP, and again over TCP */
export async function query(
  server: NameServer,
  name: string,
  type: RecordType,
  milliseconds: number,
): Promise<Reply> {
  const id = randomInt(65536)
  const question = questionFor(id, name, type)
  const isReply = (packet: DecodedPacket) =>
    packet.id === id && packet.questions?.[0]?.name.toLowerCase() === name.toLowerCase()
  const first = await overUdp(server, question, isReply, milliseconds)
  const packet = first.flag_tc ? await overTcp(server, question, isReply, milliseconds) : first
  // The code is in the flags' last four bits; the library's own field has its name only.
  return { code: (packet.flags ?? 0) & 0xf, answers: packet.answers ?? [] }
}

function questionFor(id: number, name: string, type: RecordType): Buffer {
  const fits = name.length <= 253 && name.split('.').every(label => label.length > 0 && label.length < 64)
  if (!fits) throw new BadName(`${name} is no DNS name`)
  return encode({ type: 'query', id, flags: RECURSION_DESIRED, questions: [{ type, name }] })
}

type IsReply = (packet: DecodedPacket) => boolean

/** Packets that are no reply to the question are ignored. */
function overUdp(
  server: NameServer,
  question: Buffer,
  isReply: IsReply,
  milliseconds: number,
): Promise<DecodedPacket> {
  return new Promise((done, fail) => {
    const socket = createSocket(isIPv6(server.host) ? 'udp6' : 'udp4')
    let isOver = false
    const end = () => {
      clearTimeout(timer)
      if (!isOver) socket.close()
      isOver = true
    }
    const failed = (why: string) => {
      end()
      fail(noReply('UDP', server, why))
    }
    const timer = setTimeout(() => failed('timeout'), milliseconds)
    socket.on('error', (error: NodeJS.ErrnoException) => failed(reason(error)))
    socket.on('message', message => {
      const packet = decoded(message)
      if (packet === undefined || !isReply(packet)) return
      end()
      done(packet)
    })
    // Only a connected socket reports that no server listens at the address.
    socket.connect(server.port, server.host, () => {
      socket.send(question, error => {
        if (error) failed(reason(error))
      })
    })
  })
}

function overTcp(
  server: NameServer,
  question: Buffer,
  isReply: IsReply,
  milliseconds: number,
): Promise<DecodedPacket> {
  return new Promise((done, fail) => {
    const socket = connect({ host: server.host, port: server.port })
    const failed = (why: string) => {
      socket.destroy()
      fail(noReply('TCP', server, why))
    }
    const chunks: Buffer[] = []
    socket.setTimeout(milliseconds, () => failed('timeout'))
    socket.on('error', (error: NodeJS.ErrnoException) => failed(reason(error)))
    socket.on('close', () => failed('closed'))
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      const packet = wholeMessage(Buffer.concat(chunks))
      if (packet === undefined || !isReply(packet)) return
      done(packet)
      socket.destroy()
    })
    const length = Buffer.alloc(2)
    length.writeUInt16BE(question.length)
    socket.write(Buffer.concat([length, question]))
  })
}

/** Over TCP a message begins with its length; undefined while some of it is missing. */
function wholeMessage(bytes: Buffer): DecodedPacket | undefined {
  if (bytes.length < 2 || bytes.length < 2 + bytes.readUInt16BE(0)) return undefined
  return decoded(bytes.subarray(2, 2 + bytes.readUInt16BE(0)))
}

function decoded(message: Buffer): DecodedPacket | undefined {
  try {
    return decode(message)
  } catch {
    return undefined
  }
}

const reason = ({ code, message }: NodeJS.ErrnoException): string =>
  code === 'ECONNREFUSED' ? 'connection refused' : (code ?? message)

const noReply = (by: 'UDP' | 'TCP', { host, port }: NameServer, why: string): NoReply =>
  new NoReply(`failed to receive reply from ${by} server ${host}:${port}: ${why}`)
