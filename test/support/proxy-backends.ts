/**
 * The backends of a recorded scenario, at ports of this machine, and what the recorder did to them while it
 * recorded.
 */
import { createServer } from 'node:net'
import type { Echo, ProxyExchange, ProxyScenario, Sequence } from '../conformance/proxy-recordings.ts'
import { type EchoBackend, startEchoBackend } from './echo-backend.ts'

export interface Backends {
  /** Where the backend of a recorded port is now. */
  at(recordedPort: number): { readonly host: string; readonly port: number }
}

export interface EchoBackends extends Backends {
  /** Does what a line of the recording says was done: `b18102 killed`. */
  act(action: string): Promise<void>
  /** The recorder made backends fail without recording it; their responses show it. */
  foresee(exchange: ProxyExchange): void
  foreseeSequence(sequence: Sequence): void
  /** The same, where what probes found says so. */
  foreseeHealth(exchange: ProxyExchange): void
  /** Brings back what is down or broken, of these targets. */
  revive(targets: readonly string[]): Promise<void>
  close(): Promise<void>
}

interface Backend extends EchoBackend {
  isDown: boolean
}

/** A port where no program listens. */
export async function closedPort(): Promise<number> {
  const server = createServer()
  const port = await new Promise<number>(resolve =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
  )
  await new Promise(resolve => server.close(resolve))
  return port
}

export async function startBackends({ backendPorts, dialect }: ProxyScenario): Promise<EchoBackends> {
  const byPort = new Map<number, Backend>()
  for (const port of backendPorts) {
    const name = dialect === 'path' ? String(port) : `b${port}`
    byPort.set(port, { ...(await startEchoBackend({ name, dialect, mode: {} })), isDown: false })
  }
  const all = [...byPort.values()]
  // Actions on 3.9's backends are written with the names that 2.8's had.
  const named = (text: string) => all.filter(({ name }) => text.includes(name.slice(-3)))
  const kill = async (backend: Backend) => {
    if (backend.isDown) return
    backend.isDown = true
    await backend.kill()
  }
  const restart = async (backend: Backend) => {
    backend.mode.status = undefined
    backend.mode.delay = 0
    if (!backend.isDown) return
    backend.isDown = false
    await backend.restart()
  }
  return {
    at: port => {
      const { host, port: here } = byPort.get(port) ?? { host: '127.0.0.1', port: 1 }
      return { host, port: here }
    },
    act: async action => {
      const both = all.slice(0, 2)
      const touched = /^both/.test(action) ? both : named(action)
      // "interval 5: killed", "threshold 60, one of two killed": the second one, as everywhere.
      const those = touched.length === 0 ? all.slice(1, 2) : touched
      if (/killed|all thresholds 0/.test(action)) await Promise.all(those.map(kill))
      else if (/restarted|are back/.test(action)) await Promise.all(those.map(restart))
      const status = /answers (\d+)|: (404) is no/.exec(action)
      const delay = /delays (\d+) s/.exec(action)?.[1]
      for (const { mode } of touched) {
        if (status !== null) mode.status = Number(status[1] ?? status[2])
        if (delay !== undefined) mode.delay = Number(delay) * 1000
      }
    },
    foresee: ({ response, request }) => {
      const echo = response.json as Partial<Echo> | undefined
      const backend = byPort.get(echo?.port ?? 0)
      if (backend === undefined || request.path.includes('/status/')) return
      backend.mode.status = response.status === 200 ? undefined : response.status
    },
    foreseeSequence: ({ statuses, order }) => {
      for (const [index, name] of order.entries()) {
        const status = typeof statuses === 'number' ? statuses : statuses[index]
        for (const { mode } of named(name)) mode.status = status === 200 ? undefined : status
      }
    },
    foreseeHealth: ({ request, response }) => {
      if (!/^\/upstreams\/[^/]+\/health$/.test(request.path)) return
      const { data = [] } = response.json as { data?: { target: string; health: string }[] }
      for (const { target, health } of data) {
        const backend = byPort.get(Number(target.split(':')[1]))
        if (backend !== undefined) backend.mode.status = health === 'UNHEALTHY' ? 500 : undefined
      }
    },
    revive: async targets => {
      const those = targets.flatMap(target => byPort.get(Number(target.split(':')[1])) ?? [])
      await Promise.all(those.filter(({ isDown, mode }) => isDown || (mode.delay ?? 0) > 0).map(restart))
    },
    close: async () => {
      await Promise.all(all.filter(({ isDown }) => !isDown).map(backend => backend.close()))
    },
  }
}
