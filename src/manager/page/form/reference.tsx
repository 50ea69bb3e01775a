/** A reference to another entity: a field that searches by name as one types, and takes an id too. */
import { computed, defineComponent, ref } from 'vue'
import { isRecord } from '../admin-api.ts'
import { inSentence } from '../labels.ts'
import type { Kind } from '../presentation.ts'
import { useSession } from '../session.ts'
import { type EditorProps, editorProps, idOf } from './editor.ts'
import { common, TextInput } from './scalars.tsx'
import { createSearch, type Found } from './search.ts'

/** Of a kind that the page does not know, ids are typed. */
export const ReferenceInput = defineComponent(
  (props: EditorProps) => {
    const kind = useSession().kinds.bySchema(props.field.reference ?? '')
    const isForeign = props.field.type === 'foreign'
    const chosen = () => String((isRecord(props.value) ? props.value['id'] : props.value) ?? '')
    const change = (id: string) => props.onChange(id === '' ? null : isForeign ? { id } : id)
    return () =>
      kind === undefined ? (
        <TextInput {...props} value={chosen()} onChange={change as (value: unknown) => void} />
      ) : (
        <SearchInput {...props} value={chosen()} kind={kind} onChange={change as (value: unknown) => void} />
      )
  },
  { props: [...editorProps] },
)

const SearchInput = defineComponent(
  (props: EditorProps & { readonly kind: Kind }) => {
    const session = useSession()
    const { kind } = props
    const search = createSearch(kind)
    const { found, looked, problem } = search
    const isOpen = ref(false)
    const typed = ref<string>()
    const active = ref(0)

    const chosen = () => String(props.value)
    const shownName = computed(() => (chosen() === '' ? '' : session.nameOf(kind.schema, chosen())))

    const open = () => {
      isOpen.value = true
      active.value = 0
      search.look(typed.value ?? '')
    }
    const close = () => {
      isOpen.value = false
      typed.value = undefined
      search.stop()
    }
    const take = ({ id, name }: Found) => {
      session.keepName(kind.schema, id, name)
      props.onChange(id)
    }
    const choose = (one: Found) => {
      take(one)
      close()
    }
    const onInput = (event: Event) => {
      typed.value = (event.target as HTMLInputElement).value
      if (typed.value === '') props.onChange('')
      open()
    }
    const onKeydown = (event: KeyboardEvent) => {
      const last = found.value.length - 1
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        event.preventDefault()
        if (!isOpen.value) return open()
        active.value =
          event.key === 'ArrowDown' ? Math.min(last, active.value + 1) : Math.max(0, active.value - 1)
      } else if (event.key === 'Enter' && isOpen.value) {
        event.preventDefault()
        const one = found.value[active.value]
        if (one !== undefined) choose(one)
      } else if (event.key === 'Escape' && isOpen.value) {
        event.stopPropagation()
        close()
      }
    }
    /**
     * Leaving it with a whole name or id typed is choosing it; what is neither stays, and the gateway says
     * so.
     */
    const onBlur = () => {
      const text = typed.value ?? ''
      if (text === '') return close()
      const exact = found.value.find(one => one.name === text)
      if (exact !== undefined) return choose(exact)
      props.onChange(text)
      close()
      props.form.pending.add(
        search.find(text).then(
          one => {
            if (one !== undefined && chosen() === text) take(one)
          },
          () => {}, // saving says what is wrong
        ),
      )
    }

    const option = (one: Found, at: number, id: string) => (
      <li
        key={one.id}
        id={id}
        role="option"
        aria-selected={one.id === chosen()}
        class={at === active.value && 'active'}
        onMousedown={(event: MouseEvent) => {
          event.preventDefault()
          choose(one)
        }}
      >
        {one.name} <small>{one.name === one.id ? '' : one.id.slice(0, 8)}</small>
      </li>
    )
    const note = (): string => {
      if (problem.value !== '') return problem.value
      if (looked.value !== undefined) return `Searching … ${looked.value} looked through`
      return found.value.length === 0 ? `No ${inSentence(kind.one)} by that name` : ''
    }

    return () => {
      const listId = `${idOf(props.path)}-list`
      const isChoosing = isOpen.value && found.value.length > 0
      return (
        <div class="reference">
          <input
            {...common(props)}
            type="text"
            role="combobox"
            aria-expanded={isOpen.value}
            aria-controls={isOpen.value ? listId : undefined}
            aria-autocomplete="list"
            aria-activedescendant={isChoosing ? `${listId}-${active.value}` : undefined}
            placeholder={`Search ${kind.many.toLowerCase()} by name`}
            value={typed.value ?? shownName.value}
            onFocus={(event: Event) => (event.target as HTMLInputElement).select()}
            onClick={open}
            onInput={onInput}
            onKeydown={onKeydown}
            onBlur={onBlur}
          />
          {isOpen.value && (
            <ul id={listId} role="listbox" aria-label={props.label}>
              {found.value.map((one, at) => option(one, at, `${listId}-${at}`))}
              {note() && (
                <li class="none" role="option" aria-disabled="true" aria-selected="false">
                  {note()}
                </li>
              )}
            </ul>
          )}
        </div>
      )
    }
  },
  { props: [...editorProps, 'kind'] },
)
