/**
 * What a dump leaves out with `--skip-defaults`: what the gateway would fill in again (decK's rules). A null
 * that keeps a default away stays.
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
 * Takes them out of what is about to be written. `enabled` of what has a configuration of its own stays, and
 * so does what decK's files must say.
 *
 * @param content the entity as a dump has it, in the file's words
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
