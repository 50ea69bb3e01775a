/**
 * A state file → the target state: every entity with an id, its references as ids, and only the fields from
 * the file (or its `_info.defaults`). A PUT sends these fields; Kong's own defaults are filled in when
 * states are compared.
 */
import { randomUUID } from 'node:crypto'
import { everyKind } from '../entities/enterprise.ts'
import type { Definition } from '../entities/language/define.ts'
import { keysOf } from '../entities/language/identity.ts'
import { levels } from '../entities/language/levels.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { isRecord } from '../entities/language/values.ts'
import type { Diagnostic } from '../errors.ts'
import { linkId } from '../state/links.ts'
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
  type WrittenReference,
} from './references.ts'
import { withSettings } from './settings.ts'
import { shapeOf } from './shape.ts'

export interface ToStateOptions {
  /** The gateway's entities, whose ids are used. An empty state without a gateway. */
  readonly current: State
  /** Schemas of the gateway's version. */
  readonly schemas: Schemas
  /** Added to every entity. Default: the file's `_info.select_tags`; see `selectTagsFor`. */
  readonly selectTags?: readonly string[]
  /** Kinds to leave out, with all entities that belong to them: consumers with `--skip-consumers`. */
  readonly leaveAlone?: (definition: Definition) => boolean
  /**
   * Targets of references besides the file's own entities: the gateway's, or looked up ones. Default: none.
   */
  readonly outside?: State
  /** Default: random UUIDs, version 4. */
  readonly newId?: () => string
}

/** @param file without errors; the order of its entities is preserved */
export function toState(
  file: StateFile,
  options: ToStateOptions,
): { state: State; diagnostics: Diagnostic[] } {
  const run: Run = {
    file,
    options,
    selectTags: options.selectTags ?? file.selectTags,
    references: createReferences(file.entities),
    ids: new Map(),
    taken: new Set(file.entities.map(({ definition, values }) => idKey(definition, values['id']))),
    diagnostics: [],
  }
  const entities = inDependencyOrder(managed(file, options.leaveAlone)).flatMap(entity =>
    completed(entity, run),
  )
  const files = file.documents.map(document => document.name)
  return { state: createState(entities, options.schemas), diagnostics: inOrder(run.diagnostics, files) }
}

interface Run {
  readonly file: StateFile
  readonly options: ToStateOptions
  readonly selectTags: readonly string[]
  readonly references: References
  readonly ids: Map<FileEntity, string>
  /** Ids from the file, and ids of existing entities that are already used. */
  readonly taken: Set<string>
  readonly diagnostics: Diagnostic[]
}

const idKey = (definition: Definition, id: unknown): string => `${definition.kind} ${id}`

/** All but what is of a kind to skip, is written inside one, or refers to one. */
function managed({ entities }: StateFile, leaveAlone: ToStateOptions['leaveAlone']): readonly FileEntity[] {
  if (leaveAlone === undefined) return entities
  const schemas = new Set(everyKind.filter(leaveAlone).map(({ schema }) => schema))
  const isSkipped = ({ definition, values, owner }: FileEntity): boolean =>
    schemas.has(definition.schema) ||
    (owner !== undefined && isSkipped(owner.entity)) ||
    shapeOf(definition).foreign.some(
      ({ name, field }) => schemas.has(field.reference) && values[name] !== undefined,
    )
  return entities.filter(entity => !isSkipped(entity))
}

/** Referenced entities come first, so that their ids are known. */
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
  const elsewhere = entity.isMention === true ? outsideOne(definition, fields, run.options) : undefined
  if (elsewhere !== undefined) {
    run.ids.set(entity, elsewhere.id)
    return []
  }
  const id = idOf(entity, fields, run)
  run.ids.set(entity, id)
  return [
    {
      kind: definition.kind,
      id,
      fields: { id, ...fields },
      origin: { document, path, givesId: typeof values['id'] === 'string' },
    },
  ]
}

/** The gateway sets times, and the id is not a field of the request. */
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

