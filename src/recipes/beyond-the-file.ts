/**
 * Requests that the content of a file makes necessary: entities that it refers to without containing them,
 * and kinds that Kong OSS does not have.
 */
import type { AdminClient } from '../admin-client/client.ts'
import { fetchKinds } from '../admin-client/fetch-state.ts'
import { type LookUp, lookUp } from '../admin-client/look-up.ts'
import type { Definition } from '../entities/language/define.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { isEnterprise } from '../entities/language/versions.ts'
import type { Diagnostic } from '../errors.ts'
import type { StateFile } from '../file/merge.ts'
import { createReferences, writtenReferences } from '../file/references.ts'
import { allOf } from '../state/select.ts'
import { createState, type State, type StateEntity } from '../state/state.ts'

export interface Outside {
  /** Targets of references besides the file's own entities. */
  readonly state: State
  /** Ids of what `default_lookup_tags` are about: it is another's, and is never deleted. */
  readonly lookedUp: ReadonlySet<string>
}

/** @param seen what is known already */
export async function referredOutside(
  file: StateFile,
  client: AdminClient,
  schemas: Schemas,
  seen: State,
): Promise<Outside> {
  const found = await lookUp(client, wantedOutside(file, schemas, seen))
  return {
    state: createState([...found, ...allOf(seen, schemas)], schemas),
    lookedUp: new Set(file.lookupTags.size > 0 ? found.map(({ id }) => id) : []),
  }
}

/**
 * By kind: the tags of `_info.default_lookup_tags`, else the names that nothing in the file or in what is
 * seen has.
 */
function wantedOutside(file: StateFile, schemas: Schemas, seen: State): LookUp[] {
  const references = createReferences(file.entities)
  const texts = new Map<string, Set<string>>()
  for (const { schema, text } of file.entities.flatMap(writtenReferences)) {
    if (references.find(schema, text) === undefined && !isSeen(schema, text, schemas, seen))
      texts.set(schema, (texts.get(schema) ?? new Set()).add(text))
  }
  return schemas.kinds.flatMap(definition => {
    const tags = file.lookupTags.get(definition.schema) ?? []
    const names = [...(texts.get(definition.schema) ?? [])]
    return tags.length > 0 || names.length > 0 ? [{ definition, texts: names, tags }] : []
  })
}

function isSeen(schema: string, text: string, schemas: Schemas, seen: State): boolean {
  const definition = schemas.bySchema(schema)
  if (definition === undefined) return false
  const name = definition.endpointKey ?? 'id'
  return (
    seen.get(definition.kind, text) !== undefined ||
    seen.all(definition.kind).some(({ fields }) => fields[name] === text)
  )
}

export interface Additional {
  readonly entities: readonly StateEntity[]
  /** Kinds that the gateway has no collection of: what the file wants of them will be refused. */
  readonly missing: readonly Definition[]
}

/** Kinds of Kong Enterprise are requested from other gateways only if the file has one of them. */
export async function enterpriseKinds(
  file: StateFile,
  client: AdminClient,
  schemas: Schemas,
  selectTags: readonly string[],
): Promise<Additional> {
  const inFile = new Set(file.entities.map(({ definition }) => definition.kind))
  const asked = schemas.kinds.filter(({ kind, enterprise }) => enterprise === true && inFile.has(kind))
  if (asked.length === 0 || isEnterprise(schemas.version)) return { entities: [], missing: [] }
  const found = await fetchKinds(client, asked, schemas, { selectTags })
  return {
    entities: found.flatMap(({ entities }) => entities ?? []),
    missing: found.flatMap(({ definition, entities }) => (entities === undefined ? [definition] : [])),
  }
}

/**
 * A warning at each entity that the gateway has no place for. It is the gateway that decides: the change is
 * tried.
 */
export const missingKinds = (
  file: StateFile,
  missing: readonly Definition[],
  schemas: Schemas,
): Diagnostic[] =>
  file.entities
    .filter(({ definition }) => missing.some(({ kind }) => kind === definition.kind))
    .map(({ definition, document, path }) => {
      const where = document.whereIs(path)
      return {
        severity: 'warning' as const,
        code: 'no-such-kind',
        message: `the gateway (Kong ${schemas.version.text}) has no ${definition.kind}: it will refuse this`,
        ...(where && { where }),
      }
    })
