/**
 * request-termination: answers instead of the upstream, with a message, a ready body or an echo; with a
 * trigger, only requests that carry it.
 */

import { defaultWorkspace } from '../../entities/gateway-sets.ts'
import type { ConfigOf } from '../../entities/language/entity-of.ts'
import { requestTermination as schema } from '../../entities/plugins/request-termination.ts'
import { readableBody, readBody } from '../exchange/bodies.ts'
import { bareAnswer } from '../exchange/error-responses.ts'
import type { Answer, Exchange, Header } from '../exchange/exchange.ts'
import { configOf, type Handler, type Surroundings } from '../exchange/handler.ts'
import { jsonAnswer } from './kit/json-answer.ts'
import { argumentsAsJson, parseArguments } from './kit/lua-args.ts'
import { digitsOf } from './kit/lua-json.ts'
import { headerTable, headerValues } from './kit/lua-tables.ts'
import { withoutNulls } from './kit/plain-entities.ts'
import { formOf, jsonOf } from './kit/request-body.ts'

type Config = ConfigOf<typeof schema>

/** Default messages by status. */
const messages: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  404: 'Not found',
  405: 'Method not allowed',
  500: 'An unexpected error occurred',
  502: 'Bad Gateway',
  503: 'Service unavailable',
}

export function requestTermination({ node, version, entities }: Surroundings): Handler {
  return {
    name: schema.name,
    configure: plugin => {
      const config = configOf(plugin, schema)
      const { status_code: status, trigger, echo } = config
      const said = config.message ?? messages[status]
      const ready = readyAnswer(config, said)
      return {
        access: exchange => {
          if (trigger !== null && !isTriggered(exchange, trigger)) return
          if (!echo) return exchange.exit(ready)
          return readBody(exchange).then(() => {
            const workspace = defaultWorkspace(entities())?.id
            const body = { message: said, kong: kongOf(node), ...echoOf(exchange, version.major, workspace) }
            exchange.exit(jsonAnswer(status, body, [], digitsOf(version)))
          })
        },
      }
    },
  }
}

/** Always JSON where it is a message, whatever the client accepts. */
function readyAnswer({ status_code, body, content_type }: Config, said: string | undefined): Answer {
  const headers: Header[] = content_type === null ? [] : [['Content-Type', content_type]]
  if (body !== null) return { status: status_code, body: Buffer.from(body), headers, from: 'plugin' }
  return said === undefined ? bareAnswer(status_code) : jsonAnswer(status_code, { message: said })
}

const isTriggered = ({ headers, query }: Exchange, trigger: string): boolean =>
  headerValues(headers, trigger).length > 0 || parseArguments(query ?? '').has(trigger)

const kongOf = (node: Surroundings['node']) => ({
  node_id: node.id,
  worker_pid: process.pid,
  hostname: node.hostname,
})

/** The request at this point, and its route and service. */
function echoOf(exchange: Exchange, major: number, workspace: string | undefined): object {
  const { scheme, method, host, path, rawPath, route, service } = exchange
  const port = /:(\d+)$/.exec(host)?.[1] ?? exchange.port
  const form = formOf(exchange)
  const { unnamed, named } = exchange.captures()
  return {
    request: {
      scheme,
      host: host.replace(/:\d+$/, '').toLowerCase(),
      port: Number(port),
      headers: Object.fromEntries(headerTable(exchange.headers)),
      query: argumentsAsJson(parseArguments(exchange.query ?? '')),
      body: form === undefined ? jsonOf(exchange) : argumentsAsJson(form),
      raw_body: readableBody(exchange)?.toString('utf8'),
      method,
      path: major < 3 ? rawPath : path,
      ...(major >= 3 && { uri_captures: { unnamed, named } }),
    },
    matched_route: placed(route, workspace),
    matched_service: placed(service, workspace),
  }
}

const placed = (entity: object | undefined, workspace: string | undefined): object | undefined =>
  entity && { ...withoutNulls(entity), ws_id: workspace }
