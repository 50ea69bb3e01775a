/** Whole collections, page by page. */
import { isRecord } from '../entities/language/values.ts'
import { DeckError } from '../errors.ts'
import type { AdminClient } from './client.ts'

/** Kong's largest page. */
const pageSize = 1000

type Item = Readonly<Record<string, unknown>>

/**
 * All entities of a collection: `GET <path>?size=1000`, then `offset` until there is none (`next` is
 * ignored, because versions differ in it).
 *
 * @param tags only entities with all of them
 * @param onPage called with each page as soon as it is here
 * @throws AdminApiError, ConnectionError; DeckError for a response that is no list
 */
export async function listAll(
  client: AdminClient,
  path: string,
  tags: readonly string[] = [],
  onPage?: (items: readonly Item[]) => void,
): Promise<Item[]> {
  const found: Item[] = []
  const seen = new Set<string>()
  let offset: string | undefined
  do {
    const page = await client.get(path, {
      ...(offset !== undefined && { offset }),
      size: pageSize,
      ...(tags.length > 0 && { tags: tags.join(',') }),
    })
    if (!isRecord(page) || !Array.isArray(page['data']))
      throw new DeckError(`GET ${path}: the response is not a list`)
    const items = page['data'].filter(isRecord)
    found.push(...items)
    onPage?.(items)
    offset = typeof page['offset'] === 'string' ? page['offset'] : undefined
    if (offset !== undefined && seen.has(offset))
      throw new DeckError(`GET ${path}: the pages of the list repeat`)
    if (offset !== undefined) seen.add(offset)
  } while (offset !== undefined)
  return found
}
