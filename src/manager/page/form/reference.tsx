/** A reference to another entity: a field that searches by name as one types, and takes an id too. */
import { computed, defineComponent, ref } from 'vue'
import { type Entity, isRecord } from '../answers.ts'
import { findEntity, listPage } from '../api.ts'
import { kindBySchema } from '../kinds.ts'
import { nameIn, useSession } from '../session.ts'
import { type EditorProps, editorProps, idOf } from './editor.ts'
import { common } from './scalars.tsx'

const mostShown = 50

export const ReferenceInput = defineComponent(
  (props: EditorProps) => {
    const session = useSession()
    const kind = kindBySchema(props.field.reference ?? '')
    const isOpen = ref(false)
    const typed = ref<string>()
    const active = ref(0)
    const first = ref<readonly Entity[]>([])
    const further = ref<Entity>()

    const chosen = computed(() =>
      isRecord(props.value) ? String(props.value['id'] ?? '') : String(props.value ?? ''),
    )
    const change = (id: string) =>
      props.onChange(id === '' ? null : props.field.type === 'foreign' ? { id } : id)
    const shownName = computed(() =>
      chosen.value === '' ? '' : session.nameOf(props.field.reference ?? '', chosen.value),
    )
    const matching = computed(() => {
      if (kind === undefined) return []
      const text = (typed.value ?? '').toLowerCase()
      const found = first.value.filter(
        one => nameIn(kind, one).toLowerCase().includes(text) || one.id === text,
      )
      const all =
        further.value === undefined || found.some(one => one.id === further.value?.id)
          ? found
          : [further.value, ...found]
      return all.slice(0, mostShown)
    })

    const open = async () => {
      isOpen.value = true
      active.value = 0
      if (kind === undefined || first.value.length > 0) return
      first.value = (await listPage(`/${kind.path}`, { size: '1000' })).data
    }
    const close = () => {
      isOpen.value = false
      typed.value = undefined
    }
    const choose = (id: string) => {
      change(id)
      close()
    }
    const onInput = async (event: Event) => {
      typed.value = (event.target as HTMLInputElement).value
      if (typed.value === '') change('')
      if (!isOpen.value) await open()
      active.value = 0
      // What is beyond the first page is found by its whole name or id.
      const isAsked = kind !== undefined && typed.value !== '' && matching.value.length === 0
      further.value = isAsked
        ? await findEntity(`/${kind.path}/${encodeURIComponent(typed.value ?? '')}`)
        : undefined
    }
    const onKeydown = (event: KeyboardEvent) => {
      const last = matching.value.length - 1
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        event.preventDefault()
        if (!isOpen.value) return open()
        active.value =
          event.key === 'ArrowDown' ? Math.min(last, active.value + 1) : Math.max(0, active.value - 1)
      } else if (event.key === 'Enter' && isOpen.value) {
        event.preventDefault()
        const one = matching.value[active.value]
        if (one !== undefined) choose(one.id)
      } else if (event.key === 'Escape' && isOpen.value) {
        event.stopPropagation()
        close()
      }
    }
    /** Leaving it with a whole name typed is choosing it. */
    const onBlur = () => {
      const exact = matching.value.find(one => kind && nameIn(kind, one) === typed.value)
      if (isOpen.value && exact !== undefined) choose(exact.id)
      close()
    }
    return () => {
      const listId = `${idOf(props.path)}-list`
      const active_ = isOpen.value && matching.value.length > 0 ? `${listId}-${active.value}` : undefined
      return (
        <div class="reference">
          <input
            {...common(props)}
            type="text"
            role="combobox"
            aria-expanded={isOpen.value}
            aria-controls={isOpen.value ? listId : undefined}
            aria-autocomplete="list"
            aria-activedescendant={active_}
            placeholder={kind && `Search ${kind.many.toLowerCase()} by name`}
            value={typed.value ?? shownName.value}
            onFocus={(event: Event) => (event.target as HTMLInputElement).select()}
            onClick={open}
            onInput={onInput}
            onKeydown={onKeydown}
            onBlur={onBlur}
          />
          {isOpen.value && (
            <ul id={listId} role="listbox" aria-label={props.label}>
              {matching.value.map((one, at) => (
                <li
                  key={one.id}
                  id={`${listId}-${at}`}
                  role="option"
                  aria-selected={one.id === chosen.value}
                  class={at === active.value && 'active'}
                  onMousedown={(event: MouseEvent) => {
                    event.preventDefault()
                    choose(one.id)
                  }}
                >
                  {kind && nameIn(kind, one)}{' '}
                  <small>{kind && nameIn(kind, one) !== one.id ? one.id.slice(0, 8) : ''}</small>
                </li>
              ))}
              {matching.value.length === 0 && (
                <li class="none" role="option" aria-disabled="true" aria-selected="false">
                  No {kind?.one.toLowerCase()} by that name
                </li>
              )}
            </ul>
          )}
        </div>
      )
    }
  },
  { props: [...editorProps] },
)
