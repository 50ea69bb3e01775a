/**
 * Values that a dump omits with `--skip-defaults`: the gateway would fill them in again (decK's rules). A
 * null that suppresses a default stays.
 */
import { completeEntity } from '../entities/language/defaults.ts'
import type { Definition } from '../entities/language/define.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { replacementOf } from '../entities/language/shorthands.ts'
import { entityFields } from '../entities/language/subschemas.ts'
import { isAbsent, isRecord } from '../entities/language/values.ts'
import type { StateEntity } from '../state/state.ts'
import { valueAt } from './document.ts'

type Content = Record<string, unknown>

/**
 * Removes defaults from an entity of a dump. `enabled` of an entity with a configuration stays, as do
 * fields that decK's files require.
 *
 * @param content the entity in the form of the file
 */
export function dropDefaults(
  content: Content,
  entity: StateEntity,
  definition: Definition,
  schemas: Schemas,
): void {
  const fields = Object.entries(definition.fields)
  const config = fields.find(([, field]) => field.abstract === true)?.[0]
  const bare = fields.filter(([, field]) => field.default === undefined).map(([name]) => name)
  const given = Object.fromEntries(bare.map(name => [name, entity.fields[name]]))
  const input = config === undefined ? given : { ...given, [config]: {} }
  const defaults = completeEntity(entity.kind, input, schemas)
  for (const [name, field] of fields) {
    const stays =
      bare.includes(name) ||
      field.type === 'record' ||
      definition.alwaysDumped?.includes(name) === true ||
      (config !== undefined && name === 'enabled')
    if (!stays && same(content[name], defaults[name])) delete content[name]
  }
  if (config === undefined || !isRecord(content[config]) || !isRecord(defaults[config])) return
  const { shorthand_fields = {} } = entityFields(definition, entity.fields, schemas)[config] ?? {}
  const short = Object.entries(shorthand_fields).map(([name, shorthand]) => {
    const path = replacementOf(shorthand)
    return [name, path && valueAt(defaults[config], path)] as const
  })
  const kept = withoutSame(content[config], { ...Object.fromEntries(short), ...defaults[config] })
  if (Object.keys(kept).length > 0) content[config] = kept
  else delete content[config]
}

/** Compares records field by field, and omits records without differences. */
function withoutSame(value: Readonly<Content>, defaults: Readonly<Content>): Content {
  const kept = Object.entries(value).flatMap(([name, item]): [string, unknown][] => {
    const other = defaults[name]
    if (isRecord(item) && isRecord(other)) {
      const inner = withoutSame(item, other)
      return Object.keys(inner).length > 0 ? [[name, inner]] : []
    }
    return same(item, other) ? [] : [[name, item]]
  })
  return Object.fromEntries(kept)
}

const same = (a: unknown, b: unknown): boolean =>
  isAbsent(a) || isAbsent(b) ? isAbsent(a) && isAbsent(b) : JSON.stringify(a) === JSON.stringify(b)
