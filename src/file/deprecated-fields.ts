/** Warnings of deprecated fields, each with the field that replaces it; and the new names of removed fields. */
import type { Definition } from '../entities/language/define.ts'
import { deprecationsIn, newNameOf } from '../entities/language/deprecations.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { entityFields, openSubschema } from '../entities/language/subschemas.ts'
import type { Values } from '../entities/language/values.ts'
import { parseVersion } from '../entities/language/versions.ts'
import type { Diagnostic } from '../errors.ts'
import type { Path } from '../state/state.ts'
import type { BundledPlugin } from './check-values.ts'
import type { StateFile } from './merge.ts'
import { describe, type FileEntity } from './nesting.ts'
import { problem } from './problem.ts'
import { withSettings } from './settings.ts'

/** @param schemas of the Kong that the files are for, with its plugins */
export function deprecatedFields(file: StateFile, schemas: Schemas): Diagnostic[] {
  const kinds = new Map(schemas.kinds.map(definition => [definition.kind, definition]))
  const found = file.entities.flatMap(entity => {
    const definition = kinds.get(entity.definition.kind)
    return definition === undefined ? [] : inEntity(entity, definition, file, schemas)
  })
  // Plugins that share a configuration share its problems.
  return [...new Map(found.toReversed().map(one => [JSON.stringify(one.where), one])).values()].toReversed()
}

function inEntity(
  entity: FileEntity,
  definition: Definition,
  file: StateFile,
  schemas: Schemas,
): Diagnostic[] {
  const { values, document } = withSettings(entity, file)
  const fields = entityFields(definition, values, schemas)
  const { shorthand_fields = {} } = definition
  return deprecationsIn(values, { fields, shorthand_fields }, schemas.version).map(
    ({ path, message, replacement }) =>
      problem(
        'deprecated-field',
        `${message} (${describe(entity)})`,
        document.whereIs([...entity.path, ...path], 'key'),
        {
          severity: 'warning',
          hint: replacement === undefined ? 'leave the field out' : `use ${replacement} instead`,
        },
      ),
  )
}

/**
 * The new name of a plugin's field that Kong has no more.
 *
 * @example ip-restriction's `config.whitelist` // 'config.allow'
 */
export function newPluginField(
  definition: Definition,
  values: Values,
  path: Path,
  bundled: BundledPlugin,
): string | undefined {
  const { name } = openSubschema(definition, values) ?? {}
  if (name === undefined || oldest === undefined) return undefined
  return newNameOf(path, bundled(name, oldest)?.fields ?? {})
}

const oldest = parseVersion('2.8')
