/**
 * A gateway without a data plane, for tests of the Admin API alone. Every target counts as healthy, at the
 * address in its definition.
 */
import { assembleGateway, type Gateway } from '../../src/gateway/assemble.ts'
import type { DataPlane, EntitySets } from '../../src/gateway/data-plane.ts'
import type { GatewayOptions, Parts } from '../../src/gateway/options.ts'

/** Keeps what it was last configured with, so that a test can look at it. */
export function bareDataPlane(seen: { sets?: EntitySets } = {}): DataPlane {
  return {
    configure: sets => {
      seen.sets = sets
    },
    healthOf: () => undefined,
    setHealth: () => false,
    listen: async (host, port) => ({ host, port }),
    listenTls: async (host, port) => ({ host, port }),
    close: async () => {},
  }
}

export const anyPort = { adminListen: { port: 0 }, proxyListen: { port: 0 } }

export function startBareGateway(
  options: Pick<GatewayOptions, 'version'> & Partial<GatewayOptions>,
  parts: Partial<Parts> = {},
): Promise<Gateway> {
  return assembleGateway(
    { ...anyPort, ...options },
    { createDataPlane: () => bareDataPlane(), pluginSchema: () => undefined, pluginsAt: () => [], ...parts },
  )
}
