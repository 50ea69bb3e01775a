/**
 * Why a route does not match a request. Each condition is put to the gateway's own router alone, as a route
 * that has only this condition, so that the reasons are right for every version and flavor.
 */

import { withoutOldNames } from '../entities/expressions/expression-fields.ts'
import {
  type Expression,
  type Literal,
  parseExpression,
} from '../entities/expressions/expression-language.ts'
import type { ExpressionRoute, Route } from '../entities/kinds/route.ts'
import { headersOf } from '../gateway/exchange/exchange.ts'
import { compileExpression } from '../gateway/router/expression-match.ts'
import { isForHttp } from '../gateway/router/http-routes.ts'
import type { CompileRouter, RouterRequest } from '../gateway/router/router.ts'

/** A condition of a route on requests. */
export type Condition =
  | 'path'
  | 'method'
  | 'host'
  | 'header'
  | 'sni'
  | 'source'
  | 'destination'
  | 'protocol'
  | 'expression'
  | 'service'

export interface Reason {
  readonly condition: Condition
  readonly message: string
}

/** Whether a value of an entity must not be shown. */
export type IsSecret = (id: string, path: readonly (string | number)[]) => boolean

const fields = {
  path: 'paths',
  method: 'methods',
  host: 'hosts',
  header: 'headers',
  sni: 'snis',
  source: 'sources',
  destination: 'destinations',
} as const

/** Without any condition; a router finds it for no request. */
const bare = {
  paths: null,
  methods: null,
  hosts: null,
  headers: null,
  snis: null,
  sources: null,
  destinations: null,
} as const

/**
 * @returns the conditions that the request does not meet; none for a route that matches when it stands alone
 */
export function unmetConditions(
  route: ExpressionRoute,
  request: RouterRequest,
  compile: CompileRouter,
  isSecret: IsSecret,
): Reason[] {
  if (!isForHttp(route))
    return [reason('protocol', `protocol ${request.connection.protocol} is not ${listed(route.protocols)}`)]
  if (matchesAlone(route, request, compile)) return []
  if (typeof route.expression === 'string')
    return unmetExpression(route, request, isSecret(route.id, ['expression']))
  const unmet = Object.entries(fields).flatMap(([condition, field]) => {
    const value = route[field]
    if (value === null || value === undefined || Object.keys(value).length === 0) return []
    if (matchesAlone({ ...route, ...bare, [field]: value }, request, compile)) return []
    return reasonsOf(condition as keyof typeof fields, { route, request, compile, isSecret })
  })
  return unmet.length > 0 ? unmet : [reason('path', 'the route has no condition that a request can meet')]
}

export const matchesAlone = (route: Route, request: RouterRequest, compile: CompileRouter): boolean =>
  compile(new Map([[route.id, route]]))(request) !== undefined

interface Asking {
  readonly route: Route
  readonly request: RouterRequest
  readonly compile: CompileRouter
  readonly isSecret: IsSecret
}

/** What stands in the place of a value from the environment. */
export const masked = '[masked]'

const reason = (condition: Condition, message: string): Reason => ({ condition, message })

const listed = (texts: readonly string[]): string => texts.join(', ')

function reasonsOf(condition: keyof typeof fields, asking: Asking): Reason[] {
  if (condition === 'header') return headerReasons(asking)
  const { route, request, isSecret } = asking
  const { connection } = request
  const asked: Record<Exclude<typeof condition, 'header'>, string | undefined> = {
    path: Buffer.from(request.path, 'latin1').toString(),
    method: request.method,
    host: request.host,
    sni: connection.serverName,
    source: connection.source?.ip,
    destination: connection.destination?.ip,
  }
  const wanted = route[fields[condition]] ?? []
  const texts = wanted.map((one, index) => {
    if (isSecret(route.id, [fields[condition], index])) return masked
    return typeof one === 'string' ? one : addressText(one)
  })
  const value = asked[condition]
  return [
    reason(
      condition,
      value === undefined
        ? `${condition} is missing; the route wants ${listed(texts)}`
        : `${condition} ${value} does not match ${listed(texts)}`,
    ),
  ]
}

const addressText = ({ ip, port }: { readonly ip: string | null; readonly port: number | null }): string =>
  `${ip ?? '*'}${port === null ? '' : `:${port}`}`

function headerReasons({ route, request, compile, isSecret }: Asking): Reason[] {
  return Object.entries(route.headers ?? {}).flatMap(([name, values]) => {
    if (matchesAlone({ ...route, ...bare, headers: { [name]: values } }, request, compile)) return []
    const sent = headersOf(request.headers, name)
    const wanted = values.map((one, index) => (isSecret(route.id, ['headers', name, index]) ? masked : one))
    const message =
      sent.length === 0
        ? `header ${name} is missing; the route wants ${listed(wanted)}`
        : `header ${name}: ${listed(sent)} does not match ${listed(wanted)}`
    return [reason('header', message)]
  })
}

/** Of an expression that is a chain of `&&`, the parts that do not hold. */
function unmetExpression(
  { expression, protocols }: ExpressionRoute,
  request: RouterRequest,
  isSecret: boolean,
): Reason[] {
  if (isSecret) return [reason('expression', `expression ${masked} does not hold`)]
  const parts = conjuncts(parseExpression(withoutOldNames(expression ?? '')))
  const unmet = parts.filter(part => !compileExpression(part)(request, { path: '' }))
  if (unmet.length === 0)
    return [reason('protocol', `protocol ${request.connection.protocol} is not ${listed(protocols)}`)]
  return unmet.map(part => reason('expression', `${expressionText(part)} does not hold`))
}

const conjuncts = (expression: Expression): Expression[] =>
  expression.is === 'and' ? [...conjuncts(expression.left), ...conjuncts(expression.right)] : [expression]

function expressionText(expression: Expression): string {
  if (expression.is === 'predicate') {
    const { field, lower, any, operator, value } = expression
    const lowered = lower ? `lower(${field})` : field
    return `${any ? `any(${lowered})` : lowered} ${operator} ${literalText(value)}`
  }
  if (expression.is === 'not') return `!(${expressionText(expression.inner)})`
  const sign = expression.is === 'and' ? '&&' : '||'
  return `(${expressionText(expression.left)} ${sign} ${expressionText(expression.right)})`
}

const literalText = (literal: Literal): string => {
  if (literal.type === 'String') return JSON.stringify(literal.value)
  return literal.type === 'IpCidr' ? `${literal.value}/${literal.bits}` : String(literal.value)
}
