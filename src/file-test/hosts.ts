/**
 * The hosts and ports that a gateway with a state file sends requests to: those of targets, and those of
 * services without an upstream.
 */
import type { Service } from '../entities/kinds/service.ts'
import type { Target } from '../entities/kinds/target.ts'
import type { Upstream } from '../entities/kinds/upstream.ts'
import type { FileEntities } from '../recipes/entity-sets.ts'

const all = <T>(sets: FileEntities['sets'], schema: string): T[] =>
  [...(sets.get(schema)?.values() ?? [])] as unknown as T[] // completed by their definitions

/** @returns `host:port` in small letters, in the order of the file */
export function upstreamHosts({ sets }: FileEntities): string[] {
  const upstreams = new Set(all<Upstream>(sets, 'upstreams').map(({ name }) => name))
  const services = all<Service>(sets, 'services').filter(({ host }) => !upstreams.has(host))
  const targets = all<Target>(sets, 'targets').map(({ target }) => target)
  const hosts = services.map(({ host, port }) => `${host}:${port}`)
  return [...new Set([...targets, ...hosts].map(one => one.toLowerCase()))]
}
