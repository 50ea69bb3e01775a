/** What only the gateway knows to be wrong with a wanted state: plugins that it does not have, configurations that its schemas refuse. */
import { type SchemaSource, subschemaNames } from '../admin-client/schemas.ts'
import { completeEntity } from '../entities/defaults.ts'
import type { Definition } from '../entities/define.ts'
import { schemaViolation } from '../entities/messages.ts'
import type { Schemas } from '../entities/schemas.ts'
import { validateEntity } from '../entities/validate.ts'
import type { Diagnostic, Place } from '../errors.ts'
import { firstLeaf } from '../report/failures.ts'
import type { Path, State, StateEntity } from '../state/state.ts'

/**
 * Loads the schemas of all plugins that the state names.
 *
 * @returns an error for each that the gateway does not have; a warning where the gateway's schema refuses a configuration (it is the gateway that
 *   decides: its rules may be other than what it prints of them)
 */
export async function pluginProblems(target: State, source: SchemaSource): Promise<Diagnostic[]> {
  const { schemas } = source
  const unknown = await source.load(subschemaNames(target, schemas))
  return openKinds(schemas).flatMap(definition =>
    target
      .all(definition.kind)
      .flatMap(
        entity => unknownPlugin(definition, entity, unknown, schemas) ?? violation(entity, schemas) ?? [],
      ),
  )
}

/** Kinds of which the server alone knows all that they may contain. */
const openKinds = ({ kinds }: Schemas): readonly Definition[] =>
  kinds.filter(({ subschema }) => subschema !== undefined && subschema.types === undefined)

function unknownPlugin(
  { kind, subschema }: Definition,
  entity: StateEntity,
  unknown: ReadonlySet<string>,
  { version }: Schemas,
): Diagnostic | undefined {
  const key = subschema?.key ?? ''
  const name = entity.fields[key]
  if (typeof name !== 'string' || !unknown.has(name)) return undefined
  return {
    severity: 'error',
    code: 'unknown-plugin',
    message: `the gateway (Kong ${version.text}) has no ${kind} named '${name}'`,
    ...placed(entity, [key]),
    hint: 'is the name right, and the plugin installed and switched on there (its `plugins` setting)?',
  }
}

function violation(entity: StateEntity, schemas: Schemas): Diagnostic | undefined {
  const violations = validateEntity(entity.kind, completeEntity(entity.kind, entity.fields, schemas), schemas)
  if (violations === undefined) return undefined
  return {
    severity: 'warning',
    code: 'refused-by-schema',
    message: `the gateway will refuse this ${entity.kind}: ${schemaViolation(violations)}`,
    ...placed(entity, firstLeaf(violations)),
  }
}

function placed({ origin }: StateEntity, path: Path): { where?: Place } {
  const where = origin?.document.whereIs([...origin.path, ...path], 'value')
  return where === undefined ? {} : { where }
}
