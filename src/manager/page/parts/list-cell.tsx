/**
 * One value in a list: the name leads to the entity, tags lead to all that have them, and of many only the
 * first are shown.
 */
import type { VNodeChild } from 'vue'
import { RouterLink } from 'vue-router'
import type { Entity } from '../admin-api.ts'
import type { Kind } from '../presentation.ts'
import type { Field } from '../schema.ts'
import { nameIn } from '../session.ts'
import { shown } from './value.tsx'

const mostInCell = 3

/** Short values never wrap; empty ones have no line on narrow screens. */
export function widthOf(value: unknown): string | undefined {
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return 'blank'
  return typeof value !== 'object' && String(value).length <= 30 ? 'short' : undefined
}

const andMore = (count: number) => count > 0 && <small class="muted"> +{count}</small>

/** @param page of the entity */
export function cellOf(
  entity: Entity,
  name: string,
  page: string,
  kind: Kind,
  field: Field | undefined,
): VNodeChild {
  const value = entity[name]
  if (name === kind.key && !kind.secret?.includes(name)) {
    const text = name === 'id' ? entity.id : nameIn(kind, entity)
    const isNamed = text !== entity.id || name === 'id'
    return (
      <RouterLink to={page} class="name">
        {isNamed ? text : `${text.slice(0, 8)}… (no name)`}
      </RouterLink>
    )
  }
  if (!Array.isArray(value)) return shown(value, field, name, kind)
  const [first, more] = [value.slice(0, mostInCell), andMore(value.length - mostInCell)]
  if (name !== 'tags' || value.length === 0) return [shown(first, field, name, kind), more]
  return (
    <span class="chips">
      {first.map(tag => (
        <RouterLink key={String(tag)} class="chip" to={{ query: { tag: String(tag) } }}>
          {String(tag)}
        </RouterLink>
      ))}
      {more}
    </span>
  )
}
