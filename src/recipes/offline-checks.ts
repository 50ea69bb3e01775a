/** The checks of `file validate` on a whole state file, without a gateway. */
import { everyKind } from '../entities/enterprise.ts'
import { isEnterprisePlugin } from '../entities/enterprise-plugins.ts'
import { type RouterFlavor, stockFlavor } from '../entities/expressions/router-flavors.ts'
import type { Version } from '../entities/language/define.ts'
import { createSchemas, type PluginSchema } from '../entities/language/schemas.ts'
import { openSubschema } from '../entities/language/subschemas.ts'
import { parseVersion } from '../entities/language/versions.ts'
import { pluginSchemasAt, plugins, pluginsAt } from '../entities/plugin-registry.ts'
import { didYouMean } from '../entities/text/did-you-mean.ts'
import type { Diagnostic } from '../errors.ts'
import { flavoredFields } from '../file/check-values.ts'
import { deprecatedFields } from '../file/deprecated-fields.ts'
import { formatVersionProblems } from '../file/format-version.ts'
import type { StateFile } from '../file/merge.ts'
import { describe } from '../file/nesting.ts'
import { pluginRuleProblems } from '../file/plugin-rules.ts'
import { problem } from '../file/problem.ts'
import { surprises } from '../file/surprises.ts'
import { toState } from '../file/to-state.ts'
import { createState } from '../state/state.ts'

/** The Kong that files are judged for. Default: the newest known, with its default router. */
interface Judged {
  readonly version?: Version
  readonly flavor?: RouterFlavor
  /** Plugins that Kong does not bundle. */
  readonly custom?: ReadonlyMap<string, PluginSchema | undefined>
}

/**
 * References and duplicates, as a Kong of the version would see them (default: the newest known), and plugins
 * not known here.
 */
export function offlineProblems(file: StateFile, judged: Judged = {}): Diagnostic[] {
  const version = judged.version ?? parseVersion('3.9')
  if (version === undefined) return []
  const schemas = createSchemas(version, () => undefined, { definitions: everyKind })
  const { state, diagnostics } = toState(file, { current: createState([], schemas), schemas })
  return [
    ...(judged.version === undefined ? [] : formatVersionProblems(file, judged.version)),
    ...diagnostics,
    ...pluginRuleProblems(state, schemas),
    ...offlineWarnings(file, judged),
  ]
}

/** Warnings; also for a file with errors. */
export function offlineWarnings(file: StateFile, judged: Judged = {}): Diagnostic[] {
  const version = judged.version ?? parseVersion('3.9')
  // A file of an older format is for an older Kong, where nothing else says so.
  const isForNewKong = judged.version !== undefined || file.formatVersion?.value === '3.0'
  return [
    ...unknownPlugins(file, judged),
    ...(judged.flavor === undefined ? flavoredEntities(file) : []),
    ...deprecated(file, judged, isForNewKong),
    ...(isForNewKong && version !== undefined ? surprises(file, version) : []),
  ]
}

/** Deprecated in the version that the file is for. */
function deprecated(
  file: StateFile,
  { version: asked, custom }: Judged,
  isForNewKong: boolean,
): Diagnostic[] {
  const version = asked ?? parseVersion(isForNewKong ? '3.9' : '2.8')
  if (version === undefined) return []
  const bundled = pluginSchemasAt(version)
  const plugin = (name: string) => custom?.get(name) ?? bundled(name)
  return deprecatedFields(file, createSchemas(version, plugin, { definitions: everyKind }))
}

/** A warning at each field that Kong's default router flavor does not have: `expression` of a route. */
function flavoredEntities(file: StateFile): Diagnostic[] {
  return file.entities.flatMap(entity => {
    const [field] = flavoredFields(entity)
    if (field === undefined) return []
    return problem(
      'needs-flavor',
      `${field}: a gateway with router_flavor = expressions alone takes this field (${describe(entity)})`,
      entity.document.whereIs([...entity.path, field], 'key'),
      {
        severity: 'warning',
        hint: `--flavor expressions says that the gateway is set up so; Kong's default is ${stockFlavor}`,
      },
    )
  })
}

/**
 * A warning at each plugin that Kong does not bundle: it may be installed, but its configuration cannot be
 * checked here.
 */
function unknownPlugins(file: StateFile, { version: asked, custom }: Judged): Diagnostic[] {
  const bundled = (asked === undefined ? plugins : pluginsAt(asked)).map(({ name }) => name)
  const known = new Set([...bundled, ...(custom?.keys() ?? []), ...file.customPlugins])
  return file.entities.flatMap(({ definition, values, document, path }) => {
    const { key, name } = openSubschema(definition, values) ?? {}
    if (key === undefined || name === undefined || known.has(name)) return []
    const where = document.whereIs([...path, key])
    if (isEnterprisePlugin(name))
      return problem(
        'enterprise-plugin',
        `"${name}" is a plugin of Kong Enterprise: its configuration is not checked`,
        where,
        { severity: 'warning' },
      )
    return problem(
      'unknown-plugin',
      `Kong ${asked === undefined ? '' : `${asked.text} `}bundles no ${definition.kind} "${name}": its configuration is not checked`,
      where,
      { severity: 'warning', hint: didYouMean(name, [...known]) },
    )
  })
}
