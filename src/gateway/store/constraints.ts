/**
 * Rules between entities: unique ids and keys, existing references, and the effect of a delete on entities
 * that refer to the deleted one. The definitions have all rules; no code here is about a kind.
 */
import type { Entity } from '../../entities/language/define.ts'
import { foreignFields } from '../../entities/language/identity.ts'
import { danglingReference, stillHeld, stillReferenced, uniqueKeyTaken } from './errors.ts'
import type { Change } from './journal.ts'
import type { Table } from './table.ts'

export type Tables = ReadonlyMap<string, Table>

const idOf = (value: unknown): string | undefined => (value as { id?: string } | null | undefined)?.id

/**
 * @throws KongError where another entity has one of its unique keys, or one of its references leads nowhere
 */
export function checkConstraints(tables: Tables, table: Table, entity: Entity): void {
  for (const key of table.uniqueKeys) {
    const other = table.byKey(key, entity)
    if (other !== undefined && other.id !== entity.id) {
      throw uniqueKeyTaken(Object.fromEntries(key.fields.map(name => [name, entity[name] ?? null])))
    }
  }
  for (const { name, field } of foreignFields(table.definition)) {
    const id = idOf(entity[name])
    if (id !== undefined && tables.get(field.reference)?.get(id) === undefined) {
      throw danglingReference(name, id, field.reference)
    }
  }
}

/**
 * The deletion of an entity and of what goes with it.
 *
 * @throws KongError where an entity refers to it that does not allow it
 */
export function planDeletion(tables: Tables, schema: string, entity: Entity): Change[] {
  refuseWhatIsHeld(tables, schema, entity)
  const changes: Change[] = []
  const gone = new Set<string>()
  const visit = (from: string, one: Entity) => {
    if (gone.has(`${from}/${one.id}`)) return
    gone.add(`${from}/${one.id}`)
    for (const table of tables.values()) {
      for (const { name, field } of foreignFields(table.definition)) {
        if (field.reference !== from) continue
        const child = table.definition.schema
        for (const referring of table.referring(name, one.id)) {
          if (field.on_delete === 'cascade') visit(child, referring)
          else if (field.on_delete === 'null') {
            changes.push({
              schema: child,
              id: referring.id,
              before: referring,
              after: { ...referring, [name]: null },
            })
          } else throw stillReferenced(from, child)
        }
      }
    }
    changes.push({ schema: from, id: one.id, before: one })
  }
  visit(schema, entity)
  return changes
}

/** Lists of ids are not foreign fields, so all entities are searched for references. */
function refuseWhatIsHeld(tables: Tables, schema: string, { id }: Entity): void {
  for (const table of tables.values()) {
    for (const [name, field] of Object.entries(table.definition.fields)) {
      if (field.holds !== schema) continue
      const holder = table.list().find(one => Array.isArray(one[name]) && one[name].includes(id))
      const what = tables.get(schema)?.definition.kind.replaceAll('-', ' ') ?? schema
      if (holder !== undefined) throw stillHeld(what, id, table.definition.schema, holder.id)
    }
  }
}
