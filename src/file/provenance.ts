/**
 * Each value that an entity has on a gateway, and where it comes from: its own lines, the settings of the
 * file, or Kong.
 */
import { completeEntity } from '../entities/language/defaults.ts'
import { foreignFields } from '../entities/language/identity.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { entityFields } from '../entities/language/subschemas.ts'
import { isAbsent, isRecord, type Values } from '../entities/language/values.ts'
import type { Place } from '../errors.ts'
import type { Origin, Path } from '../state/state.ts'
import { valueAt } from './document.ts'
import type { Setting, StateFile } from './merge.ts'
import type { FileEntity } from './nesting.ts'
import { offendingPath } from './offending-field.ts'
import { withSettings } from './settings.ts'
import { shapeOf } from './shape.ts'

export interface Sourced {
  readonly path: Path
  readonly value: unknown
  /**
   * @example 'file', 'url', '_info.defaults', '_plugin_configs.shared', 'environment DECK_HOST', 'owner',
   * "Kong's default"
   */
  readonly source: string
  readonly where?: Place
}

/** @returns what the entity is made of, in the order of the schema, and its origin for masking */
export function provenance(
  entity: FileEntity,
  file: StateFile,
  schemas: Schemas,
): { values: Sourced[]; fields: Values; origin: Origin } {
  const { definition, path, owner } = entity
  const { values, document } = withSettings(entity, file)
  const fields = completeEntity(definition.kind, values, schemas)
  const known = entityFields(schemas.of(definition.kind), fields, schemas)
  const written = { values, fields: known }
  const sourced = leavesOf(fields, []).map((at): Sourced => {
    const value = valueAt(fields, at)
    const inFile = offendingPath(at, '', false, written)
    const isWritten = valueAt(values, inFile) !== undefined
    if (!isWritten) return { path: at, value, source: "Kong's default" }
    const where = document.whereIs([...path, ...inFile])
    const isFilled = document.isSecret([...path, ...inFile])
    const source = isFilled ? environmentOf(where) : sourceOf(inFile, entity, file)
    return { path: at, value, source, ...(where && { where }) }
  })
  const others = [...ofOwner(entity), ...tagsOfRun(entity, file)]
  // A `url` that cannot be read leaves `host` and `port` without a value.
  const shown = sourced.filter(
    ({ value, source }) => value !== undefined && (value !== null || source !== "Kong's default"),
  )
  const isOwner = ({ path: [first] }: Sourced): boolean => owner !== undefined && first === owner.field
  return {
    values: [...shown.filter(one => !isOwner(one)), ...others],
    fields,
    origin: { document, path },
  }
}

/** @example 'environment DECK_HOST' of `host: ${{ env "DECK_HOST" }}` */
function environmentOf(where: Place | undefined): string {
  const { source = '', column = 1, length = 0 } = where ?? {}
  const written = source.slice(column - 1, column - 1 + length)
  const names = [...written.matchAll(/\benv\s+["`](DECK_\w+)/g)].map(([, name]) => name)
  return ['environment', [...new Set(names)].join(', ')].join(' ').trim()
}

/** Lists are one value: they are not merged. */
const leavesOf = (value: unknown, above: Path): Path[] =>
  isRecord(value) && Object.keys(value).length > 0
    ? Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, [...above, name]))
    : [above]

function sourceOf(path: Path, { definition, values }: FileEntity, file: StateFile): string {
  if (valueAt(values, path) !== undefined) return 'file'
  const name = values['_config']
  const shared = typeof name === 'string' ? file.pluginConfigs.get(name) : undefined
  const [first, ...rest] = path
  if (first === shapeOf(definition).abstract && valueAt(shared?.value, rest) !== undefined)
    return `_plugin_configs.${String(name)}`
  const short = Object.keys(definition.shorthand_fields ?? {}).find(one => !isAbsent(values[one]))
  const isDefault = (file.defaults.get(definition.kind) ?? []).some(
    (setting: Setting<Values>) => valueAt(setting.value, path) !== undefined,
  )
  return isDefault || short === undefined ? '_info.defaults' : short
}

/** The reference to the outer entity. */
function ofOwner({ owner, definition }: FileEntity): Sourced[] {
  if (owner === undefined) return []
  const field = foreignFields(definition).find(({ name }) => name === owner.field)
  const { document, path, values, definition: above } = owner.entity
  const value = values[above.endpointKey ?? 'id'] ?? values['id']
  const where = document.whereIs(path)
  return field === undefined ? [] : [{ path: [owner.field], value, source: 'owner', ...(where && { where }) }]
}

/** `_info.select_tags` apply to all entities of the file. */
function tagsOfRun({ definition, values }: FileEntity, { documents, selectTags }: StateFile): Sourced[] {
  const own = Array.isArray(values['tags']) ? values['tags'] : []
  const added = selectTags.filter(tag => !own.includes(tag))
  if (added.length === 0 || definition.fields['tags'] === undefined) return []
  const document = documents.find(({ content }) => valueAt(content, ['_info', 'select_tags']) !== undefined)
  const where = document?.whereIs(['_info', 'select_tags'])
  return [{ path: ['tags'], value: added, source: '_info.select_tags', ...(where && { where }) }]
}
