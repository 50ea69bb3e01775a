/**
 * Looks for an entity by its name or id in all that the gateway has. The Admin API finds whole names and ids;
 * for parts of them its lists are read page by page, until enough is found: what is read stays known, and the
 * page answers meanwhile.
 */
import { onBeforeUnmount, type Ref, ref } from 'vue'
import type { Entity } from '../admin-api.ts'
import { findEntity, listPage } from '../api.ts'
import type { Kind } from '../presentation.ts'
import { nameIn } from '../session.ts'

export const maxResults = 50
const delayMs = 150

export interface SearchResult {
  readonly id: string
  readonly name: string
}

export interface Search {
  readonly found: Ref<readonly SearchResult[]>
  /** Number of entities searched so far, while the search runs. */
  readonly looked: Ref<number | undefined>
  readonly problem: Ref<string>
  /** Starts a search for a text and ends the previous one; an empty text finds the first entities. */
  look(text: string): void
  stop(): void
  /** By a whole name or id. */
  find(text: string): Promise<SearchResult | undefined>
}

export function createSearch(kind: Kind): Search {
  const found = ref<readonly SearchResult[]>([])
  const looked = ref<number>()
  const problem = ref('')
  /** All entities read so far, in the gateway's order, and the next offset; `null` after the last page. */
  const known: SearchResult[] = []
  let next: string | undefined | null
  let running = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const asFound = (entity: Entity): SearchResult => ({ id: entity.id, name: nameIn(kind, entity) })

  async function find(text: string, signal?: AbortSignal): Promise<SearchResult | undefined> {
    const entity = await findEntity(`/${kind.path}/${encodeURIComponent(text)}`, signal)
    return entity && asFound(entity)
  }

  async function readPage(signal: AbortSignal): Promise<void> {
    const query = { size: '1000', ...(typeof next === 'string' && { offset: next }) }
    const page = await listPage(`/${kind.path}`, query, signal)
    if (signal.aborted) return
    known.push(...page.data.map(asFound))
    next = page.offset ?? null
  }

  async function search(text: string, signal: AbortSignal): Promise<void> {
    const exact = text === '' ? undefined : await find(text, signal)
    if (signal.aborted) return
    found.value = matching(known, text, exact)
    while (next !== null && found.value.length < maxResults) {
      looked.value = known.length
      await readPage(signal)
      if (signal.aborted) return
      found.value = matching(known, text, exact)
    }
    looked.value = undefined
  }

  const stop = () => {
    clearTimeout(timer)
    running.abort()
    looked.value = undefined
  }
  onBeforeUnmount(stop)
  return {
    found,
    looked,
    problem,
    stop,
    find,
    look: text => {
      stop()
      running = new AbortController()
      const { signal } = running
      problem.value = ''
      found.value = matching(known, text, undefined)
      if (next !== null && found.value.length < maxResults) looked.value = known.length
      const begin = () =>
        search(text, signal).catch((error: Error) => {
          if (signal.aborted) return
          looked.value = undefined
          problem.value = error.message
        })
      timer = setTimeout(begin, text === '' ? 0 : delayMs)
    },
  }
}

/** Names that begin with the text come before names that contain it. */
function matching(
  all: readonly SearchResult[],
  typed: string,
  exact: SearchResult | undefined,
): SearchResult[] {
  const text = typed.toLowerCase()
  const first: SearchResult[] = exact === undefined ? [] : [exact]
  const later: SearchResult[] = []
  for (const one of all) {
    if (first.length >= maxResults) break
    if (one.id === exact?.id) continue
    const at = one.name.toLowerCase().indexOf(text)
    if (at === 0 || one.id.startsWith(text)) first.push(one)
    else if (at > 0 && later.length < maxResults) later.push(one)
  }
  return [...first, ...later].slice(0, maxResults)
}
