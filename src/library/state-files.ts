/** State files without a gateway: reading and checking them. */
import { parseVersion } from '../entities/language/versions.ts'
import { pluginSchema } from '../entities/plugin-registry.ts'
import { type Diagnostic, type Place, StateFileError, UsageError } from '../errors.ts'
import { loadStateFile } from '../file/load.ts'
import { offlineProblems, offlineWarnings } from '../recipes/offline-checks.ts'
import { type Environment, listOf } from './settings.ts'

export interface ReadOptions {
  /** Default: `process.env`. */
  readonly env?: Environment
}

export interface ValidateOptions extends ReadOptions {
  /** The Kong that the files are for, e.g. `3.9`. Default: what `_format_version` says, else any. */
  readonly kongVersion?: string
}

/** An entity as a file has it: without ids and defaults that the file leaves out. */
export interface FileEntity {
  /** Kong's singular name, e.g. `service`, `plugin`, `keyauth_credential`. */
  readonly kind: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly where?: Place
}

export interface StateFile {
  readonly entities: readonly FileEntity[]
  /** `_info.select_tags`. */
  readonly selectTags: readonly string[]
  readonly workspace?: string
  /** Warnings. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Reads state files as `deck gateway sync` does, environment variables filled in.
 *
 * @param files paths of files or folders, merged into one state
 * @throws StateFileError with every problem and its place
 */
export async function readStateFile(
  files: string | readonly string[],
  { env = process.env }: ReadOptions = {},
): Promise<StateFile> {
  const { file, diagnostics } = await loadStateFile(listOf(files), { env, online: 'any' })
  if (file === undefined) throw new StateFileError(diagnostics)
  return {
    entities: file.entities
      .filter(({ isMention }) => isMention !== true)
      .map(({ definition, values, document, path }) => {
        const where = document.whereIs(path)
        return { kind: definition.kind, fields: values, ...(where && { where }) }
      }),
    selectTags: file.selectTags,
    ...(file.workspace && { workspace: file.workspace.value }),
    diagnostics,
  }
}

/**
 * Checks state files as `deck file validate` does, plugins included.
 *
 * @returns all errors and warnings, by file and line; empty where the files are good
 * @throws UsageError for an unknown version
 */
export async function validate(
  files: string | readonly string[],
  { env = process.env, kongVersion }: ValidateOptions = {},
): Promise<readonly Diagnostic[]> {
  const version = kongVersion === undefined ? undefined : parseVersion(kongVersion)
  if (kongVersion !== undefined && version === undefined) {
    throw new UsageError(`"${kongVersion}" is no version of Kong`, { hint: 'write it as 3.9 or 3.9.1' })
  }
  const judged = version === undefined ? {} : { version }
  const { file, merged, diagnostics } = await loadStateFile(listOf(files), {
    env,
    strictly: { bundled: pluginSchema, ...judged },
  })
  const more = file === undefined ? offlineWarnings(merged, judged) : offlineProblems(file, judged)
  return [...diagnostics, ...more]
}
