/** A DB-less file of Kong → the content of a state file. */

import { everyKind } from '../../entities/enterprise.ts'
import type { Definition } from '../../entities/language/define.ts'
import type { Referrer } from '../../entities/language/identity.ts'
import { expandShorthands } from '../../entities/language/shorthands.ts'
import { isAbsent, isRecord } from '../../entities/language/values.ts'
import type { Diagnostic } from '../../errors.ts'
import type { Document } from '../../file/document.ts'
import { isMappingReference, placesIn, topPlaces } from '../../file/layout.ts'
import { inOrder } from '../../file/problem.ts'
import { shapeOf } from '../../file/shape.ts'
import type { Content } from '../owners.ts'
import { childrenOf, linkSets, notConvertible, referenceNameOf } from './dbless-format.ts'

type Path = Parameters<Document['whereIs']>[0]

interface Entry {
  readonly definition: Definition
  /** Without nested entities. */
  readonly values: Content
  readonly path: Path
  /** The outer entity, and the field that refers to it. */
  readonly owner?: { readonly entry: Entry; readonly field: string }
}

interface Conversion {
  readonly document: Document
  readonly find: (schema: string, text: string) => Entry | undefined
  readonly content: Content
  /** The converted entities. */
  readonly items: Map<Entry, Content>
  readonly diagnostics: Diagnostic[]
}

/** @returns the content, whole unless there are errors; and what a state file cannot say, at its lines */
export function fromDbless(document: Document): { content: Content; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const entries = entriesOf(document, diagnostics)
  const content = settingsOf(document, entries, diagnostics)
  const conversion = { document, find: createFinder(entries), content, items: new Map(), diagnostics }
  for (const entry of entries) placeEntry(entry, conversion)
  addLinks(conversion)
  return { content, diagnostics: inOrder(diagnostics, [document.name]) }
}

/** Writes an entity inside of its owner, where a state file has it there, else at the top. */
function placeEntry(entry: Entry, conversion: Conversion): void {
  const { document, content, items, diagnostics } = conversion
  const { definition, path, values } = entry
  const { foreign } = shapeOf(definition)
  const home = foreign.find(({ field }) => field.nest === 'only')
  const nested = foreign.find(({ name, field }) => name === entry.owner?.field && field.nest !== undefined)
  const inside = (home ?? nested)?.name
  const owner = inside === undefined ? undefined : ownerBy(entry, inside, conversion)
  if (home !== undefined && owner === undefined) {
    if (isAbsent(values[home.name]))
      diagnostics.push(notConvertible(`this ${definition.kind} has no ${home.name}`, document.whereIs(path)))
    return
  }
  const places = owner === undefined ? topPlaces : placesIn(owner.definition)
  const place = places.find(
    one =>
      one.definition.kind === definition.kind &&
      one.isReadOnly !== true &&
      (owner === undefined || one.field === inside),
  )
  const holder = owner === undefined ? content : items.get(owner)
  if (place === undefined || holder === undefined) return
  const item = itemOf(entry, inside, conversion)
  items.set(entry, item)
  append(holder, place.key, place.form.write(item))
}

/** @param inside the field that refers to the outer entity */
function itemOf(entry: Entry, inside: string | undefined, conversion: Conversion): Content {
  const { definition, values } = entry
  const item = withoutOverridden(definition, values)
  for (const { name } of shapeOf(definition).foreign) {
    delete item[name]
    const owner = name === inside ? undefined : ownerBy(entry, name, conversion)
    const text = owner && nameFor(owner, entry, conversion)
    if (owner === undefined || text === undefined) continue
    const { endpointKey = 'id' } = owner.definition
    const key = text === owner.values[endpointKey] ? endpointKey : 'id'
    item[name] = isMappingReference(definition, name) ? { [key]: text } : text
  }
  return item
}

