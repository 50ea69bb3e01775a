/**
 * Kong's declarative format, for `POST /config` of a node without a database: entities in lists named by
 * their sets. Entities that refer to another one are nested in it (`services: [{ name: a, routes: [{ paths:
 * [/] }] }]`) or use its name. The registry's references define the nesting. The command line's state files
 * allow more forms.
 */
import type { Definition } from '../../entities/language/define.ts'
import { type Referrer, referrersOf } from '../../entities/language/identity.ts'
import type { Schemas } from '../../entities/language/schemas.ts'
import { isRecord } from '../../entities/language/values.ts'

export type Values = Readonly<Record<string, unknown>>

/** A kind that may be nested in another one, and its field that refers to the outer entity. */
export type Child = Referrer

export const childrenOf = (owner: Definition, schemas: Schemas): Child[] => referrersOf(owner, schemas.kinds)

/** To Lua an empty record is an empty list. */
export const isNothing = (items: unknown): boolean => isRecord(items) && Object.keys(items).length === 0

/** The lists of entities in a record that are there. */
export function listsIn<K extends { readonly definition: Definition }>(
  record: Values,
  kinds: readonly K[],
): (K & { readonly items: readonly unknown[] })[] {
  return kinds.flatMap(kind => {
    const items = record[kind.definition.schema]
    return Array.isArray(items) ? [{ ...kind, items }] : []
  })
}

/** An entity without its nested entities. */
export function withoutChildren(item: Values, children: readonly Child[]): Record<string, unknown> {
  const names = new Set(['_comment', '_ignore', ...children.map(({ definition }) => definition.schema)])
  return Object.fromEntries(Object.entries(item).filter(([name]) => !names.has(name)))
}

/** The same content with every entity replaced, outer entities first. */
export function mapEntities(
  content: Values,
  schemas: Schemas,
  map: (
    item: Values,
    definition: Definition,
    owner: (Child & { readonly item: Values }) | undefined,
  ) => Values,
): Values {
  const inside = (record: Values, kinds: readonly Child[], item?: Values): Values => {
    const mapped = listsIn(record, kinds).map(({ items, ...child }) => [
      child.definition.schema,
      items.map(one => (isRecord(one) ? visit(one, child, item) : one)),
    ])
    return { ...record, ...Object.fromEntries(mapped) }
  }
  const visit = (one: Values, child: Child, owner: Values | undefined): Values => {
    const item = map(one, child.definition, owner && { ...child, item: owner })
    return inside(item, childrenOf(child.definition, schemas), item)
  }
  return inside(
    content,
    schemas.kinds.map(definition => ({ definition, field: '' })),
  )
}
