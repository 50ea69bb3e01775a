/**
 * `/acme`: the certificates of the acme plugin. This gateway uses no certificate authority, so the list is
 * empty and a request for a certificate is an error.
 */
import { type Admin, type Answer, type Endpoint, type Handler, ok, refuse } from '../endpoint.ts'

export function acmeEndpoints({ store }: Admin): Endpoint[] {
  const isConfigured = () =>
    store
      .table('plugins')
      .list()
      .some(plugin => plugin['name'] === 'acme')
  const configured =
    (handler: Handler): Handler =>
    request =>
      isConfigured() ? handler(request) : { status: 404, page: true }
  // 2.8 misspells its parameter.
  const parameter = store.schemas.version.major >= 3 ? 'certificates' : 'ceritificates'
  return [
    {
      path: '/acme',
      handlers: {
        POST: configured(({ input }) => order(input['host'])),
        PATCH: () => ({ status: 202, body: { message: 'Renewal process started successfully' } }),
      },
    },
    // Lua prints an empty list as a record.
    { path: '/acme/certificates', handlers: { GET: configured(() => ok({ data: {} })) } },
    {
      path: `/acme/certificates/{${parameter}}`,
      handlers: {
        // The missing space is Kong's.
        GET: configured(({ params }) =>
          refuse(404, `Certificate for host ${params[parameter]}not found in storage`),
        ),
      },
    },
  ]
}

function order(host: unknown): Answer {
  if (typeof host !== 'string' || host === '') {
    return refuse(400, 'host must be provided and containing a single domain')
  }
  if (host.includes(':')) return refuse(400, 'port is not allowed in host')
  return refuse(500, 'failed to update certificate: this gateway speaks to no certificate authority')
}
