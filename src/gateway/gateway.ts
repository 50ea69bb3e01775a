/** The gateway that `deck serve` starts: the Admin API and the proxy, each at its address. */

import type { PluginSchema } from '../entities/language/schemas.ts'
import { pluginSchema, pluginsAt } from '../entities/plugin-registry.ts'
import { assembleGateway, type Gateway } from './assemble.ts'
import type { GatewayOptions, Parts } from './options.ts'
import { createDataPlane } from './proxy/data-plane.ts'
import type { Surroundings } from './store/surroundings.ts'
import type { Workers } from './workers/pool.ts'

export type { Gateway } from './assemble.ts'
export type { GatewayOptions } from './options.ts'
export { running as runningPlugins } from './plugins/handlers.ts'
/** For stand-in backends, which speak TLS as well. */
export { selfSigned } from './tls/self-signed.ts'

/**
 * @param around the clock and randomness of the world; tests put their own
 * @param workers processes that the proxy is; absent: this one
 */
export async function startGateway(
  options: GatewayOptions,
  around?: Surroundings,
  workers?: Workers,
): Promise<Gateway> {
  const { otherPlugins = [] } = options
  const others = otherPlugins.map(plugin => ({ name: plugin, priority: 0, version: '0.0.0' }))
  const parts: Parts = {
    createDataPlane: await dataPlaneOf(workers),
    pluginSchema: (name, version, withDatabase) =>
      pluginSchema(name, version, withDatabase) ?? (otherPlugins.includes(name) ? open(name) : undefined),
    pluginsAt: version => [...pluginsAt(version), ...others],
  }
  return assembleGateway(options, { ...parts, ...(around && { around }) })
}

const open = (name: string): PluginSchema => ({ name, fields: { config: { type: 'json' } } })

async function dataPlaneOf(workers: Workers | undefined): Promise<Parts['createDataPlane']> {
  if (workers === undefined) return options => createDataPlane(options)
  const { createWorkerPool } = await import('./workers/pool.ts')
  return options => createWorkerPool(options, workers)
}
