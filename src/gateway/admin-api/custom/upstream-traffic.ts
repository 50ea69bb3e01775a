/**
 * `/upstreams/{upstreams}/traffic`: what each target of an upstream got so far. An endpoint of this gateway's
 * own, for the Manager; Kong has none.
 */
import { type Admin, type Endpoint, notFound, ok } from '../endpoint.ts'
import { findEntity } from '../lookup.ts'
import { newestFirst } from './targets.ts'

export function upstreamTrafficEndpoints(admin: Admin): Endpoint[] {
  const upstreams = admin.store.schemas.of('upstream')
  return [
    {
      path: '/upstreams/{upstreams}/traffic',
      unlisted: true,
      handlers: {
        GET: request => {
          const upstream = findEntity(upstreams, request.params['upstreams'] ?? '', admin.store)
          const { trafficOf } = admin.dataPlane
          if (upstream === undefined || trafficOf === undefined) return notFound
          const data = newestFirst(admin, upstream).map(({ id, target }) => ({
            id,
            target,
            ...trafficOf(id),
          }))
          return ok({ data })
        },
      },
    },
  ]
}
