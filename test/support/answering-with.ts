/** A backend that answers every request with the same bytes, whatever they are. */
import { createServer, type Server } from 'node:net'

/** @param isLast it ends the connection then */
export async function answeringWith(bytes: string, isLast = true): Promise<Server> {
  const server = createServer(socket => {
    socket.on('error', () => {})
    socket.on('data', () => (isLast ? socket.end(bytes, 'latin1') : socket.write(bytes, 'latin1')))
  })
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready))
  return server
}
