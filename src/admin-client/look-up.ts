/**
 * Reads single entities that a file refers to without containing them: by name or id, or all with certain
 * tags.
 */
import type { Definition } from '../entities/language/define.ts'
import { isRecord } from '../entities/language/values.ts'
import { AdminApiError, DeckError } from '../errors.ts'
import type { StateEntity } from '../state/state.ts'
import type { AdminClient } from './client.ts'
import { inParallel } from './in-parallel.ts'
import { listAll } from './list.ts'

export interface LookUp {
  readonly definition: Definition
  /** Names or ids. */
  readonly texts: readonly string[]
  /** Only entities with all of these tags; without tags, each text is looked up by itself. */
  readonly tags: readonly string[]
}

/**
 * @returns the existing entities; the caller reports missing ones.
 * @throws DeckError if a collection with tags cannot be read
 */
export async function lookUp(client: AdminClient, wanted: readonly LookUp[]): Promise<StateEntity[]> {
  const found = await Promise.all(
    wanted.map(({ definition, texts, tags }) =>
      tags.length > 0 ? tagged(client, definition, tags) : named(client, definition, texts),
    ),
  )
  return found.flat()
}

async function tagged(
  client: AdminClient,
  { kind, adminPath }: Definition,
  tags: readonly string[],
): Promise<StateEntity[]> {
  const items = await listAll(client, `/${adminPath}`, tags).catch((error: unknown) => {
    if (!(error instanceof AdminApiError)) throw error
    throw new DeckError(`looking up ${adminPath} by the tags of default_lookup_tags: ${error.message}`, {
      cause: error,
    })
  })
  return items.map(fields => ({ kind, id: String(fields['id']), fields }))
}

async function named(
  client: AdminClient,
  { kind, adminPath }: Definition,
  texts: readonly string[],
): Promise<StateEntity[]> {
  const found = await inParallel(texts, client.pace, async text => {
    try {
      const fields = await client.get(`/${adminPath}/${encodeURIComponent(text)}`)
      return isRecord(fields) ? [{ kind, id: String(fields['id']), fields }] : []
    } catch (error) {
      if (error instanceof AdminApiError && error.status < 500) return []
      throw error
    }
  })
  return found.flat()
}
