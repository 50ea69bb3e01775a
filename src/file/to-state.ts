/**
 * A state file → the state that is wanted: every entity with an id, its references as ids, and only such fields as the user gave (or his `_info.defaults`):
 * a PUT sends these, and Kong's own defaults enter where states are compared.
 */
import { randomUUID } from 'node:crypto'
import type { Definition } from '../entities/define.ts'
import { keysOf } from '../entities/identity.ts'
import { levels } from '../entities/levels.ts'
import { definitionOf } from '../entities/registry.ts'
import type { Schemas } from '../entities/schemas.ts'
import type { Diagnostic } from '../errors.ts'
import { createState, type State, type StateEntity } from '../state/state.ts'
import { withAddresses } from './duplicates.ts'
import type { StateFile } from './merge.ts'
import { describe, type FileEntity } from './nesting.ts'
import { inOrder, problem } from './problem.ts'
import {
  createReferences,
  danglingReference,
  mayBeOutside,
  type References,
  referenceText,
} from './references.ts'
import { withSettings } from './settings.ts'
import { shapeOf } from './shape.ts'

export interface ToStateOptions {
  /** What the gateway has: ids are adopted from there. An empty state where there is no gateway. */
  readonly current: State
  /** Of the gateway's version. */
  readonly schemas: Schemas
  /** Added to every entity. Default: the file's `_info.select_tags`; see `selectTagsFor`. */
  readonly selectTags?: readonly string[]
  /** Kinds to leave out, with everything that belongs to one of them: `['consumer']` for `--skip-consumers`. */
  readonly skipKinds?: readonly string[]
  /** References may also be to entities that only `current` has. Default: whether the file has `_info.default_lookup_tags`. */
  readonly lookupCurrent?: boolean
  /** Default: random UUIDs, version 4. */
  readonly newId?: () => string
}

/** @param file without errors; the order of its entities is kept */
export function toState(
  file: StateFile,
  options: ToStateOptions,
): { state: State; diagnostics: Diagnostic[] } {
  const run: Run = {
    file,
    options,
    lookupCurrent: options.lookupCurrent ?? file.hasLookupTags,
    selectTags: options.selectTags ?? file.selectTags,
    references: createReferences(file.entities),
    ids: new Map(),
    taken: new Set(file.entities.map(({ definition, values }) => idKey(definition, values['id']))),
    diagnostics: [],
  }
  const entities = inDependencyOrder(kept(file, options.skipKinds ?? [])).flatMap(entity =>
    completed(entity, run),
  )
  const files = file.documents.map(document => document.name)
  return { state: createState(entities, options.schemas), diagnostics: inOrder(run.diagnostics, files) }
}

interface Run {
  readonly file: StateFile
  readonly options: ToStateOptions
  readonly lookupCurrent: boolean
  readonly selectTags: readonly string[]
  readonly references: References
  readonly ids: Map<FileEntity, string>
  /** Ids that are given in the file, or adopted already. */
  readonly taken: Set<string>
  readonly diagnostics: Diagnostic[]
}

const idKey = (definition: Definition, id: unknown): string => `${definition.kind} ${id}`

/** All but what is of a kind to skip, is written inside one, or refers to one. */
function kept({ entities }: StateFile, skip: readonly string[]): readonly FileEntity[] {
  if (skip.length === 0) return entities
  const schemas = new Set(skip.map(kind => definitionOf(kind).schema))
  const isSkipped = ({ definition, values, owner }: FileEntity): boolean =>
    skip.includes(definition.kind) ||
    (owner !== undefined && isSkipped(owner.entity)) ||
    shapeOf(definition).foreign.some(
      ({ name, field }) => schemas.has(field.reference) && values[name] !== undefined,
    )
  return entities.filter(entity => !isSkipped(entity))
}

/** What is referred to comes first, so that its id is known. */
function inDependencyOrder(entities: readonly FileEntity[]): FileEntity[] {
  const definitions = [...new Set(entities.map(entity => entity.definition))]
  const order = levels(definitions).flat()
  return order.flatMap(definition => entities.filter(entity => entity.definition === definition))
}

