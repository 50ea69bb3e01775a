// Runs commands of the built program one after another in one process, as thousands of processes would take minutes; what is run is dist/, as bin/run.js runs it.
// Started by deck-host.ts; runs the commands in its messages.
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'

const root = resolve(import.meta.dirname, '../..')
const { main } = createRequire(import.meta.url)(resolve(root, 'dist/deck.cjs'))

function captured(stream) {
  const parts = []
  stream.write = (chunk, encoding, done) => {
    parts.push(Buffer.from(chunk, typeof encoding === 'string' ? encoding : 'utf8'))
    const callback = typeof encoding === 'function' ? encoding : done
    if (callback !== undefined) process.nextTick(callback)
    return true
  }
  return () => Buffer.concat(parts.splice(0)).toString('utf8')
}

const [stdout, stderr] = [captured(process.stdout), captured(process.stderr)]

process.on('message', async ({ argv, cwd, env, stdin }) => {
  process.chdir(cwd)
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, env)
  Object.defineProperty(process, 'stdin', { value: Readable.from([stdin]), configurable: true })
  const exit = await main(argv, root).catch(error => `crashed: ${error?.stack ?? error}`)
  process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM')
  process.send({ exit, stdout: stdout(), stderr: stderr() })
})
