// Relays in front of an Admin API: one that counts what passes, and one that takes its time.
import { Agent, createServer as createHttpServer, request } from 'node:http'
import { connect, createServer as createTcpServer } from 'node:net'

async function listen(server) {
  await new Promise(ready => server.listen(0, '127.0.0.1', ready))
  return `http://127.0.0.1:${server.address().port}`
}

export async function startCounter(address) {
  const { hostname, port } = new URL(address)
  const agent = new Agent({ keepAlive: true })
  let passed = 0
  const server = createHttpServer((incoming, answer) => {
    passed++
    const { method, url: path, headers } = incoming
    const outgoing = request({ hostname, port, method, path, headers, agent }, response => {
      answer.writeHead(response.statusCode, response.rawHeaders)
      response.pipe(answer)
    })
    outgoing.on('error', () => answer.destroy())
    incoming.pipe(outgoing)
  })
  return {
    address: await listen(server),
    count: () => passed,
    reset: () => {
      passed = 0
    },
    stop: () => {
      server.close()
      server.closeAllConnections()
      agent.destroy()
    },
  }
}

// Bytes towards the gateway arrive so many milliseconds later, as on a long line: no HTTP is read, so that
// the relay itself costs next to nothing.
export async function startDelay(address, milliseconds) {
  const { hostname, port } = new URL(address)
  const sockets = new Set()
  const server = createTcpServer({ noDelay: true }, client => {
    const gateway = connect({ host: hostname, port: Number(port), noDelay: true })
    for (const [socket, other] of [
      [client, gateway],
      [gateway, client],
    ]) {
      sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
    client.on('data', bytes => setTimeout(() => gateway.write(bytes), milliseconds))
    gateway.on('data', bytes => client.write(bytes))
  })
  return {
    address: await listen(server),
    stop: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
