// A relay in front of an Admin API that counts what passes.
import { Agent, createServer, request } from 'node:http'

export async function startCounter(address) {
  const { hostname, port } = new URL(address)
  const agent = new Agent({ keepAlive: true })
  let passed = 0
  const server = createServer((incoming, answer) => {
    passed++
    const { method, url: path, headers } = incoming
    const outgoing = request({ hostname, port, method, path, headers, agent }, response => {
      answer.writeHead(response.statusCode, response.rawHeaders)
      response.pipe(answer)
    })
    outgoing.on('error', () => answer.destroy())
    incoming.pipe(outgoing)
  })
  await new Promise(ready => server.listen(0, '127.0.0.1', ready))
  return {
    address: `http://127.0.0.1:${server.address().port}`,
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
