/** The gateway that `deck serve` starts: the Admin API and the proxy, each at its address. */
import { assembleGateway, type Gateway, type GatewayOptions } from './assemble.ts'
import { pluginSchema, pluginsAt } from './plugins/registry.ts'
import { createDataPlane } from './proxy/data-plane.ts'
import type { Surroundings } from './store/writes.ts'

export type { Gateway, GatewayOptions } from './assemble.ts'

/** @param around the clock and randomness of the world; tests put their own */
export function startGateway(options: GatewayOptions, around?: Surroundings): Promise<Gateway> {
  const parts = { createDataPlane, pluginSchema, pluginsAt }
  return assembleGateway(options, { ...parts, ...(around && { around }) })
}
