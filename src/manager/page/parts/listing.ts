/**
 * The content of a list: a page of a collection, or the matches of a filter in all of it, page by page, so
 * that a search in 10,000 entities stays quick.
 */
import { onBeforeUnmount, type Ref, ref, watch } from 'vue'
import type { Entity } from '../admin-api.ts'
import { findEntity, listPage } from '../api.ts'
import type { Kind } from '../presentation.ts'
import { nameIn } from '../session.ts'

const pageSize = 100
const maxResults = 200
const filterDelay = 200

export interface Shown {
  readonly items: readonly Entity[]
  /** The offset of the next page. */
  readonly offset: string | undefined
  /** How many were looked through, where there is a filter. */
  readonly looked?: number
}

export interface Listing {
  readonly shown: Ref<Shown | undefined>
  readonly problem: Ref<string>
  readonly filter: Ref<string>
  /** Where each page up to this one begins. */
  readonly offsets: Ref<readonly (string | undefined)[]>
  load(): Promise<void>
  go(offsets: readonly (string | undefined)[]): void
}

/** The initial state of a list: a filter, or a page. */
export interface Begun {
  readonly filter?: string
  readonly offsets?: readonly (string | undefined)[]
}

/**
 * @param collection on the Admin API; its list is loaded at once
 * @param tag only what has it
 */
export function createListing(
  kind: Kind,
  collection: string,
  tag: Ref<string | undefined>,
  begun: Begun = {},
): Listing {
  const shown = ref<Shown>()
  const problem = ref('')
  const filter = ref(begun.filter ?? '')
  const offsets = ref<readonly (string | undefined)[]>(begun.offsets ?? [undefined])
  let running = new AbortController()

  const query = (size: number, offset: string | undefined): Record<string, string> => ({
    size: String(size),
    ...(offset !== undefined && { offset }),
    ...(tag.value !== undefined && { tags: tag.value }),
  })

  async function load(): Promise<void> {
    running.abort()
    running = new AbortController()
    const { signal } = running
    try {
      const found = filter.value === '' ? await page(signal) : await search(filter.value, signal)
      if (!signal.aborted) shown.value = found
      problem.value = ''
    } catch (error) {
      if (!signal.aborted) problem.value = (error as Error).message
    }
  }

  async function page(signal: AbortSignal): Promise<Shown> {
    const offset = offsets.value.at(-1)
    const { data, offset: next } = await listPage(collection, query(pageSize, offset), signal)
    // Kong sorts by id, which has no meaning for users: a complete list is sorted by name.
    const isWhole = offset === undefined && next === undefined && kind.schema !== 'targets'
    const byName = (a: Entity, b: Entity) => nameIn(kind, a).localeCompare(nameIn(kind, b))
    return { items: isWhole ? data.toSorted(byName) : data, offset: next }
  }

  async function search(text: string, signal: AbortSignal): Promise<Shown> {
    const path = `${collection}/${encodeURIComponent(text)}`
    const exact = await findEntity(path, signal).catch(() => undefined)
    const found: Entity[] = exact === undefined ? [] : [exact]
    let looked = 0
    let offset: string | undefined
    do {
      const next = await listPage(collection, query(1000, offset), signal)
      looked += next.data.length
      found.push(...next.data.filter(one => one.id !== exact?.id && holds(one, kind, text.toLowerCase())))
      offset = next.offset
      if (!signal.aborted) shown.value = { items: found.slice(0, maxResults), offset: undefined, looked }
    } while (offset !== undefined && found.length < maxResults)
    return { items: found.slice(0, maxResults), offset: undefined, looked }
  }

  let timer: ReturnType<typeof setTimeout> | undefined
  watch(filter, () => {
    clearTimeout(timer)
    timer = setTimeout(load, filter.value === '' ? 0 : filterDelay)
  })
  const go = (to: readonly (string | undefined)[]) => {
    offsets.value = to
    load()
  }
  watch(tag, () => go([undefined]))
  load()
  onBeforeUnmount(() => {
    clearTimeout(timer)
    running.abort()
  })
  return { shown, problem, filter, offsets, load, go }
}

function holds(entity: Entity, kind: Kind, text: string): boolean {
  const tags = Array.isArray(entity['tags']) ? entity['tags'].map(String) : []
  const texts = [
    entity[kind.key],
    entity['name'],
    entity['custom_id'],
    entity['instance_name'],
    entity.id,
    ...tags,
  ]
  return texts.some(one => typeof one === 'string' && one.toLowerCase().includes(text))
}
