/** The gateway that `deck serve` starts: the Admin API, the proxy and the Manager page, each at its address. */
import { assembleGateway, type Gateway, type GatewayOptions } from './assemble.ts'
import { pluginSchema, pluginsAt } from './plugins/registry.ts'

export type { Gateway, GatewayOptions } from './assemble.ts'

/** The proxy's side until it is there: it takes every configuration and serves nothing. */
const noProxyYet = {
  configure: () => {},
  healthOf: () => undefined,
  setHealth: () => false,
  listen: async (host: string, port: number) => ({ host, port }),
  close: async () => {},
}

export function startGateway(options: GatewayOptions): Promise<Gateway> {
  return assembleGateway(options, { createDataPlane: () => noProxyYet, pluginSchema, pluginsAt })
}
