/** The parts of a state that a run is about: by kinds (`--skip-consumers` and the like), or by tags. */
import type { Definition } from '../entities/language/define.ts'
import { foreignFields } from '../entities/language/identity.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { isAbsent } from '../entities/language/values.ts'
import { createState, type State, type StateEntity } from './state.ts'

/**
 * Which kinds a run is about; by default all but roles and plugin definitions, which decK manages only on
 * request.
 */
export interface Scope {
  readonly skipConsumers?: boolean
  readonly skipCaCertificates?: boolean
  /** Memberships in groups are neither read nor changed. */
  readonly skipMembers?: boolean
  /** Roles and their permissions, and nothing else. */
  readonly rbacOnly?: boolean
  /** Set by the files; a gateway without roles is reported when the first one is sent. */
  readonly rbacImplied?: boolean
  /** Cloned and custom plugins too. */
  readonly pluginDefinitions?: boolean
}

/** Kong's names of what `--skip-consumers` leaves alone. */
const consumers = new Set(['consumers', 'consumer_groups'])
const roles = new Set(['rbac_roles', 'rbac_role_endpoints'])
const pluginDefinitions = new Set(['cloned_plugins', 'custom_plugins'])

/**
 * Whether a kind is nothing but a consumer's: consumers themselves, their groups, and what lives below them
 * alone.
 */
export function isConsumerKind(definition: Definition): boolean {
  return (
    consumers.has(definition.schema) ||
    foreignFields(definition).some(({ field }) => field.nest === 'only' && consumers.has(field.reference))
  )
}

export const isPluginDefinition = ({ schema }: Definition): boolean => pluginDefinitions.has(schema)

export const isRbacKind = ({ schema }: Definition): boolean => roles.has(schema)

/** Whether a run is to leave a kind alone. */
export function exclusionOf(scope: Scope): (definition: Definition) => boolean {
  return definition => {
    const { schema, link } = definition
    if (roles.has(schema)) return scope.rbacOnly !== true
    if (scope.rbacOnly === true) return true
    if (pluginDefinitions.has(schema)) return scope.pluginDefinitions !== true
    if (scope.skipCaCertificates === true && schema === 'ca_certificates') return true
    if (scope.skipMembers === true && link !== undefined) return true
    return scope.skipConsumers === true && isConsumerKind(definition)
  }
}

/** A state without the excluded kinds, and without the entities in their scope (a consumer's plugins). */
export function within(state: State, schemas: Schemas, isLeftAlone: (kind: Definition) => boolean): State {
  const left = new Set(schemas.kinds.filter(isLeftAlone).map(({ schema }) => schema))
  if (left.size === 0) return state
  const kept = schemas.kinds.flatMap(definition => {
    if (left.has(definition.schema)) return []
    const scopes = foreignFields(definition).filter(({ field }) => left.has(field.reference))
    return state
      .all(definition.kind)
      .filter(({ fields }) => scopes.every(({ name }) => isAbsent(fields[name])))
  })
  return createState(kept, schemas)
}

/** Every entity of a state, kind by kind in the registry's order. */
export const allOf = (state: State, schemas: Schemas): StateEntity[] =>
  schemas.kinds.flatMap(({ kind }) => state.all(kind))
