/**
 * request-transformer: the request's path, method, headers, body and query are changed before the upstream
 * gets them (behaviour: Kong 2.8.5, 3.9.1).
 */
import { requestTransformer as schema } from '../../entities/plugins/request-transformer.ts'
import { readableBody, readBody } from '../exchange/bodies.ts'
import type { Exchange } from '../exchange/exchange.ts'
import { configOf, type Handler, type Surroundings, type Work } from '../exchange/handler.ts'
import { escapePath } from '../exchange/paths.ts'
import { type Argument, formatArguments, parseArguments } from './kit/lua-args.ts'
import { argumentValues, bodyTypeOf, transformBody } from './request-transformer/bodies.ts'
import type { Scope } from './request-transformer/expression.ts'
import { transformHeaders } from './request-transformer/headers.ts'
import { type Config, type Steps, stepsFor } from './request-transformer/steps.ts'
import { transformTable } from './request-transformer/tables.ts'
import { compileTemplate, scopeOf } from './request-transformer/template.ts'

export function requestTransformer({ log }: Surroundings): Handler {
  return {
    name: schema.name,
    configure: plugin => {
      try {
        return compiled(configOf(plugin, schema))
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error
        const { message } = error
        log(
          `plugin request-transformer ${plugin.id}: ${message}; its requests are answered with an error 500`,
        )
        return {
          access: exchange => exchange.exit({ status: 500, message: 'An unexpected error occurred' }),
        }
      }
    },
  }
}

function compiled(config: Config): Work {
  const path = config.replace.uri === null ? undefined : compileTemplate(config.replace.uri)
  const headers = stepsFor(config, 'headers')
  const body = stepsFor(config, 'body')
  const query = stepsFor(config, 'querystring')
  const method = config.http_method
  const changeRest = (exchange: Exchange, scope: Scope) => {
    if (exchange.answer !== undefined) return
    if (method !== null) changeMethod(exchange, method)
    if (headers !== undefined) transformHeaders(exchange, headers, scope)
    const type = body && bodyTypeOf(exchange)
    if (body !== undefined && type !== undefined) transformBody(exchange, body, type, scope)
    if (query !== undefined) transformQuery(exchange, query, scope)
  }
  return {
    access: exchange => {
      const scope = scopeOf(exchange)
      if (path !== undefined) exchange.upstreamPath = slashed(path(scope))
      const type = bodyTypeOf(exchange)
      // The headers may yet say that the body is of another type.
      const isWanted = body !== undefined && (type !== undefined || headers !== undefined)
      const needsBody = isWanted || (method !== null && type === 'form')
      return needsBody
        ? readBody(exchange).then(() => changeRest(exchange, scope))
        : changeRest(exchange, scope)
    },
  }
}

function slashed(path: string): string {
  if (!path.startsWith('/')) throw new Error(`request-transformer: the path ${path} must start with /`)
  return escapePath(Buffer.from(path, 'utf8').toString('latin1'))
}

/** Methods that have no body by custom: a form goes into the query. */
const bodiless = ['GET', 'HEAD', 'TRACE']

function changeMethod(exchange: Exchange, method: string): void {
  exchange.upstreamMethod = method.toUpperCase()
  if (!bodiless.includes(method) || bodyTypeOf(exchange) !== 'form') return
  const form = parseArguments(readableBody(exchange)?.toString('latin1') ?? '')
  if (form.size === 0) return
  const query = parseArguments(exchange.query ?? '')
  const all = (value: Argument | Argument[] | undefined) =>
    value === undefined ? [] : Array.isArray(value) ? value : [value]
  for (const [name, value] of form) {
    const before = all(query.get(name))
    query.set(name, before.length === 0 ? value : [...before, ...all(value)])
  }
  exchange.query = formatArguments(query)
}

function transformQuery(exchange: Exchange, steps: Steps, scope: Scope): void {
  const table = parseArguments(exchange.query ?? '')
  transformTable(table, argumentValues, steps, scope, exchange.snapshot.version)
  exchange.query = table.size === 0 ? undefined : formatArguments(table)
}
