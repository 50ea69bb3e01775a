/** A data plane on a free port, configured by hand, and what a test needs to talk to it. */

import type { Version } from '../../src/entities/language/define.ts'
import type { DataPlane, DataPlaneOptions } from '../../src/gateway/data-plane.ts'
import { createDataPlane } from '../../src/gateway/proxy/data-plane.ts'
import { learnKinds, searchTexts } from './leaks/watched-run.ts'
import { setsOf, type Wanted } from './proxy-sets.ts'

export interface RunningProxy {
  readonly url: string
  readonly port: number
  /** Over TLS. */
  readonly tlsPort: number
  readonly plane: DataPlane
  /** Its log, which shows bugs of the gateway. */
  readonly logged: readonly string[]
  configure(wanted: Wanted): void
  close(): Promise<void>
}

export async function startProxy(
  version: Version,
  wanted: Wanted,
  options: Pick<DataPlaneOptions, 'nameServers' | 'clientTimeouts'> = {},
): Promise<RunningProxy> {
  const logged: string[] = []
  const plane = createDataPlane({ version, resolve: new Map(), log: line => logged.push(line), ...options })
  const configure = (next: Wanted) => {
    learnKinds(next)
    plane.configure(setsOf(version, next))
  }
  configure(wanted)
  const { port } = await plane.listen('127.0.0.1', 0)
  const { port: tlsPort } = await plane.listenTls('127.0.0.1', 0)
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    tlsPort,
    plane,
    logged,
    configure,
    close: async () => {
      await plane.close(100)
      searchTexts('a proxy', new Map([['its log', logged.join('\n')]]))
    },
  }
}

/** One service behind `/`. */
export const serviceAt = (port: number, fields: Readonly<Record<string, unknown>> = {}): Wanted => ({
  service: [{ id: 's', host: '127.0.0.1', port, ...fields }],
  route: [{ id: 'r', paths: ['/'], service: { id: 's' } }],
})

/** Several targets behind `/`. */
export const targetsAt = (
  ports: readonly number[],
  upstream: Readonly<Record<string, unknown>> = {},
  service: Readonly<Record<string, unknown>> = {},
): Wanted => ({
  upstream: [{ id: 'u', name: 'u', ...upstream }],
  target: ports.map(port => ({ id: `t${port}`, target: `127.0.0.1:${port}`, upstream: { id: 'u' } })),
  service: [{ id: 's', host: 'u', ...service }],
  route: [{ id: 'r', paths: ['/'], service: { id: 's' } }],
})
