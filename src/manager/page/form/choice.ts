/** The choice of an entity by name: what is typed, what was found for it, and what is taken of that. */
import { type ComputedRef, computed, type Ref, ref } from 'vue'
import { inSentence } from '../labels.ts'
import type { Kind } from '../presentation.ts'
import { useSession } from '../session.ts'
import type { EditorProps } from './editor.ts'
import { createSearch, type Search, type SearchResult } from './search.ts'

export interface Choice {
  readonly found: Ref<readonly SearchResult[]>
  /** Undefined while nothing is typed. */
  readonly typed: Ref<string | undefined>
  /** The option that Enter takes. */
  readonly active: Ref<number>
  readonly isOpen: Ref<boolean>
  readonly shownName: ComputedRef<string>
  /** The id of the chosen entity; empty for none. */
  chosen(): string
  /** A sentence below the options; empty for none. */
  note(): string
  open(): void
  choose(one: SearchResult): void
  onInput(event: Event): void
  onKeydown(event: KeyboardEvent): void
  onBlur(): void
}

export function createChoice(props: EditorProps & { readonly kind: Kind }): Choice {
  const session = useSession()
  const { kind } = props
  const search = createSearch(kind)
  const { found } = search
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
  const take = ({ id, name }: SearchResult) => {
    session.keepName(kind.schema, id, name)
    props.onChange(id)
  }
  const choose = (one: SearchResult) => {
    take(one)
    close()
  }
  const onInput = (event: Event) => {
    typed.value = (event.target as HTMLInputElement).value
    if (typed.value === '') props.onChange('')
    open()
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
  const choice = { found, typed, active, isOpen, shownName, chosen, open, choose, onInput, onBlur }
  return {
    ...choice,
    note: () => noteOf(search, kind),
    onKeydown: event => onKey(event, choice, close),
  }
}

function onKey(
  event: KeyboardEvent,
  { found, active, isOpen, open, choose }: Pick<Choice, 'found' | 'active' | 'isOpen' | 'open' | 'choose'>,
  close: () => void,
): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (step !== undefined) {
    event.preventDefault()
    const last = found.value.length - 1
    if (isOpen.value) active.value = Math.max(0, Math.min(last, active.value + step))
    else open()
  } else if (event.key === 'Enter' && isOpen.value) {
    event.preventDefault()
    const one = found.value[active.value]
    if (one !== undefined) choose(one)
  } else if (event.key === 'Escape' && isOpen.value) {
    event.stopPropagation()
    close()
  }
}

function noteOf({ found, looked, problem }: Search, kind: Kind): string {
  if (problem.value !== '') return problem.value
  if (looked.value !== undefined) return `Searching … ${looked.value} looked through`
  return found.value.length === 0 ? `No ${inSentence(kind.one)} by that name` : ''
}
