/**
 * proxy-cache's endpoints of the Admin API, which show and delete cached responses (behaviour: recorded from
 * Kong 2.8 and 3.9).
 */
import type { EntitySets, PluginAnswer, PluginEndpoint } from '../../data-plane.ts'
import { tableOf } from '../kit/lua-tables.ts'
import type { Cache, CachedResponse } from './memory.ts'

const missing: PluginAnswer = { status: 404 }
const done: PluginAnswer = { status: 204 }

export function cacheEndpoints(
  cache: Cache,
  now: () => number,
  entities: () => EntitySets,
): PluginEndpoint[] {
  const plugins = () => [...(entities().get('plugins')?.values() ?? [])]
  const isConfigured = () => plugins().some(plugin => plugin['name'] === 'proxy-cache')
  const show = (key = ''): PluginAnswer => {
    const cached = cache.get(key, now())
    return cached === undefined ? missing : { status: 200, json: shown(cached) }
  }
  const drop = (key = ''): PluginAnswer => {
    if (cache.get(key, now()) === undefined) return missing
    cache.delete(key)
    return done
  }
  const ofPlugin = (id: string | undefined) => plugins().some(plugin => plugin.id === id)
  return [
    {
      path: '/proxy-cache',
      handlers: {
        DELETE: () => {
          if (isConfigured()) cache.clear()
          return done
        },
      },
    },
    {
      path: '/proxy-cache/{cache_key}',
      handlers: {
        GET: params => (isConfigured() ? show(params['cache_key']) : missing),
        DELETE: params => (isConfigured() ? drop(params['cache_key']) : missing),
      },
    },
    {
      path: '/proxy-cache/{plugin_id}/caches/{cache_key}',
      handlers: {
        GET: params => (ofPlugin(params['plugin_id']) ? show(params['cache_key']) : missing),
        DELETE: params => (ofPlugin(params['plugin_id']) ? drop(params['cache_key']) : missing),
      },
    },
  ]
}

/** nginx writes its own headers in lower case. */
const inCase = (name: string): string => (/^content-(type|length)$/i.test(name) ? name.toLowerCase() : name)

function shown({ status, headers, body, requestBody, at, ttl }: CachedResponse): object {
  const named = headers.map(([name, value]) => [inCase(name), value] as const)
  return {
    status,
    headers: { connection: 'keep-alive', ...Object.fromEntries(tableOf(named)) },
    body: body.toString('utf8'),
    body_len: body.length,
    timestamp: Math.floor(at / 1000),
    ttl,
    version: 1,
    req_body: requestBody?.toString('utf8') ?? '',
  }
}
