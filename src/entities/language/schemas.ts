/**
 * All schemas of one side, as a value: every kind at one Kong version, and plugins by name. The gateway
 * makes it from the registry and its plugins; the command line from the registry and the server's
 * `/schemas`.
 */

import { type RouterFlavor, stockFlavor, withFlavor } from '../expressions/router-flavors.ts'
import { internalSets } from '../internal-sets.ts'
import { registry } from '../registry.ts'
import type { Definition, EntityCheck, Fields, Version } from './define.ts'
import { definitionAt, holdsAt } from './versions.ts'

/**
 * The additional schema of one plugin: its `config`, and narrowed fields (`protocols`, `consumer: eq
 * null`).
 */
export interface PluginSchema {
  readonly name: string
  /** `config` (a record), and whichever of `protocols`, `consumer`, `service`, `route` it narrows. */
  readonly fields: Fields
  readonly entity_checks?: readonly EntityCheck[]
}

export interface Schemas {
  readonly version: Version
  /** How the router reads routes; 2.8 has one way. */
  readonly routerFlavor: RouterFlavor
  /** The kinds that this version has, in registry order. */
  readonly kinds: readonly Definition[]
  /** @throws Error (a bug of the caller's) for a kind that the version does not have */
  of(kind: string): Definition
  /** Kinds, and Kong's internal sets. */
  bySchema(schema: string): Definition | undefined
  /** Undefined for an unknown plugin (in the command line also for one whose schema is not loaded yet). */
  plugin(name: string): PluginSchema | undefined
}

export interface SchemaOptions {
  /** Fields that replace the registry's, by kind: what a server's `/schemas/<kind>` says. */
  readonly overlay?: ReadonlyMap<string, Fields>
  readonly routerFlavor?: RouterFlavor
  /** Default: the registry's, those of Kong OSS. */
  readonly definitions?: readonly Definition[]
  /** Additional sets of a gateway. */
  readonly more?: readonly Definition[]
}

export function createSchemas(
  version: Version,
  plugin: (name: string) => PluginSchema | undefined,
  options: SchemaOptions = {},
): Schemas {
  const { overlay, routerFlavor = stockFlavor, definitions = registry, more = [] } = options
  const all: readonly Definition[] = [...definitions, ...more]
  const kinds = all
    .filter(definition => holdsAt(version, definition))
    .map(definition => {
      const at = definitionAt(withFlavor(definition, version, routerFlavor), version)
      const served = overlay?.get(definition.kind)
      return served === undefined ? at : { ...at, fields: overlaid(at.fields, served) }
    })
  const internal = internalSets
    .filter(definition => holdsAt(version, definition))
    .map(definition => definitionAt(definition, version))
  // A kind of the registry wins over a set of the same name.
  const byKind = new Map([...internal, ...kinds].map(definition => [definition.kind, definition]))
  const bySchema = new Map([...internal, ...kinds].map(definition => [definition.schema, definition]))
  return {
    version,
    routerFlavor,
    kinds,
    of: kind => {
      const found = byKind.get(kind)
      if (found === undefined) throw new Error(`no kind ${kind} in Kong ${version.text}`)
      return found
    },
    bySchema: schema => bySchema.get(schema),
    plugin,
  }
}

/** The server's words win; ours that it cannot print (format, nest, secret) stay. */
function overlaid(ours: Fields, served: Fields): Fields {
  const merged = Object.entries(served).map(([name, field]) => {
    const { format, mapping, nest, overwritten, secret } = ours[name] ?? {}
    return [
      name,
      {
        ...field,
        ...(format && { format }),
        ...(mapping && { mapping }),
        ...(nest && { nest }),
        ...(overwritten && { overwritten }),
        ...(secret && { secret }),
      },
    ]
  })
  const hidden = Object.entries(ours).filter(
    // References of Kong Enterprise are known even if the server, which will refuse them, does not print
    // them.
    ([, field]) => field.hidden === true || (field.enterprise === true && field.type === 'foreign'),
  )
  return Object.fromEntries([...merged, ...hidden])
}
