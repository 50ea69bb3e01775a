/**
 * A run with tags sees only entities with them. An entity that it would create may exist without the tags
 * and belong to another team; a PUT at its id would take it over. So each new entity is looked up first, by
 * its id and its name.
 */
import { inParallel } from '../../admin-client/in-parallel.ts'
import { collectionPath } from '../../admin-client/paths.ts'
import type { Definition } from '../../entities/language/define.ts'
import { isRecord } from '../../entities/language/values.ts'
import { AdminApiError, type Diagnostic } from '../../errors.ts'
import type { Change } from '../../plan/diff.ts'
import type { Comparison } from './comparison.ts'

/** An error for each; a run without tags looks up nothing. */
export async function ownedElsewhere(
  changes: readonly Change[],
  comparison: Comparison,
): Promise<Diagnostic[]> {
  const { client, schemas, selectTags, doubtful } = comparison
  if (selectTags.length === 0) return []
  const created = changes.filter(({ op, kind }) => op === 'create' && !doubtful.has(kind))
  const answers = await inParallel(created, client.pace, async change => {
    const definition = schemas.of(change.kind)
    const claim = await claimOn(change, definition, comparison)
    return claim === undefined ? [] : [problem(change, claim, selectTags)]
  })
  return answers.flat()
}

interface Claim {
  /** `id`, `name`. */
  readonly field: string
  readonly found: Readonly<Record<string, unknown>>
}

/**
 * The existing entity with the id from the file, or with the name, unless it has the tags and is only new.
 */
async function claimOn(
  change: Change,
  definition: Definition,
  comparison: Comparison,
): Promise<Claim | undefined> {
  const path = collectionPath(definition)
  if (path === undefined) return undefined
  for (const [field, text] of namesOf(change, definition)) {
    const found = await thereAt(`${path}/${encodeURIComponent(text)}`, comparison)
    if (found !== undefined) return { field, found }
  }
  return undefined
}

/** An id that was generated here cannot exist. */
function namesOf({ id, after = {}, origin }: Change, { endpointKey }: Definition): [string, string][] {
  const name = endpointKey === undefined ? undefined : after[endpointKey]
  return [
    ...(origin?.givesId === true ? [['id', id] as [string, string]] : []),
    ...(endpointKey !== undefined && typeof name === 'string'
      ? [[endpointKey, name] as [string, string]]
      : []),
  ]
}

async function thereAt(
  path: string,
  { client, selectTags }: Comparison,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const found = await client.get(path)
    if (!isRecord(found)) return undefined
    const tags = Array.isArray(found['tags']) ? found['tags'] : []
    return selectTags.every(tag => tags.includes(tag)) ? undefined : found
  } catch (error) {
    if (error instanceof AdminApiError && error.status < 500) return undefined
    throw error
  }
}

function problem(change: Change, { field, found }: Claim, selectTags: readonly string[]): Diagnostic {
  const { kind, id, title, origin } = change
  const text = field === 'id' ? id : title
  const of = text === title ? '' : ` (${kind} ${JSON.stringify(title)})`
  const where = origin?.document.whereIs([...origin.path, field])
  const tags = Array.isArray(found['tags']) && found['tags'].length > 0 ? found['tags'].join(', ') : 'none'
  return {
    severity: 'error',
    code: 'owned-elsewhere',
    message: `${kind} with ${field === 'id' ? 'ID' : field} ${text} already exists, outside of the selection (its tags: ${tags})${of}`,
    ...(where && { where }),
    hint: `give the existing entity the tags ${selectTags.join(', ')} to take it over, or use another ${field} here`,
  }
}
