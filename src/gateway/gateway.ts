/** The gateway that `deck serve` starts: the Admin API, the proxy and the Manager page, each at its address. */
import { assembleGateway, type Gateway, type GatewayOptions } from './assemble.ts'
import { pluginSchema, pluginsAt } from './plugins/registry.ts'
import type { Surroundings } from './store/writes.ts'

export type { Gateway, GatewayOptions } from './assemble.ts'

/** The proxy's side until it is there: it takes every configuration and serves nothing. */
const noProxyYet = {
  configure: () => {},
  healthOf: () => undefined,
  setHealth: () => false,
  listen: async (host: string, port: number) => ({ host, port }),
  close: async () => {},
}

/** @param around the clock and randomness of the world; tests put their own */
export function startGateway(options: GatewayOptions, around?: Surroundings): Promise<Gateway> {
  const parts = { createDataPlane: () => noProxyYet, pluginSchema, pluginsAt }
  return assembleGateway(options, { ...parts, ...(around && { around }) })
}
