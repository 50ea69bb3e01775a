/**
 * The content of a state file, as `fromState` writes it (references resolved, defaults and shared
 * configurations filled in) → a DB-less file of Kong.
 */
import type { Definition } from '../../entities/language/define.ts'
import { isRecord } from '../../entities/language/values.ts'
import { DeckError } from '../../errors.ts'
import { type Place, topPlaces } from '../../file/layout.ts'
import { shapeOf } from '../../file/shape.ts'
import { type Content, isContent } from '../owners.ts'
import { linkSets, referenceNameOf } from './dbless-format.ts'

export function toDbless(content: Content): Content {
  const file: Content = { _format_version: content['_format_version'] }

  /** @param above the outer entity */
  const entity = (definition: Definition, values: Content, above?: { place: Place; owner: Owner }): void => {
    const { nested, foreign, places } = shapeOf(definition)
    const item = Object.fromEntries(Object.entries(values).filter(([name]) => !nested.has(name)))
    for (const { name } of foreign) if (item[name] !== undefined) item[name] = referenceText(item[name])
    for (const { set, field, other } of linkSets.filter(one => one.definition.kind === definition.kind)) {
      for (const link of listAt(item, field)) {
        const { path } = link
        const own = referenceNameOf(definition, item)
        if (own === undefined)
          throw new DeckError(
            `a ${definition.kind} with ${field} needs an id, by which a DB-less file refers to it`,
          )
        append(file, set, {
          [definition.kind]: own,
          [other.kind]: referenceText(link),
          ...(path !== undefined && { path }),
        })
      }
      delete item[field]
    }
    // Kong reads links in a list of their own only.
    const isLink = definition.link !== undefined && above?.place.field !== undefined
    if (isLink) item[above?.place.field ?? ''] = referenceNameOf(above.owner.definition, above.owner.item)
    append(above === undefined || isLink ? file : above.owner.item, definition.schema, item)
    for (const place of places)
      for (const [inner, fields] of itemsAt(values, place))
        entity(inner, fields, { place, owner: { definition, item } })
  }

  for (const place of topPlaces)
    for (const [definition, fields] of itemsAt(content, place)) entity(definition, fields)
  return file
}

interface Owner {
  readonly definition: Definition
  readonly item: Content
}

/** The items of a list that are of its kind. */
const itemsAt = (holder: Content, place: Place): [Definition, Content][] =>
  place.isReadOnly === true
    ? []
    : listAt(holder, place.key).flatMap(item => {
        const found = place.form.read(item)
        return found === undefined ? [] : [[place.definition, { ...found.values }] as [Definition, Content]]
      })

const listAt = (holder: Content, key: string): Content[] => {
  const list = holder[key]
  return Array.isArray(list) ? list.filter(isContent) : []
}

function append(holder: Content, key: string, item: Content): void {
  const list = holder[key]
  if (Array.isArray(list)) list.push(item)
  else holder[key] = [item]
}

/** `{ name }`, `{ id }`, or already a text. */
function referenceText(value: unknown): unknown {
  if (!isRecord(value)) return value
  const { id, tags: _tags, path: _path, ...names } = value
  return Object.values(names).find(name => typeof name === 'string') ?? id
}
