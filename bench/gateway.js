// The embedded gateway as a process of its own, on free ports: what every benchmark of it begins with; and
// what it has cost so far.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const program = resolve(import.meta.dirname, '../bin/run.js')

/**
 * @param folder for the file that says where it listens
 * @param flags more of `deck serve`; `node`: flags of Node's own; `stderr`: where its log goes
 * @returns its addresses and pid; `took`, the milliseconds until it listened; `stop`, which waits for its end
 */
export async function startGateway(folder, { flags = [], node = [], stderr = 'inherit' } = {}) {
  const ready = join(folder, 'ready.json')
  rmSync(ready, { force: true })
  const listen = ['admin', 'proxy', 'manager'].flatMap(name => [`--${name}-listen`, '127.0.0.1:0'])
  const argv = [...node, program, 'serve', ...listen, ...flags, '--ready-file', ready]
  const started = performance.now()
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', stderr] })
  const ended = once(child, 'exit')
  const stop = () => {
    child.kill()
    return ended
  }
  for (;;) {
    try {
      const addresses = JSON.parse(readFileSync(ready, 'utf8'))
      return { ...addresses, pid: child.pid, took: performance.now() - started, stop }
    } catch {
      if (child.exitCode !== null) throw new Error('the gateway did not start')
      await sleep(5)
    }
  }
}

/** Linux tells. @returns CPU time so far in ms, and memory in MB */
export function costOf(pid) {
  const memory = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  const words = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return { cpu: (Number(words[11]) + Number(words[12])) * 10, memory: Math.round(Number(memory) / 1024) }
}
