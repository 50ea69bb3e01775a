/**
 * Displayed values: names instead of ids, words instead of true and false, secrets hidden until the user
 * reveals them.
 */
import { defineComponent, ref, type VNodeChild } from 'vue'
import { RouterLink } from 'vue-router'
import { isRecord } from '../admin-api.ts'
import { hasLineBreaks } from '../form/line-breaks.ts'
import { labelOf } from '../labels.ts'
import type { Kind } from '../presentation.ts'
import type { Field } from '../schema.ts'
import { useSession } from '../session.ts'
import { durationOf, type Unit, unitOf } from '../units.ts'

export const Secret = defineComponent(
  (props: { readonly text: string }) => {
    const isOpen = ref(false)
    return () => (
      <span class="secret">
        <code>
          {isOpen.value ? props.text : `••••••${props.text.length > 8 ? props.text.slice(-4) : ''}`}
        </code>
        <button
          type="button"
          class="link"
          aria-pressed={isOpen.value}
          onClick={() => {
            isOpen.value = !isOpen.value
          }}
        >
          {isOpen.value ? 'Hide' : 'Show'}
        </button>
      </span>
    )
  },
  { props: ['text'] },
)

export const EntityLink = defineComponent(
  (props: { readonly schema: string; readonly id: string }) => {
    const session = useSession()
    return () => {
      const kind = session.kinds.bySchema(props.schema)
      const name = session.nameOf(props.schema, props.id)
      if (kind === undefined || kind.home === 'below') return <code>{props.id}</code>
      return (
        <RouterLink to={`/${kind.path}/${props.id}`}>
          {name === props.id ? `${name.slice(0, 8)}…` : name}
        </RouterLink>
      )
    }
  },
  { props: ['schema', 'id'] },
)

/** @param name of the field, without its place */
export function shown(value: unknown, field: Field | undefined, name: string, kind: Kind): VNodeChild {
  if (value === null || value === undefined || value === '') return <span class="muted">–</span>
  if (field?.timestamp === true) return timeOf(Number(value))
  if (typeof value === 'boolean') return <span class={value ? 'yes' : 'no'}>{value ? 'Yes' : 'No'}</span>
  if (field?.reference !== undefined && !Array.isArray(value)) {
    return <EntityLink schema={field.reference} id={String(isRecord(value) ? value['id'] : value)} />
  }
  const isSecret = field?.encrypted === true || kind.secret?.includes(name)
  if (isSecret && typeof value === 'string' && !value.startsWith('{vault://')) return <Secret text={value} />
  if (Array.isArray(value)) return listOf(value, field?.elements, name, kind)
  if (isRecord(value)) return recordOf(value, field, kind)
  const unit = typeof value === 'number' ? unitOf(name, kind) : undefined
  if (unit !== undefined) return timed(Number(value), unit)
  const text = String(value)
  return hasLineBreaks(text) ? <pre class="long">{text}</pre> : text
}

function listOf(value: readonly unknown[], field: Field | undefined, name: string, kind: Kind): VNodeChild {
  if (value.length === 0) return <span class="muted">–</span>
  const isLong = (item: unknown) => isRecord(item) || hasLineBreaks(String(item))
  if (value.some(isLong) || field?.reference !== undefined) {
    return (
      <ul>
        {value.map(item => (
          <li>{shown(item, field, name, kind)}</li>
        ))}
      </ul>
    )
  }
  return (
    <span class="chips">
      {value.map(item => (
        <span class="chip">{String(item)}</span>
      ))}
    </span>
  )
}

function recordOf(value: Record<string, unknown>, field: Field | undefined, kind: Kind): VNodeChild {
  // Kong repeats what moved under its old names: the schema has it once.
  const names = field?.fields?.map(({ name }) => name) ?? Object.keys(value)
  const entries = names
    .map(name => [name, value[name] ?? null] as const)
    .filter(([, inner]) => inner !== null)
  if (entries.length === 0) return <span class="muted">–</span>
  const fieldOf = (name: string) => field?.fields?.find(one => one.name === name)?.field ?? field?.values
  return (
    <dl class="values inner">
      {entries.map(([name, inner]) => (
        <div key={name}>
          <dt>{field?.type === 'map' ? name : labelOf(name)}</dt>
          <dd>{shown(inner, fieldOf(name), name, kind)}</dd>
        </div>
      ))}
    </dl>
  )
}

function timed(value: number, unit: Unit): VNodeChild {
  const duration = durationOf(value, unit)
  return (
    <>
      {value} {unit}{' '}
      {duration !== '' && duration !== `${value} ${unit}` && <small class="muted">= {duration}</small>}
    </>
  )
}

/** Kong counts in seconds. */
export function timeOf(seconds: number): VNodeChild {
  const date = new Date(seconds * 1000)
  return (
    <time datetime={date.toISOString()}>
      {date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' })}
    </time>
  )
}
