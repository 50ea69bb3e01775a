/**
 * The scope of a run by its files: roles, plugin definitions, and whether other entities go with them
 * (decK's rules).
 */
import { isRecord } from '../entities/language/values.ts'
import { type Diagnostic, UsageError } from '../errors.ts'
import { isPluginDefinition, isRbacKind, type Scope } from '../state/select.ts'
import type { Path } from '../state/state.ts'
import { type Document, valueAt } from './document.ts'
import type { StateFile } from './merge.ts'
import { describe } from './nesting.ts'
import { problem } from './problem.ts'

/** Roles alone are a run about roles, as with `--rbac-resources-only`. */
export function scopeFor(file: StateFile, given: Scope): { scope: Scope; diagnostics: Diagnostic[] } {
  const roles = file.entities.filter(({ definition }) => isRbacKind(definition))
  const others = file.entities.filter(({ definition }) => !isRbacKind(definition))
  const rbacOnly = given.rbacOnly === true || (roles.length > 0 && others.length === 0)
  const pluginDefinitions = given.pluginDefinitions === true || saysDefinitions(file)
  const mixed = others.length === 0 ? [] : roles.filter(({ owner }) => owner === undefined)
  const definitions = pluginDefinitions
    ? []
    : others.filter(({ definition }) => isPluginDefinition(definition))
  return {
    scope: { ...given, rbacOnly, rbacImplied: rbacOnly && given.rbacOnly !== true, pluginDefinitions },
    diagnostics: [
      ...mixed.map(role =>
        problem(
          'mixed-scopes',
          `${describe(role)} stands beside what is no role: a run is about roles, or about all else`,
          role.document.whereIs(role.path),
          { hint: 'put roles into files of their own, and give --rbac-resources-only' },
        ),
      ),
      ...definitions.map(entity =>
        problem(
          'mixed-scopes',
          `${describe(entity)} is a plugin definition, which a run leaves alone by default`,
          entity.document.whereIs(entity.path),
          { hint: 'give --include-plugin-definitions' },
        ),
      ),
    ],
  }
}

/**
 * Problems of a file for a Konnect control plane, which must not be used with a gateway.
 *
 * @param named the control plane of the flags
 * @throws UsageError if the file names another one (decK's sentence)
 */
export function konnectProblems({ documents }: StateFile, named: string | undefined): Diagnostic[] {
  const said = documents
    .map(({ content }) => content['_konnect'])
    .filter(isRecord)
    .map(konnect => String(konnect['control_plane_name'] ?? konnect['runtime_group_name'] ?? ''))
    .find(name => name !== named)
  if (named !== undefined && said !== undefined)
    throw new UsageError(
      `warning: control plane '${named}' specified via --konnect-[control-plane|runtime-group]-name flag is different from '${said}' found in state file(s)`,
    )
  return documents.flatMap(document => [
    ...(document.content['_konnect'] === undefined
      ? []
      : [konnectProblem(document, ['_konnect'], '_konnect: Konnect is not supported')]),
    ...(valueAt(document.content, ['_info', skipHash]) === true
      ? [konnectProblem(document, ['_info', skipHash], skipHashProblem)]
      : []),
  ])
}

const skipHash = 'skip_hash_for_basic_auth'

/** decK's sentence: Kong would hash the hashes once more. */
const skipHashProblem = 'skip-hash-for-basic-auth functionality can be used with Konnect only'

const konnectProblem = (document: Document, path: Path, message: string): Diagnostic =>
  problem('not-supported', message, document.whereIs(path, 'key'), {
    hint: 'take it out to manage a gateway of your own with this file',
  })

const saysDefinitions = ({ documents }: StateFile): boolean =>
  documents.some(({ content }) => valueAt(content, ['_info', 'include_plugin_definitions']) === true)
