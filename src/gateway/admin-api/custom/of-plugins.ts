/** Endpoints that plugins of the data plane add to the Admin API: `/proxy-cache`, `/metrics`. */
import type { PluginAnswer } from '../../data-plane.ts'
import type { Admin, Answer, Endpoint, Handler, Method } from '../endpoint.ts'

export function endpointsOfPlugins({ dataPlane }: Admin): Endpoint[] {
  return (dataPlane.pluginEndpoints ?? []).map(({ path, handlers }) => ({
    path,
    handlers: Object.fromEntries(
      Object.entries(handlers).map(([method, answer]) => [method, handlerOf(answer)]),
    ) as Partial<Record<Method, Handler>>,
  }))
}

const handlerOf =
  (answer: (params: Readonly<Record<string, string>>) => PluginAnswer): Handler =>
  ({ params }) =>
    written(answer(params))

function written({ status, json, text }: PluginAnswer): Answer {
  if (json !== undefined) return { status, body: json }
  if (text !== undefined) return { status, text }
  return status === 404 ? { status, page: true } : { status }
}
