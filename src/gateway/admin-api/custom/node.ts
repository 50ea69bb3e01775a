/** What Kong says of settings that this gateway, like a Kong with a database of its own, does not have. */
import { type Endpoint, refuse } from '../endpoint.ts'

const onlyFor = (what: string) => () =>
  refuse(400, `this endpoint is only available when Kong is configured to ${what}`)

const cluster = onlyFor('run as Control Plane for the cluster')
const dbless = onlyFor('not use a database')

export const nodeEndpoints: readonly Endpoint[] = [
  { path: '/config', handlers: { GET: dbless, POST: dbless } },
  { path: '/clustering/data-planes', handlers: { GET: cluster } },
  { path: '/clustering/status', handlers: { GET: cluster } },
]
