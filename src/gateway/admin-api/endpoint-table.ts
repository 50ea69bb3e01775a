/** All endpoints of a gateway: what the registry gives, and the exceptions, which come last and replace. */

import { aclEndpoints } from './custom/acls.ts'
import { acmeEndpoints } from './custom/acme.ts'
import { certificateEndpoints } from './custom/certificates.ts'
import { configEndpoints } from './custom/config.ts'
import { consumerEndpoints } from './custom/consumers.ts'
import { nodeEndpoints } from './custom/node.ts'
import { endpointsOfPlugins } from './custom/of-plugins.ts'
import { pluginEndpoints } from './custom/plugins.ts'
import { schemaEndpoints } from './custom/schemas.ts'
import { tagEndpoints } from './custom/tags.ts'
import { targetEndpoints } from './custom/targets.ts'
import { upstreamHealthEndpoints } from './custom/upstream-health.ts'
import { upstreamTrafficEndpoints } from './custom/upstream-traffic.ts'
import { vaultsBetaEndpoints } from './custom/vaults-beta.ts'
import type { Admin, Endpoint } from './endpoint.ts'
import { generateEndpoints } from './endpoints.ts'
import { informationEndpoints } from './information.ts'

export function allEndpoints(admin: Admin): Endpoint[] {
  const byPath = new Map(generateEndpoints(admin).map(endpoint => [endpoint.path, endpoint]))
  const generated = (path: string): Endpoint => {
    const found = byPath.get(path)
    if (found === undefined) throw new Error(`no endpoint ${path} comes from the registry`)
    return found
  }
  const exceptions = [
    ...informationEndpoints(admin, () => [...byPath.values()]),
    ...schemaEndpoints(admin),
    ...certificateEndpoints(admin, generated),
    ...consumerEndpoints(admin, generated),
    ...aclEndpoints(admin, generated),
    ...pluginEndpoints(admin, generated),
    ...targetEndpoints(admin),
    ...upstreamHealthEndpoints(admin),
    ...upstreamTrafficEndpoints(admin),
    ...tagEndpoints(admin),
    ...configEndpoints(admin),
    ...nodeEndpoints(admin),
    ...vaultsBetaEndpoints(admin),
    ...acmeEndpoints(admin),
    ...endpointsOfPlugins(admin),
  ]
  for (const endpoint of exceptions) byPath.set(endpoint.path, endpoint)
  return [...byPath.values()]
}
