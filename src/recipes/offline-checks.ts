/** What `file validate` finds out about a state file as a whole, without a gateway. */
import { everyKind } from '../entities/enterprise.ts'
import type { Version } from '../entities/language/define.ts'
import { createSchemas, type PluginSchema } from '../entities/language/schemas.ts'
import { openSubschema } from '../entities/language/subschemas.ts'
import { parseVersion } from '../entities/language/versions.ts'
import { plugins, pluginsAt } from '../entities/plugin-registry.ts'
import { didYouMean } from '../entities/text/did-you-mean.ts'
import type { Diagnostic } from '../errors.ts'
import type { StateFile } from '../file/merge.ts'
import { pluginRuleProblems } from '../file/plugin-rules.ts'
import { problem } from '../file/problem.ts'
import { surprises } from '../file/surprises.ts'
import { toState } from '../file/to-state.ts'
import { createState } from '../state/state.ts'

/**
 * References and duplicates, as a Kong of the version would see them (default: the newest known), and plugins
 * not known here.
 */
export function offlineProblems(
  file: StateFile,
  asked?: Version,
  custom: ReadonlyMap<string, PluginSchema | undefined> = new Map(),
): Diagnostic[] {
  const version = asked ?? parseVersion('3.9')
  if (version === undefined) return []
  const schemas = createSchemas(version, () => undefined, { definitions: everyKind })
  const { state, diagnostics } = toState(file, { current: createState([], schemas), schemas })
  // A file of an older format is for an older Kong, where nothing else says so.
  const isForNewKong = asked !== undefined || file.formatVersion?.value === '3.0'
  return [
    ...diagnostics,
    ...pluginRuleProblems(state, schemas),
    ...unknownPlugins(file, asked, custom),
    ...(isForNewKong ? surprises(file, version) : []),
  ]
}

/**
 * A warning at each plugin that Kong does not bundle: it may be installed, but its configuration cannot be
 * checked here.
 */
function unknownPlugins(
  file: StateFile,
  asked: Version | undefined,
  custom: ReadonlyMap<string, unknown>,
): Diagnostic[] {
  const bundled = (asked === undefined ? plugins : pluginsAt(asked)).map(({ name }) => name)
  const known = new Set([...bundled, ...custom.keys(), ...file.customPlugins])
  return file.entities.flatMap(({ definition, values, document, path }) => {
    const { key, name } = openSubschema(definition, values) ?? {}
    if (key === undefined || name === undefined || known.has(name)) return []
    return problem(
      'unknown-plugin',
      `Kong ${asked === undefined ? '' : `${asked.text} `}bundles no ${definition.kind} "${name}": its configuration is not checked`,
      document.whereIs([...path, key]),
      { severity: 'warning', hint: didYouMean(name, [...known]) },
    )
  })
}
