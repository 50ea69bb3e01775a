/**
 * The confirmation of a delete: it names the entity, other entities that are deleted too, and those that
 * prevent the delete.
 */
import { defineComponent, onMounted, ref } from 'vue'
import type { Entity } from '../admin-api.ts'
import { admin, listPage } from '../api.ts'
import { countOf, inSentence } from '../labels.ts'
import type { Kind } from '../presentation.ts'
import { nameIn, type Session, useSession } from '../session.ts'
import { Dialog } from './dialog.tsx'

interface Related {
  readonly text: string
  /** Deleted too; else it must go first. */
  readonly isTaken: boolean
}

/**
 * The entities that refer to an entity, by the schemas of all kinds: with `on_delete: cascade` they are
 * deleted too, else Kong refuses.
 */
async function relatedTo(kind: Kind, id: string, session: Session): Promise<Related[]> {
  const found = await Promise.all(
    session.kinds.all.value
      .map(async other => {
        const schema = await session.schemas.of(other.schema).catch(() => undefined)
        const field = schema?.fields.find(one => one.field.reference === kind.schema)?.field
        if (field === undefined || field.on_delete === 'null') return []
        const below = kind.tabs?.flatMap(({ lists }) => lists).find(list => list.schema === other.schema)
        const path = `/${kind.path}/${id}/${below?.path ?? other.path}`
        const { data, offset } = await listPage(path, { size: '1000' })
        if (data.length === 0) return []
        const count = offset === undefined ? data.length : `more than ${data.length}`
        const names = data.slice(0, 5).map(one => nameIn(other, one))
        const shownNames =
          kind.secret || other.secret?.includes(other.key)
            ? ''
            : `: ${names.join(', ')}${data.length > 5 ? ', …' : ''}`
        return [
          {
            text: countOf(count as number, other.one, other.many) + shownNames,
            isTaken: field.on_delete === 'cascade',
          },
        ]
      })
      .map(one => one.catch(() => [])),
  )
  return found.flat()
}

export const DeleteDialog = defineComponent(
  (props: {
    readonly kind: Kind
    readonly entity: Entity
    /** On the Admin API. */
    readonly path: string
    readonly onDone: () => void
    readonly onCancel: () => void
  }) => {
    const session = useSession()
    const related = ref<Related[]>()
    const problem = ref('')
    const isBusy = ref(false)
    const name = nameIn(props.kind, props.entity)
    const shownName = props.kind.secret?.includes(props.kind.key) ? `…${name.slice(-4)}` : name
    onMounted(async () => {
      related.value = await relatedTo(props.kind, props.entity.id, session)
    })
    const remove = async () => {
      isBusy.value = true
      try {
        await admin.send('DELETE', props.path)
        session.forgetNames(props.kind.schema)
        session.tell(`${props.kind.one} ${shownName} is deleted.`)
        props.onDone()
      } catch (error) {
        problem.value = (error as Error).message
      } finally {
        isBusy.value = false
      }
    }
    const list = (title: string, isTaken: boolean) => {
      const some = related.value?.filter(one => one.isTaken === isTaken) ?? []
      return (
        some.length > 0 && (
          <>
            <p>{title}</p>
            <ul>
              {some.map(one => (
                <li key={one.text}>{one.text}</li>
              ))}
            </ul>
          </>
        )
      )
    }
    return () => (
      <Dialog title={`Delete ${inSentence(props.kind.one)} ${shownName}?`} onClose={props.onCancel}>
        {{
          default: () => (
            <>
              <p>This cannot be undone.</p>
              {list('This also deletes:', true)}
              {list('Delete these first; the gateway refuses otherwise:', false)}
              {problem.value && (
                <p class="problem" role="alert">
                  {problem.value}
                </p>
              )}
            </>
          ),
          actions: () => (
            <>
              <button type="button" class="secondary" onClick={props.onCancel}>
                Cancel
              </button>
              <button
                type="button"
                class="danger"
                aria-busy={isBusy.value}
                disabled={isBusy.value}
                onClick={remove}
              >
                Delete
              </button>
            </>
          ),
        }}
      </Dialog>
    )
  },
  { props: ['kind', 'entity', 'path', 'onDone', 'onCancel'] },
)
