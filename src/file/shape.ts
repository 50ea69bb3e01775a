/**
 * Properties of a kind that this folder needs, derived from the registry at their first use: its references,
 * its nested kinds, its names. They are kept, because a file may have thousands of entities, and deriving a
 * property visits all fields.
 */

import { everyKind } from '../entities/enterprise.ts'
import type { Definition } from '../entities/language/define.ts'
import { type ForeignField, foreignFields } from '../entities/language/identity.ts'
import { once } from '../entities/language/once.ts'
import { type Place, placesIn } from './layout.ts'

export interface Shape {
  readonly foreign: readonly ForeignField[]
  /** The lists of entities that may be written inside it. */
  readonly places: readonly Place[]
  /** The keys of nested lists. */
  readonly nested: ReadonlySet<string>
  /** The fields of its natural keys that are no references: its names, best first. */
  readonly names: readonly string[]
  /** Sets of fields that no two entities have the same values in. */
  readonly unique: readonly (readonly string[])[]
  /** Fields that hold an address which Kong writes in its own way. */
  readonly addresses: readonly string[]
  /**
   * The field that only others know the inside of (`config`), where there is one; `_config` may then share
   * it.
   */
  readonly abstract: string | undefined
  /** Lists of references, and to what. */
  readonly links: readonly { readonly name: string; readonly schema: string }[]
  /** Every key that it may have. */
  readonly keys: ReadonlySet<string>
}

const shapes: ReadonlyMap<string, () => Shape> = new Map(
  everyKind.map(definition => [definition.kind, once(() => derive(definition))]),
)

/** @throws Error (a bug of the caller's) for a kind that the registry does not have */
export function shapeOf({ kind }: Definition): Shape {
  const shape = shapes.get(kind)
  if (shape === undefined) throw new Error(`no such kind: ${kind}`)
  return shape()
}

function derive(definition: Definition): Shape {
  const foreign = foreignFields(definition)
  const fields = Object.entries(definition.fields)
  const places = placesIn(definition)
  const abstract = fields.find(([, field]) => field.abstract === true)?.[0]
  const unique = fields.filter(([name, field]) => name === 'id' || field.unique === true)
  return {
    foreign,
    places,
    nested: new Set(places.map(({ key }) => key)),
    names: definition.keys.flat().filter(name => definition.fields[name]?.type !== 'foreign'),
    unique: [
      ...unique.map(([name]) => [name]),
      ...definition.keys,
      ...(definition.uniqueTogether ?? []).map(set => set.fields),
    ],
    addresses: fields.filter(([, field]) => field.format === 'host-port').map(([name]) => name),
    abstract,
    links: fields.flatMap(([name, { links }]) => (links === undefined ? [] : [{ name, schema: links }])),
    keys: new Set([
      ...Object.keys(definition.fields),
      ...Object.keys(definition.shorthand_fields ?? {}),
      ...flavouredFields(definition),
      ...places.map(({ key }) => key),
      ...(abstract === undefined ? [] : ['_config']),
      ...(definition.ttl === true ? ['ttl'] : []),
    ]),
  }
}

/** Fields that it has where the gateway's router is of another flavour; whether it is, the gateway says. */
function flavouredFields({ flavors = {} }: Definition): string[] {
  return Object.values(flavors).flatMap(({ fields }) => Object.keys(fields ?? {}))
}
