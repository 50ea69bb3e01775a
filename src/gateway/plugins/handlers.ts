/** The plugins that the proxy runs. A further one is a file beside this and a line here. */
import type { Handler, Surroundings } from './define.ts'
import { keyAuth } from './key-auth.ts'
import { proxyCache } from './proxy-cache.ts'
import { rateLimiting } from './rate-limiting.ts'
import { plugins } from './registry.ts'
import { requestTermination } from './request-termination.ts'

export type MakeHandler = (surroundings: Surroundings) => Handler

const makers: readonly MakeHandler[] = [keyAuth, proxyCache, rateLimiting, requestTermination]

/**
 * Highest priority first, as Kong runs them.
 *
 * @param others run besides; tests put their own
 */
export function createHandlers(surroundings: Surroundings, others: readonly MakeHandler[] = []): Handler[] {
  const priority = new Map(plugins.map(plugin => [plugin.name, plugin.priority]))
  return [...makers, ...others]
    .map(make => make(surroundings))
    .sort((a, b) => (priority.get(b.name) ?? 0) - (priority.get(a.name) ?? 0))
}