/** References as `{ id }`; undefined for a reference to a missing entity, which is reported. */
function foreignValues(
  entity: FileEntity,
  values: Readonly<Record<string, unknown>>,
  run: Run,
): Record<string, unknown> | undefined {
  const result: Record<string, unknown> = {}
  const dangling: WrittenReference[] = []
  for (const { name, field } of shapeOf(entity.definition).foreign) {
    const referred = run.options.schemas.bySchema(field.reference)
    const text = referenceText(values[name], referred)
    if (entity.owner?.field === name) result[name] = { id: run.ids.get(entity.owner.entity) }
    else if (text !== undefined) {
      const id = referred === undefined ? text : (referredId(text, referred, run) ?? idOutside(entity, text))
      if (id === undefined) dangling.push({ field: name, schema: field.reference, text })
      result[name] = { id }
    }
  }
  for (const { name, schema } of shapeOf(entity.definition).links) {
    const list = values[name]
    const report = (index: number, text: string) => dangling.push({ field: name, index, schema, text })
    if (Array.isArray(list))
      result[name] = list.map((item: unknown, at) => linked(item, schema, run, text => report(at, text)))
  }
  for (const reference of dangling) {
    run.diagnostics.push(danglingReference(entity, reference, run.references.names(reference.schema)))
  }
  return dangling.length > 0 ? undefined : result
}

/** `{ name, path }` → `{ id, path }`. */
function linked(item: unknown, schema: string, run: Run, isDangling: (text: string) => void): unknown {
  const referred = run.options.schemas.bySchema(schema)
  const text = referenceText(item, referred)
  if (!isRecord(item) || referred === undefined || text === undefined) return item
  const { name: _name, ...others } = item
  const id = referredId(text, referred, run)
  if (id === undefined) isDangling(text)
  return { ...others, id }
}

/** The gateway's entity with the natural key of an entity that the file only mentions. */
const outsideOne = (
  definition: Definition,
  fields: Readonly<Record<string, unknown>>,
  { current, outside }: ToStateOptions,
): StateEntity | undefined =>
  keysOf(definition, fields)
    .filter(key => current.byKey(definition.kind, key) === undefined)
    .map(key => outside?.byKey(definition.kind, key))
    .find(one => one !== undefined)

function referredId(text: string, referred: Definition, run: Run): string | undefined {
  const found = run.references.find(referred.schema, text)
  if (found !== undefined) return run.ids.get(found)
  const { outside } = run.options
  // The gateway's id of an entity that the file calls by name.
  if (run.taken.has(idKey(referred, text))) return text
  if (outside !== undefined) {
    const name = referred.endpointKey ?? 'id'
    const there =
      outside.get(referred.kind, text) ?? outside.all(referred.kind).find(one => one.fields[name] === text)
    if (there !== undefined) return there.id
  }
  return undefined
}

/** The id of an entity outside the files. */
const idOutside = (entity: FileEntity, text: string): string | undefined =>
  mayBeOutside(entity, text) ? text : undefined

const idAt = (reference: unknown): string => String((reference as { id?: unknown } | undefined)?.id)

/** The id in the file; else that of what the gateway has under the same natural key; else a new one. */
function idOf(
  { definition: { kind }, values }: FileEntity,
  fields: Readonly<Record<string, unknown>>,
  run: Run,
): string {
  const { current, schemas, newId = () => randomUUID() } = run.options
  const definition = schemas.of(kind)
  const { link } = definition
  if (link !== undefined) return linkId(idAt(fields[link.owner]), idAt(fields[link.member]))
  if (typeof values['id'] === 'string') return values['id']
  const known = keysOf(definition, fields)
    .map(key => current.byKey(definition.kind, key))
    .find(one => one !== undefined && !run.taken.has(idKey(definition, one.id)))
  const id = known?.id ?? newId()
  run.taken.add(idKey(definition, id))
  return id
}

/** The tags of a run: those of the flag or of the file; if both are set, they must be equal (as in decK). */
export function selectTagsFor(
  file: StateFile,
  flag: readonly string[],
): { selectTags: readonly string[]; diagnostics: Diagnostic[] } {
  const inFile = file.selectTags
  if (flag.length === 0 || inFile.length === 0)
    return { selectTags: [...inFile, ...flag].sort(), diagnostics: [] }
  const same = inFile.length === new Set(flag).size && flag.every(tag => inFile.includes(tag))
  if (same) return { selectTags: [...inFile].sort(), diagnostics: [] }
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
