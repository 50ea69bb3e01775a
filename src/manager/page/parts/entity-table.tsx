/** Entities in rows, and what can be done with each. */
import { defineComponent } from 'vue'
import { RouterLink } from 'vue-router'
import type { Entity } from '../admin-api.ts'
import { labelOf } from '../labels.ts'
import { pageOf } from '../place.ts'
import type { Kind } from '../presentation.ts'
import type { Field } from '../schema.ts'
import { useSession } from '../session.ts'
import { EnabledSwitch } from './enabled-switch.tsx'
import { cellOf, widthOf } from './list-cell.tsx'

interface Column {
  readonly name: string
  /** Undefined for what no schema has. */
  readonly field: Field | undefined
}

export const EntityTable = defineComponent(
  (props: {
    readonly kind: Kind
    readonly items: readonly Entity[]
    readonly columns: readonly Column[]
    /** On the Admin API. */
    readonly collection: string
    readonly title: string
    readonly onDelete: (entity: Entity) => void
    /** One of them is not as it was. */
    readonly onChanged: () => void
  }) => {
    const session = useSession()
    const isOpen = () => session.facts.value?.isReadOnly !== true

    const cell = (entity: Entity, { name, field }: Column, page: string) =>
      name === 'enabled' && isOpen() ? (
        <EnabledSwitch
          kind={props.kind}
          entity={entity}
          path={`${props.collection}/${entity.id}`}
          onChanged={props.onChanged}
        />
      ) : (
        cellOf(entity, name, page, props.kind, field)
      )

    const actions = (entity: Entity, page: string) => (
      <td class="actions">
        <RouterLink to={page}>View</RouterLink>
        {isOpen() && (
          <>
            <RouterLink to={`${page}/edit`}>Edit</RouterLink>
            <button type="button" class="link danger" onClick={() => props.onDelete(entity)}>
              Delete
            </button>
          </>
        )}
      </td>
    )

    const row = (entity: Entity) => {
      const page = pageOf(props.kind, entity.id, props.collection)
      return (
        <tr key={entity.id}>
          {props.columns.map(column => (
            <td key={column.name} data-label={labelOf(column.name)} class={widthOf(entity[column.name])}>
              {cell(entity, column, page)}
            </td>
          ))}
          {actions(entity, page)}
        </tr>
      )
    }

    return () => (
      <div class="scroll" role="region" aria-label={props.title} tabindex={0}>
        <table>
          <thead>
            <tr>
              {props.columns.map(({ name }) => (
                <th key={name} scope="col">
                  {labelOf(name)}
                </th>
              ))}
              <th scope="col" class="actions">
                <span class="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>{props.items.map(row)}</tbody>
        </table>
      </div>
    )
  },
  { props: ['kind', 'items', 'columns', 'collection', 'title', 'onDelete', 'onChanged'] },
)
