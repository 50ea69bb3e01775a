/** A reference to another entity: a field that searches by name as one types, and takes an id too. */
import { defineComponent } from 'vue'
import { isRecord } from '../admin-api.ts'
import type { Kind } from '../presentation.ts'
import { useSession } from '../session.ts'
import { type Choice, createChoice } from './choice.ts'
import { type EditorProps, editorProps, idOf } from './editor.ts'
import { common, TextInput } from './scalars.tsx'
import type { SearchResult } from './search.ts'

/** References to an unknown kind are typed as ids. */
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
    const choice = createChoice(props)
    const { found, typed, active, isOpen, shownName, open } = choice
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
            placeholder={`Search ${props.kind.many.toLowerCase()} by name`}
            value={typed.value ?? shownName.value}
            onFocus={(event: Event) => (event.target as HTMLInputElement).select()}
            onClick={open}
            onInput={choice.onInput}
            onKeydown={choice.onKeydown}
            onBlur={choice.onBlur}
          />
          {isOpen.value && optionsOf(choice, listId, props.label)}
        </div>
      )
    }
  },
  { props: [...editorProps, 'kind'] },
)

const optionsOf = (choice: Choice, listId: string, label: string) => {
  const note = choice.note()
  return (
    <ul id={listId} role="listbox" aria-label={label}>
      {choice.found.value.map((one, at) => optionOf(one, at, `${listId}-${at}`, choice))}
      {note !== '' && (
        <li class="none" role="option" aria-disabled="true" aria-selected="false">
          {note}
        </li>
      )}
    </ul>
  )
}

const optionOf = (one: SearchResult, at: number, id: string, { chosen, active, choose }: Choice) => (
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
