/**
 * The fields of expressions by protocol, and the operators of each type (source: Kong 3.9's `router_flavor
 * = expressions` and the errors of its router).
 */
import type { Expression, Literal, Predicate } from './expression-language.ts'

type FieldType = Literal['type']

const streamFields: Readonly<Record<string, FieldType>> = {
  'net.protocol': 'String',
  'tls.sni': 'String',
  'net.src.ip': 'IpAddr',
  'net.src.port': 'Int',
  'net.dst.ip': 'IpAddr',
  'net.dst.port': 'Int',
}

/** `*` matches one more name without a dot. */
const httpFields: Readonly<Record<string, FieldType>> = {
  ...streamFields,
  'http.method': 'String',
  'http.host': 'String',
  'http.path': 'String',
  'http.path.segments.*': 'String',
  'http.path.segments.len': 'Int',
  'http.headers.*': 'String',
  'http.queries.*': 'String',
}

const streamProtocols = new Set(['tcp', 'udp', 'tls', 'tls_passthrough'])

/**
 * The old name of `net.dst.port`, which Kong still reads (and which it replaces in the text, before it looks
 * at anything).
 */
export const withoutOldNames = (text: string): string =>
  text.replace(/net\.port(\s*[=><!])/g, 'net.dst.port$1')

function typeOf(field: string, protocol: string): FieldType | undefined {
  const fields = streamProtocols.has(protocol) ? streamFields : httpFields
  if (Object.hasOwn(fields, field)) return fields[field]
  const parent = `${field.slice(0, field.lastIndexOf('.'))}.*`
  return field.includes('.') && Object.hasOwn(fields, parent) ? fields[parent] : undefined
}

/** A problem of the fields, operators or values of an expression; undefined if there is none. */
export function expressionTypeProblem(expression: Expression, protocol: string): string | undefined {
  if (expression.is === 'predicate') {
    return predicateProblem(expression, protocol)
  }
  if (expression.is === 'not') return expressionTypeProblem(expression.inner, protocol)
  return expressionTypeProblem(expression.left, protocol) ?? expressionTypeProblem(expression.right, protocol)
}

function predicateProblem(
  { field, lower, operator, value }: Predicate,
  protocol: string,
): string | undefined {
  const type = typeOf(field, protocol)
  if (type === undefined) return 'Unknown LHS field'
  const isMembership = operator === 'in' || operator === 'not in'
  if (operator !== '~' && !isMembership && type !== value.type) {
    return 'Type mismatch between the LHS and RHS values of predicate'
  }
  if (lower && type !== 'String') {
    return 'lower-case transformation function only supported with String type fields'
  }
  if (isMembership && (type !== 'IpAddr' || value.type !== 'IpCidr')) {
    return 'In/NotIn operators only supports IP in CIDR'
  }
  if (operator === '~' && type !== 'String') return 'Regex operators only supports string operands'
  if ((operator === '^=' || operator === '=^') && value.type !== 'String') {
    return 'Prefix/Postfix operators only supports string operands'
  }
  if (/[<>]/.test(operator) && value.type !== 'Int') {
    return 'Greater/GreaterOrEqual/Less/LessOrEqual operators only supports integer operands'
  }
  if (operator === 'contains' && value.type !== 'String')
    return 'Contains operator only supports string operands'
  return isSegment(field) ? undefined : 'illformed http.path.segments.* field'
}

/** `http.path.segments.0`, `.1_3`, `.len`. */
function isSegment(field: string): boolean {
  const [, which] = /^http\.path\.segments\.(.*)$/.exec(field) ?? []
  if (which === undefined || which === 'len') return true
  const [, from, to] = /^(0|[1-9]\d*)(?:_([1-9]\d*))?$/.exec(which) ?? []
  return from !== undefined && (to === undefined || Number(from) < Number(to))
}

/** Every predicate of an expression, from left to right. */
export function predicatesOf(expression: Expression): Predicate[] {
  if (expression.is === 'predicate') return [expression]
  if (expression.is === 'not') return predicatesOf(expression.inner)
  return [...predicatesOf(expression.left), ...predicatesOf(expression.right)]
}
