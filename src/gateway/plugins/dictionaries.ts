/** nginx's shared dictionaries, which proxy-cache's memory strategy names: those that Kong's own nginx configuration declares. */
import type { Violations } from '../../entities/define.ts'

const declared = new Set([
  'kong',
  'kong_cluster_events',
  'kong_core_db_cache',
  'kong_core_db_cache_miss',
  'kong_db_cache',
  'kong_db_cache_miss',
  'kong_healthchecks',
  'kong_locks',
  'kong_rate_limiting_counters',
  'prometheus_metrics',
])

export function knownDictionary(plugin: Readonly<Record<string, unknown>>): Violations | undefined {
  const memory = (plugin['config'] as { memory?: { dictionary_name?: unknown } }).memory
  const name = memory?.dictionary_name
  return typeof name !== 'string' || declared.has(name)
    ? undefined
    : { '@entity': [`missing shared dict '${name}'`] }
}