function completed(entity: FileEntity, run: Run): StateEntity[] {
  const { definition, path } = entity
  const { schemas } = run.options
  if (!schemas.kinds.some(({ kind }) => kind === definition.kind)) {
    const message = `Kong ${schemas.version.text} has no ${definition.kind} (${describe(entity)})`
    run.diagnostics.push(problem('not-supported', message, entity.document.whereIs(path)))
    return []
  }
  const { values, document } = withSettings(entity, run.file)
  const references = foreignValues(entity, values, run)
  if (references === undefined) return []
  const given = Object.entries(withAddresses(definition, values)).filter(([name]) => isSent(definition, name))
  const fields: Record<string, unknown> = {
    ...Object.fromEntries(given),
    ...references,
    ...tagged(values, run),
  }
  const id = idOf(entity, fields, run)
  run.ids.set(entity, id)
  return [{ kind: definition.kind, id, fields: { id, ...fields }, origin: { document, path } }]
}

/** Times are the gateway's own, and the id has a place of its own. */
function isSent(definition: Definition, name: string): boolean {
  const field = definition.fields[name]
  return name !== 'id' && !(field?.auto === true && field.timestamp === true)
}

function tagged(
  values: Readonly<Record<string, unknown>>,
  { selectTags }: Run,
): { tags?: readonly unknown[] } {
  if (selectTags.length === 0) return {}
  const own = Array.isArray(values['tags']) ? values['tags'] : []
  return { tags: [...own, ...selectTags.filter(tag => !own.includes(tag))] }
}

/** References as `{ id }`; undefined where one refers to nothing, which is then told. */
function foreignValues(
  entity: FileEntity,
  values: Readonly<Record<string, unknown>>,
  run: Run,
): Record<string, unknown> | undefined {
  const result: Record<string, unknown> = {}
  let dangling = false
  for (const { name, field } of shapeOf(entity.definition).foreign) {
    const referred = run.options.schemas.bySchema(field.reference)
    const text = referenceText(values[name], referred)
    if (entity.owner?.field === name) result[name] = { id: run.ids.get(entity.owner.entity) }
    else if (text !== undefined) {
      const id = referred === undefined ? text : referredId(entity, text, referred, run)
      if (id === undefined) {
        const names = run.references.names(field.reference)
        run.diagnostics.push(danglingReference(entity, { field: name, schema: field.reference, text }, names))
        dangling = true
      }
      result[name] = { id }
    }
  }
  return dangling ? undefined : result
}

function referredId(entity: FileEntity, text: string, referred: Definition, run: Run): string | undefined {
  const found = run.references.find(referred.schema, text)
  if (found !== undefined) return run.ids.get(found)
  const { current } = run.options
  // The gateway's id of an entity that the file calls by name.
  if (run.taken.has(idKey(referred, text))) return text
  if (run.lookupCurrent) {
    const name = referred.endpointKey ?? 'id'
    const there =
      current.get(referred.kind, text) ?? current.all(referred.kind).find(one => one.fields[name] === text)
    if (there !== undefined) return there.id
  }
  return mayBeOutside(entity, text) ? text : undefined
}

/** The id in the file; else that of what the gateway has under the same natural key; else a new one. */
function idOf(
  { definition, values }: FileEntity,
  fields: Readonly<Record<string, unknown>>,
  run: Run,
): string {
  const { current, newId = randomUUID } = run.options
  if (typeof values['id'] === 'string') return values['id']
  const known = keysOf(definition, fields)
    .map(key => current.byKey(definition.kind, key))
    .find(one => one !== undefined && !run.taken.has(idKey(definition, one.id)))
  const id = known?.id ?? newId()
  run.taken.add(idKey(definition, id))
  return id
}

/**
 * The tags of a run: those of the flag, or of the file; where both are given, they must be the same (as in decK).
 */
export function selectTagsFor(
  file: StateFile,
  flag: readonly string[],
): { selectTags: readonly string[]; diagnostics: Diagnostic[] } {
  const inFile = file.selectTags
  if (flag.length === 0 || inFile.length === 0) return { selectTags: [...inFile, ...flag], diagnostics: [] }
  const same = inFile.length === new Set(flag).size && flag.every(tag => inFile.includes(tag))
  if (same) return { selectTags: inFile, diagnostics: [] }
  const document = file.documents.find(({ content }) => '_info' in content)
  const message = `tags specified in the state file ([${inFile.join(' ')}]) and via --select-tag flag ([${flag.join(' ')}]) are different`
  const where = document?.whereIs(['_info', 'select_tags'])
  return {
    selectTags: inFile,
    diagnostics: [
      problem('different-tags', message, where, { hint: 'give them in one place, or the same in both' }),
    ],
  }
}