/** The entity that a field refers to; undefined for a missing one, which is reported. */
function ownerBy(
  entry: Entry,
  field: string,
  { document, find, diagnostics }: Conversion,
): Entry | undefined {
  if (entry.owner?.field === field) return entry.owner.entry
  const reference = shapeOf(entry.definition).foreign.find(({ name }) => name === field)
  const text = textOf(entry.values[field])
  if (reference === undefined || text === undefined) return undefined
  const found = find(reference.field.reference, text)
  if (found === undefined)
    diagnostics.push(
      notConvertible(
        `${field}: nothing in this file is called ${JSON.stringify(text)}`,
        document.whereIs([...entry.path, field]),
      ),
    )
  return found
}

/** The name or id by which others refer to an entity; undefined for an entity without, which is reported. */
function nameFor(owner: Entry, from: Entry, { document, diagnostics }: Conversion): string | undefined {
  const name = referenceNameOf(owner.definition, owner.values)
  if (name === undefined)
    diagnostics.push(
      notConvertible(
        `this ${owner.definition.kind} needs a name or an id: a ${from.definition.kind} refers to it`,
        document.whereIs(owner.path),
      ),
    )
  return name
}

function append(holder: Content, key: string, item: unknown): void {
  const list = holder[key]
  if (Array.isArray(list)) list.push(item)
  else holder[key] = [item]
}

/** All entities, owners before what is inside of them. */
function entriesOf(document: Document, diagnostics: Diagnostic[]): Entry[] {
  const entries: Entry[] = []
  const visit = (record: Content, path: Path, lists: readonly Referrer[], owner?: Entry): void => {
    for (const { definition, field } of lists) {
      const list = record[definition.schema]
      if (!Array.isArray(list)) continue
      for (const [index, item] of list.entries()) {
        const at = [...path, definition.schema, index]
        if (isRecord(item)) entity(item, at, definition, owner && { entry: owner, field })
        else diagnostics.push(notConvertible('an entity is a mapping', document.whereIs(at)))
      }
    }
  }
  const entity = (item: Content, path: Path, definition: Definition, owner: Entry['owner']): void => {
    const children = childrenOf(definition)
    const names = new Set(['_comment', '_ignore', ...children.map(child => child.definition.schema)])
    const own = Object.entries(item).filter(([name]) => !names.has(name))
    const entry: Entry = { definition, values: Object.fromEntries(own), path, ...(owner && { owner }) }
    entries.push(entry)
    if (item['_comment'] !== undefined) diagnostics.push(lostComment(document, path))
    visit(item, path, children, entry)
  }
  const kinds = everyKind.map(definition => ({ definition, field: '' }))
  visit(document.content, [], kinds)
  return inOwnerOrder(entries)
}

/** Entities that are written inside of another come after it, wherever the file has them. */
function inOwnerOrder(entries: readonly Entry[]): Entry[] {
  const isInside = ({ definition }: Entry): boolean =>
    shapeOf(definition).foreign.some(({ field }) => field.nest === 'only')
  return [...entries.filter(entry => !isInside(entry)), ...entries.filter(isInside)]
}

const lostComment = (document: Document, path: Path): Diagnostic =>
  notConvertible(
    '_comment is left out: a state file has no such field',
    document.whereIs([...path, '_comment']),
    {
      severity: 'warning',
    },
  )

function createFinder(entries: readonly Entry[]): Conversion['find'] {
  const byName = new Map<string, Entry>()
  const byId = new Map<string, Entry>()
  for (const entry of entries) {
    const { definition, values } = entry
    const name = referenceNameOf(definition, values)
    if (name !== undefined && !byName.has(`${definition.schema}/${name}`))
      byName.set(`${definition.schema}/${name}`, entry)
    if (typeof values['id'] === 'string') byId.set(`${definition.schema}/${values['id']}`, entry)
  }
  return (schema, text) => byName.get(`${schema}/${text}`) ?? byId.get(`${schema}/${text}`)
}

