/**
 * Merges documents: entities one after the other, settings from the first document that has them (as decK,
 * but in a stable order, and with a warning about contradictions). It also checks references and duplicate
 * names over all documents.
 */
import { isRecord } from '../entities/language/values.ts'
import type { Diagnostic } from '../errors.ts'
import type { Path } from '../state/state.ts'
import { type Document, valueAt } from './document.ts'
import { duplicates } from './duplicates.ts'
import { entitiesOf, type FileEntity } from './nesting.ts'
import { also, problem } from './problem.ts'
import { createReferences, danglingReferences } from './references.ts'
import { shapeOf } from './shape.ts'

type Values = Readonly<Record<string, unknown>>

/** Something a document says beside entities, and where. */
export interface Setting<T> {
  readonly value: T
  readonly document: Document
  readonly path: Path
}

/** All documents of a run together: the target, before ids and defaults are filled in. */
export interface StateFile {
  readonly documents: readonly Document[]
  readonly formatVersion?: Setting<string>
  readonly workspace?: Setting<string>
  /** `_info.select_tags` of all documents, each once. */
  readonly selectTags: readonly string[]
  /** `_info.protected.tags` of all documents, each once: entities with one of them are never deleted. */
  readonly protectedTags: readonly string[]
  /** `_info.custom_plugins` of all documents, each once: names of plugins that Kong does not bundle. */
  readonly customPlugins: readonly string[]
  /** `_info.defaults`, by kind. The first document that gives a field wins. */
  readonly defaults: ReadonlyMap<string, readonly Setting<Values>[]>
  /** `_plugin_configs`, by name. */
  readonly pluginConfigs: ReadonlyMap<string, Setting<Values>>
  /**
   * `_info.default_lookup_tags`, by Kong's name of the set: what else on the gateway references may be to.
   */
  readonly lookupTags: ReadonlyMap<string, readonly string[]>
  readonly entities: readonly FileEntity[]
}

export interface MergeOptions {
  /**
   * With a gateway, references may also name its entities: all of them with `any`, else those with the
   * file's tags. Missing entities are no error yet.
   */
  readonly online?: 'any' | 'tagged'
}

/**
 * @param documents parsed, whether or not `checkDocument` found something: what is misshapen is passed over
 */
export function mergeDocuments(
  documents: readonly Document[],
  options: MergeOptions = {},
): { file: StateFile; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const pick = (name: string, severity: 'error' | 'warning'): Setting<string> | undefined =>
    firstText(documents, name, severity, diagnostics)
  const formatVersion = pick('_format_version', 'warning')
  const workspace = pick('_workspace', 'error')
  const file: StateFile = {
    documents,
    ...(formatVersion && { formatVersion }),
    ...(workspace && { workspace }),
    selectTags: textsAt(documents, ['_info', 'select_tags']),
    protectedTags: textsAt(documents, ['_info', 'protected', 'tags']),
    customPlugins: textsAt(documents, ['_info', 'custom_plugins']),
    defaults: defaultsOf(documents),
    pluginConfigs: pluginConfigsOf(documents, diagnostics),
    lookupTags: lookupTagsOf(documents),
    entities: withoutMentions(documents.flatMap(document => entitiesOf(document))),
  }
  diagnostics.push(...emptyProblem(file), ...duplicates(file.entities))
  diagnostics.push(...(options.online === undefined ? offlineLookups(file) : []))
  const mayBeThere = options.online === 'any' || (options.online === 'tagged' && seesMore(file))
  if (!mayBeThere && file.lookupTags.size === 0) {
    diagnostics.push(...danglingReferences(file.entities, createReferences(file.entities)))
  }
  return { file, diagnostics }
}

/**
 * A mention inside another entity refers to the entity written elsewhere; without one, the first mention is
 * the entity.
 */
function withoutMentions(entities: readonly FileEntity[]): FileEntity[] {
  const references = createReferences(entities.filter(({ isMention }) => isMention !== true))
  const seen = new Set<string>()
  const dropped = new Set<FileEntity>()
  return entities.filter(entity => {
    const { definition, values, isMention, owner } = entity
    if (owner !== undefined || isMention !== true) return owner === undefined || !dropped.has(owner.entity)
    const names = ['id', ...shapeOf(definition).names].map(name => values[name])
    const texts = names.filter(name => typeof name === 'string')
    const isElsewhere = texts.some(text => references.find(definition.schema, text) !== undefined)
    if (isElsewhere || texts.some(text => seen.has(`${definition.kind} ${text}`))) dropped.add(entity)
    for (const text of texts) seen.add(`${definition.kind} ${text}`)
    return !dropped.has(entity)
  })
}

