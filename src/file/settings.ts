/**
 * Values that the settings of a file add to one entity: the shared configuration of `_config`, the fields
 * of a short form (`url`), and `_info.defaults`. The entity's own values come first, then these in this
 * order. Each value keeps its place.
 */

import type { Definition } from '../entities/language/define.ts'
import { expandShorthands } from '../entities/language/shorthands.ts'
import { isRecord } from '../entities/language/values.ts'
import { type Document, type Elsewhere, isPlaceholder, seenFrom } from './document.ts'
import type { StateFile } from './merge.ts'
import type { FileEntity } from './nesting.ts'
import { shapeOf } from './shape.ts'

type Values = Readonly<Record<string, unknown>>

export interface WithSettings {
  readonly values: Values
  /** The entity's document, in which added values are found where they are really written. */
  readonly document: Document
}

export function withSettings(entity: FileEntity, file: StateFile): WithSettings {
  const { definition, path } = entity
  const elsewhere: Elsewhere[] = []
  let values = withSharedConfig(entity, file, elsewhere)
  values = withoutShorthands(definition, values, entity, elsewhere)
  for (const setting of file.defaults.get(definition.kind) ?? []) {
    values = mergedUnder(values, setting.value)
    elsewhere.push({ at: path, document: setting.document, path: setting.path })
  }
  return { values, document: seenFrom(entity.document, elsewhere) }
}

/** Mappings are merged at every level, arrays are not; existing values win (as in decK). */
function mergedUnder(own: Values, added: Values): Values {
  const both = Object.entries(own).map(([name, mine]) => {
    const other = Object.hasOwn(added, name) ? added[name] : undefined
    return [name, isRecord(mine) && isRecord(other) ? mergedUnder(mine, other) : mine] as const
  })
  const missing = Object.entries(added).filter(([name]) => !Object.hasOwn(own, name))
  return Object.fromEntries([...both, ...missing])
}

function withSharedConfig(entity: FileEntity, file: StateFile, elsewhere: Elsewhere[]): Values {
  const { _config: name, ...values } = entity.values
  const shared = typeof name === 'string' ? file.pluginConfigs.get(name) : undefined
  const field = shapeOf(entity.definition).abstract
  if (shared === undefined || field === undefined) return values
  elsewhere.push({ at: [...entity.path, field], document: shared.document, path: shared.path })
  const own = values[field]
  return { ...values, [field]: mergedUnder(isRecord(own) ? own : {}, shared.value) }
}

function withoutShorthands(
  definition: Definition,
  values: Values,
  { document, path }: FileEntity,
  elsewhere: Elsewhere[],
): Values {
  const short = Object.entries(definition.shorthand_fields ?? {}).filter(
    ([name, shorthand]) => shorthand.expand !== undefined && typeof values[name] === 'string',
  )
  if (short.length === 0) return values
  const result: Record<string, unknown> = { ...values }
  for (const [name, shorthand] of short) {
    delete result[name]
    // decK takes a URL with blanks in it, and writes them as a URL must.
    const written = String(values[name]).replaceAll(' ', '%20')
    const isBare = isPlaceholder(document, [...path, name]) && !written.includes('://')
    const text = isBare ? `http://${written}` : written
    const parts = expandShorthands({ [name]: text }, { [name]: shorthand }, definition.fields)
    for (const [part, value] of Object.entries(parts)) {
      // An explicit field wins over the short form: decK's rule. Kong's rule is the opposite.
      if (part in values || value === null || value === undefined) continue
      result[part] = value
      elsewhere.push({ at: [...path, part], document, path: [...path, name], whole: true })
    }
  }
  return result
}