/** A reference is a name or an id; `{ id }` is read as well. */
function textOf(value: unknown): string | undefined {
  const text = isRecord(value) ? value['id'] : value
  return typeof text === 'string' ? text : undefined
}

/** In Kong's format a short form (`url`) wins over its fields; in state files the fields win. */
function withoutOverridden(definition: Definition, values: Content): Content {
  const item = { ...values }
  for (const [name, shorthand] of Object.entries(definition.shorthand_fields ?? {})) {
    if (shorthand.expand === undefined || typeof values[name] !== 'string') continue
    const parts = expandShorthands({ [name]: values[name] }, { [name]: shorthand }, definition.fields)
    for (const [part, value] of Object.entries(parts)) if (!isAbsent(value)) delete item[part]
  }
  return item
}

const settings = new Set([
  '_format_version',
  '_transform',
  '_comment',
  '_ignore',
  '_info',
  '_workspace',
  '_plugin_configs',
])

function settingsOf(document: Document, entries: readonly Entry[], diagnostics: Diagnostic[]): Content {
  const { _format_version: version, _transform: transform, _comment: comment } = document.content
  const known = new Set([...everyKind.map(({ schema }) => schema), ...linkSets.map(({ set }) => set)])
  for (const name of Object.keys(document.content)) {
    if (known.has(name) || settings.has(name)) continue
    const hint =
      name === 'consumer_group_plugins' ? { hint: 'convert it with `deck file format deck` first' } : {}
    diagnostics.push(
      notConvertible(`${JSON.stringify(name)} is no list of entities`, document.whereIs([name], 'key'), hint),
    )
  }
  if (comment !== undefined) diagnostics.push(lostComment(document, []))
  const isHashed = entries.some(({ definition, values }) =>
    definition.transformations?.some(({ input, needs }) => needs !== undefined && !isAbsent(values[input])),
  )
  if (transform === false && isHashed)
    diagnostics.push(
      notConvertible(
        '_transform: false: the passwords in this file are hashes, and a sync would hash them again',
        document.whereIs(['_transform']),
        {
          severity: 'warning',
          hint: 'write the passwords themselves, or keep the hashes only where the gateway has them already',
        },
      ),
    )
  if (version === '2.1' || version === '1.1')
    diagnostics.push(
      notConvertible(
        'the state file is for Kong 2.x, as this file is',
        document.whereIs(['_format_version']),
        {
          severity: 'warning',
          hint: 'deck file convert --from kong-gateway-2.x --to kong-gateway-3.x makes one for Kong 3',
        },
      ),
    )
  const { _info, _workspace, _plugin_configs } = document.content
  return {
    _format_version: version === '2.1' ? '1.1' : version,
    ...(_info !== undefined && { _info }),
    ...(_workspace !== undefined && { _workspace }),
    ...(_plugin_configs !== undefined && { _plugin_configs }),
  }
}

/** @example plugins_partials: [{ plugin, partial, path }] → partials: [{ name, path }] of the plugin */
function addLinks({ document, find, items, diagnostics }: Conversion): void {
  for (const { set, definition, other, field } of linkSets) {
    const links = document.content[set]
    for (const [index, link] of (Array.isArray(links) ? links : []).entries()) {
      const [own, others] = isRecord(link) ? [textOf(link[definition.kind]), textOf(link[other.kind])] : []
      const holder = own === undefined ? undefined : find(definition.schema, own)
      const item = holder && items.get(holder)
      if (item === undefined || others === undefined) {
        diagnostics.push(
          notConvertible(
            `this names no ${definition.kind} and ${other.kind} of the file`,
            document.whereIs([set, index]),
          ),
        )
        continue
      }
      const linked = find(other.schema, others)
      const key = linked === undefined || linked.values['id'] === others ? 'id' : (other.endpointKey ?? 'id')
      const { path } = link as Content
      append(item, field, { [key]: others, ...(typeof path === 'string' && { path }) })
    }
  }
}
