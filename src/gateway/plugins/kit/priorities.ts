/** When a plugin runs: 3.0 moved some of them, the registry has what holds since. */
import type { Version } from '../../../entities/language/define.ts'
import { plugins } from '../../../entities/plugin-registry.ts'

/** Where 2.x differs (source: Kong 2.8.5). */
const before3: Readonly<Record<string, number>> = {
  acme: 1007,
  jwt: 1005,
  oauth2: 1004,
  'key-auth': 1003,
  'ldap-auth': 1002,
  'basic-auth': 1001,
  'hmac-auth': 1000,
  'rate-limiting': 901,
  'correlation-id': 1,
}

const since3 = new Map(plugins.map(plugin => [plugin.name, plugin.priority]))

/** Higher ones run first; 0 for a plugin that Kong does not have. */
export const priorityAt = (name: string, { major }: Version): number =>
  (major < 3 ? before3[name] : undefined) ?? since3.get(name) ?? 0
