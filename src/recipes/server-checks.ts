/**
 * Problems of a target state that only the gateway knows: missing plugins, and configurations that its
 * schemas refuse.
 */
import { type SchemaSource, subschemaNames } from '../admin-client/schemas.ts'
import { completeEntity } from '../entities/language/defaults.ts'
import type { Definition, Violations } from '../entities/language/define.ts'
import { schemaViolation } from '../entities/language/messages.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { entityFields } from '../entities/language/subschemas.ts'
import { validateEntity } from '../entities/language/validate.ts'
import type { Diagnostic, Place } from '../errors.ts'
import { shapeOf } from '../file/shape.ts'
import { complaintsAbout } from '../file/value-problems.ts'
import { maskEntity, maskSentence } from '../report/mask.ts'
import type { Path, State, StateEntity } from '../state/state.ts'

export interface ServerProblems {
  /**
   * An error for each entity whose plugin the gateway does not have; a warning where the gateway's schema
   * refuses a configuration (it is the gateway that decides: its rules may be other than what it prints of
   * them).
   */
  readonly diagnostics: readonly Diagnostic[]
  /** Entities that the gateway cannot have, and that no plan includes. */
  readonly impossible: ReadonlySet<StateEntity>
  /** What the gateway's schemas refuse: of all entities of the kinds that `isOpen`. */
  readonly refused: ReadonlySet<StateEntity>
}

/** Loads the schemas of all plugins that the state names. */
export async function pluginProblems(target: State, source: SchemaSource): Promise<ServerProblems> {
  const { schemas } = source
  const unknown = await source.load(subschemaNames(target, schemas))
  const diagnostics: Diagnostic[] = []
  const [impossible, refused] = [new Set<StateEntity>(), new Set<StateEntity>()]
  for (const definition of schemas.kinds.filter(isOpen)) {
    for (const entity of target.all(definition.kind)) {
      const missing = unknownPlugin(definition, entity, unknown, schemas)
      const problem = missing ?? violation(entity, schemas)
      if (missing !== undefined) impossible.add(entity)
      else if (problem !== undefined) refused.add(entity)
      if (problem !== undefined) diagnostics.push(problem)
    }
  }
  return { diagnostics, impossible, refused }
}

/** Whether the server alone knows all that entities of a kind may contain. */
export const isOpen = ({ subschema }: Definition): boolean =>
  subschema !== undefined && subschema.types === undefined

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
    hint: 'check the name, and that the plugin is installed and enabled on the gateway (its `plugins` setting)',
  }
}

function violation(entity: StateEntity, schemas: Schemas): Diagnostic | undefined {
  const { kind, fields } = entity
  const complete = completeEntity(kind, fields, schemas)
  const { abstract } = shapeOf(schemas.of(kind))
  // What is missing in a plugin's configuration is missing as well where there is none at all.
  const defaulted = abstract === undefined ? fields : { [abstract]: {}, ...fields }
  const violations = validateEntity(kind, complete, schemas, { defaulted })
  if (violations === undefined) return undefined
  return {
    severity: 'warning',
    code: 'refused-by-schema',
    message: `the gateway will refuse this ${entity.kind}: ${shown(schemaViolation(violations), entity, schemas)}`,
    ...placed(entity, pathOf(violations, complete, entity, schemas)),
  }
}

/** Where the first of the problems is, with the key of a map that Kong does not name. */
function pathOf(
  violations: Violations,
  complete: Readonly<Record<string, unknown>>,
  { kind }: StateEntity,
  schemas: Schemas,
): Path {
  const fields = entityFields(schemas.of(kind), complete, schemas)
  return complaintsAbout(violations, complete, fields, schemas.version)[0]?.path ?? []
}

/** Kong's sentences may repeat the value that they are about. */
const shown = (text: string, entity: StateEntity, schemas: Schemas): string =>
  maskSentence(text, entity.fields, maskEntity(entity.fields, entity, { schemas }))

function placed({ origin }: StateEntity, path: Path): { where?: Place } {
  const where = origin?.document.whereIs([...origin.path, ...path], 'value')
  return where === undefined ? {} : { where }
}