const seesMore = ({ selectTags, lookupTags }: StateFile): boolean =>
  selectTags.length > 0 || lookupTags.size > 0

/** decK's rule: entities that must be looked up on a gateway cannot be checked without one. */
function offlineLookups({ documents }: StateFile): Diagnostic[] {
  const path = ['_info', 'default_lookup_tags']
  return documents
    .filter(({ content }) => valueAt(content, path) !== undefined)
    .map(document =>
      problem(
        'lookup-offline',
        'default_lookup_tags: what they stand for is known to the gateway alone',
        document.whereIs(path, 'key'),
        { hint: 'deck gateway validate asks it' },
      ),
    )
}

function lookupTagsOf(documents: readonly Document[]): StateFile['lookupTags'] {
  const all = new Map<string, readonly string[]>()
  for (const { content } of documents) {
    const tags = valueAt(content, ['_info', 'default_lookup_tags'])
    for (const [schema, list] of isRecord(tags) ? Object.entries(tags) : []) {
      if (Array.isArray(list) && !all.has(schema)) all.set(schema, list.map(String))
    }
  }
  return all
}

function firstText(
  documents: readonly Document[],
  name: string,
  severity: 'error' | 'warning',
  diagnostics: Diagnostic[],
): Setting<string> | undefined {
  let first: Setting<string> | undefined
  for (const document of documents) {
    const value = document.content[name]
    if (typeof value !== 'string' || value === '') continue
    first ??= { value, document, path: [name] }
    if (value !== first.value)
      diagnostics.push(contradiction(first, { value, document, path: [name] }, severity))
  }
  return first
}

function contradiction(
  first: Setting<unknown>,
  other: Setting<unknown>,
  severity: 'error' | 'warning',
): Diagnostic {
  const name = first.path.join('.')
  const code = severity === 'error' ? 'different-workspaces' : 'contradicting-settings'
  const consequence = severity === 'error' ? 'one run is for one workspace' : 'the first is used'
  return problem(
    code,
    `${name} is ${JSON.stringify(other.value)} here and ${JSON.stringify(first.value)} in ${first.document.name}: ${consequence}`,
    other.document.whereIs(other.path),
    { severity, related: also(first.document, first.path, 'first said here') },
  )
}

function textsAt(documents: readonly Document[], path: Path): string[] {
  const tags = documents.flatMap(({ content }) => {
    const list = valueAt(content, path)
    return Array.isArray(list) ? list.filter(tag => typeof tag === 'string') : []
  })
  return [...new Set(tags)]
}

function defaultsOf(documents: readonly Document[]): StateFile['defaults'] {
  const all = new Map<string, Setting<Values>[]>()
  for (const document of documents) {
    const defaults = valueAt(document.content, ['_info', 'defaults'])
    if (!isRecord(defaults)) continue
    for (const [kind, value] of Object.entries(defaults)) {
      if (!isRecord(value)) continue
      const setting = { value, document, path: ['_info', 'defaults', kind] }
      all.set(kind, [...(all.get(kind) ?? []), setting])
    }
  }
  return all
}

function pluginConfigsOf(
  documents: readonly Document[],
  diagnostics: Diagnostic[],
): StateFile['pluginConfigs'] {
  const all = new Map<string, Setting<Values>>()
  for (const document of documents) {
    const configs = document.content['_plugin_configs']
    if (!isRecord(configs)) continue
    for (const [name, value] of Object.entries(configs)) {
      if (!isRecord(value)) continue
      const path = ['_plugin_configs', name]
      const before = all.get(name)
      if (before === undefined) all.set(name, { value, document, path })
      else {
        diagnostics.push(
          problem(
            'contradicting-settings',
            `_plugin_configs.${name} is in ${before.document.name} already: the first is used`,
            document.whereIs(path, 'key'),
            { severity: 'warning', related: also(before.document, before.path, 'first said here') },
          ),
        )
      }
    }
  }
  return all
}

/**
 * A run on nothing would delete everything: decK refuses it, unless the files at least say which format they
 * are.
 */
function emptyProblem(file: StateFile): Diagnostic[] {
  const isEmpty = (value: unknown): boolean =>
    value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0)
  const saysNothing = file.documents.every(({ content }) => Object.values(content).every(isEmpty))
  if (!saysNothing) return []
  return [
    problem(
      'empty-configuration',
      'it seems like you are trying to sync an empty configuration file or directory. That would lead to the removal of ' +
        'everything in the workspace. Please make sure that the file or directory you are trying to sync references a workspace',
      undefined,
      { hint: 'a file with only _format_version stands for an empty gateway' },
    ),
  ]
}
