/**
 * Rules for a route's fields that depend on its protocols, in Kong's sentences; the kind itself is
 * `kinds/route.ts`.
 */
import type { EntityCheck, Field, Subschema } from '../language/define.ts'

const refused = (name: string, protocols: string): Partial<Field> => ({
  eq: null,
  err: `cannot set '${name}' when 'protocols' is ${protocols}`,
})

const refusing = (names: readonly string[], protocols: string): Subschema['fields'] =>
  Object.fromEntries(names.map(name => [name, refused(name, protocols)]))

const quoted = (names: readonly string[]): string => names.map(name => `'${name}'`).join(', ')

/** The matchers of which a route needs at least one, by its protocols; the first listed protocol decides. */
const mustMatch = (
  ...rules: readonly (readonly [protocol: string, of: readonly string[], said?: string])[]
): EntityCheck => ({
  at_least_one_when: rules.map(([contains, of, said]) => ({
    field: 'protocols',
    contains,
    of,
    err: `must set ${said ?? `one of ${quoted(of)} when 'protocols' is '${contains}'`}`,
  })),
})

const addresses = ['sources', 'destinations']
const streamProtocols = "'tcp', 'tls', 'tls_passthrough' or 'udp'"

/**
 * @param expressions whether the router's flavour is that: then an expression is enough, and all protocols
 *   may match addresses
 */
export function routeSubschemas(expressions: boolean): Readonly<Record<string, Subschema>> {
  const orExpression = (...names: string[]) => (expressions ? [...names, 'expression'] : names)
  const refusedAddresses = expressions ? [] : addresses

  const http: Subschema = {
    fields: refusing(refusedAddresses, "'http' or 'https'"),
    entity_checks: [
      mustMatch(
        ['https', orExpression('methods', 'hosts', 'headers', 'paths', 'snis')],
        ['http', orExpression('methods', 'hosts', 'headers', 'paths')],
      ),
    ],
  }

  const streamMatchers = orExpression('sources', 'destinations', 'snis')
  const streamSaid = `one of ${quoted(streamMatchers)} when 'protocols' is 'tcp', 'tls' or 'udp'`
  const stream: Subschema = {
    fields: refusing(['methods', 'hosts', 'paths', 'headers'], streamProtocols),
    entity_checks: [
      mustMatch(
        ['tcp', streamMatchers, streamSaid],
        ['tls', streamMatchers, streamSaid],
        ['udp', streamMatchers, streamSaid],
      ),
    ],
  }

  const passthrough: Subschema = {
    fields: stream.fields,
    entity_checks: [
      mustMatch(['tls_passthrough', orExpression('snis'), "snis when 'protocols' is 'tls_passthrough'"]),
    ],
  }

  const grpc: Subschema = {
    fields: {
      ...refusing(['methods', ...refusedAddresses], "'grpc' or 'grpcs'"),
      strip_path: {
        eq: false,
        default: false,
        err: "cannot set 'strip_path' when 'protocols' is 'grpc' or 'grpcs'",
      },
    },
    entity_checks: [
      mustMatch(
        ['grpcs', orExpression('hosts', 'headers', 'paths', 'snis')],
        ['grpc', orExpression('hosts', 'headers', 'paths')],
      ),
    ],
  }

  return {
    http,
    https: http,
    tcp: stream,
    tls: stream,
    udp: stream,
    tls_passthrough: passthrough,
    grpc,
    grpcs: grpc,
  }
}
