/**
 * A proxy with plugins in front of an echo backend, for tests of what plugins do; all is closed after each
 * test.
 */
import { afterEach } from 'vitest'
import type { Version } from '../../src/entities/language/define.ts'
import { type EchoBackend, startEchoBackend } from './echo-backend.ts'
import type { Wanted } from './proxy-sets.ts'
import { type RunningProxy, serviceAt, startProxy } from './running-proxy.ts'

const open: { close(): Promise<unknown> }[] = []

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

/** Closed after the test. */
export function closing<T extends { close(): Promise<unknown> }>(one: T): T {
  open.push(one)
  return one
}

export const plugin = (name: string, config: object, scope: object = {}) => ({ name, config, ...scope })

export interface Plugged {
  readonly proxy: RunningProxy
  readonly backend: EchoBackend
  /** Asks the proxy; the path begins with `/`. */
  ask(path: string, init?: RequestInit): Promise<Response>
  /** Asks, and gives what the backend says that arrived. */
  echo(path: string, init?: RequestInit): Promise<Echo>
}

export interface Echo {
  readonly method: string
  readonly path: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

export async function startPlugged(
  version: Version,
  wanted: Wanted,
  service: Readonly<Record<string, unknown>> = {},
): Promise<Plugged> {
  const backend = closing(await startEchoBackend({ name: 'b' }))
  const proxy = closing(await startProxy(version, { ...serviceAt(backend.port, service), ...wanted }))
  const ask = (path: string, init?: RequestInit) => fetch(proxy.url + path, init)
  return {
    proxy,
    backend,
    ask,
    echo: async (path, init) => (await (await ask(path, init)).json()) as Echo,
  }
}

/** The values of a header that arrived, in their order. */
export const arrived = ({ headers }: Echo, name: string): string[] =>
  headers.filter(([one]) => one.toLowerCase() === name.toLowerCase()).map(([, value]) => value)

/** `{ message }` of an answer, with its status. */
export async function refusalOf(response: Response): Promise<readonly [number, unknown]> {
  const { message } = (await response.json()) as { message?: unknown }
  return [response.status, message]
}
