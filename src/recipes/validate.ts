/**
 * The recipe of `validate`: the files alone, or each entity against the server as well. Silent where all is
 * well.
 */

import { inParallel } from '../admin-client/in-parallel.ts'
import { subschemaNames } from '../admin-client/schemas.ts'
import type { ClientSettings } from '../admin-client/settings.ts'
import type { RouterFlavor } from '../entities/expressions/router-flavors.ts'
import type { Version } from '../entities/language/define.ts'
import type { PluginSchema } from '../entities/language/schemas.ts'
import { parseVersion } from '../entities/language/versions.ts'
import { DeckError, type Diagnostic, exitCodes, refuseErrors, StateFileError } from '../errors.ts'
import type { BundledPlugin, Strictly } from '../file/check-values.ts'
import { deprecatedFields } from '../file/deprecated-fields.ts'
import { doubtProblems } from '../file/doubts.ts'
import { unreadableVersion } from '../file/format-version.ts'
import { type Loaded, type LoadOptions, loadStateFile } from '../file/load.ts'
import type { StateFile } from '../file/merge.ts'
import { hasPolicyOverrides, pluginRuleProblems } from '../file/plugin-rules.ts'
import { inOrder } from '../file/problem.ts'
import { scopeFor } from '../file/scope.ts'
import { type Severities, withSeverities } from '../file/severities.ts'
import { toState } from '../file/to-state.ts'
import { allOf, type Scope } from '../state/select.ts'
import { createState, type StateEntity } from '../state/state.ts'
import { referredOutside } from './beyond-the-file.ts'
import { checkedLine } from './checked-line.ts'
import { openGateway, refuseMissingWorkspace } from './gateway-state.ts'
import { gatewayVerdict, judging } from './gateway-verdict.ts'
import { offlineProblems, offlineWarnings } from './offline-checks.ts'
import { isAskedByDefault } from './online-entities.ts'
import { whileReading } from './progress.ts'
import { hideFilled } from './reconcile/read-files.ts'
import { printDiagnostics } from './report-diagnostics.ts'
import { readInput, type Terminal } from './terminal.ts'
import { type KeepRun, type ReportTarget, withReports } from './write-reports.ts'

export interface ValidateOptions {
  readonly files: readonly string[]
  /** Present: online (`gateway validate`); absent: offline (`file validate`). */
  readonly client?: ClientSettings
  /** Offline: the Kong that the files are for. Default: what `_format_version` says, else any. */
  readonly kongVersion?: Version
  /** Offline: how that Kong's router reads routes. Default: as the files need it. */
  readonly flavor?: RouterFlavor
  /** Plugins that Kong does not bundle, with their schemas where those are known. */
  readonly customPlugins?: ReadonlyMap<string, PluginSchema | undefined>
  /** Kong's names of the sets that are sent to the gateway; absent: all. */
  readonly onlineEntities?: ReadonlySet<string>
  readonly scope?: Scope
  readonly severities?: Severities
  /** `--report`; written however the run ends. */
  readonly reports?: readonly ReportTarget[]
}

/** @returns the exit code; @throws DeckError, for bad files a StateFileError */
export function validate(options: ValidateOptions, io: Terminal): Promise<number> {
  const title = options.client === undefined ? 'file validate' : 'gateway validate'
  return withReports(options.reports ?? [], title, io, (out, keep) => check(options, out, keep))
}

async function check(options: ValidateOptions, io: Terminal, keep: KeepRun | undefined): Promise<number> {
  const { pluginSchema } = await import('../entities/plugin-registry.ts')
  const { kongVersion: version, customPlugins: custom = new Map(), flavor } = options
  const judged = { custom, ...(version && { version }), ...(flavor && { flavor }) }
  const bundled: BundledPlugin = (name, at) => custom.get(name) ?? pluginSchema(name, at)
  let input: Promise<Buffer> | undefined
  const stdin = () => {
    input ??= readInput(io)
    return input
  }
  const read = (how: LoadOptions) => loadStateFile(options.files, { env: io.env, stdin, ...how })
  const online = { online: 'tagged' } as const
  const loaded = await read(
    options.client ? { ...online, gatewayJudges: true } : { strictly: { bundled, ...judged } },
  )
  const { file, diagnostics } = loaded
  if (file === undefined) {
    const more = options.client
      ? await refusedByVersion(options.client, at => read({ ...online, strictly: { bundled, ...at } }))
      : withSeverities(offlineWarnings(loaded.merged, judged), options.severities)
    throw new StateFileError(sorted(withOthers(diagnostics, more), loaded))
  }
  // Definitions of plugins are looked at like all else: only a sync is to leave them alone.
  const { diagnostics: misfits } = scopeFor(file, { ...options.scope, pluginDefinitions: true })
  refuseErrors([...diagnostics, ...misfits])
  const all = [
    ...diagnostics,
    ...(options.client === undefined
      ? offlineProblems(file, judged)
      : await onlineProblems({ ...loaded, file }, options, options.client, io)),
  ]
  const found = sorted(withSeverities(eachOnce(all), options.severities), loaded)
  refuseErrors(found)
  keep?.({ outcomes: [], warnings: [], errors: [], diagnostics: found }, undefined)
  printDiagnostics(found, [], io)
  if (options.client === undefined && io.stderr.isTTY === true) {
    const newest = parseVersion('3.9')
    const isKnown = (name: string) => newest !== undefined && bundled(name, version ?? newest) !== undefined
    const kong = version?.text ?? (file.formatVersion?.value === '3.0' ? '3.x' : undefined)
    io.stderr.write(`${checkedLine(file, kong, isKnown)}\n`)
  }
  return exitCodes.done
}

/**
 * A gateway is not asked about files with errors: what else a Kong of its version refuses is known here.
 *
 * @returns nothing where there is no gateway: the files are to be mended first
 */
async function refusedByVersion(
  client: ClientSettings,
  read: (at: Pick<Strictly, 'version' | 'flavor'>) => Promise<Loaded>,
): Promise<readonly Diagnostic[]> {
  const gateway = await openGateway(client)
  try {
    const { version, routerFlavor } = await gateway.information
    return (await read({ version, flavor: routerFlavor })).diagnostics
  } catch (error) {
    if (error instanceof DeckError) return []
    throw error
  } finally {
    gateway.client.close()
  }
}

/** Each place once: the others say it in the words of the version. */
function withOthers(found: readonly Diagnostic[], others: readonly Diagnostic[]): Diagnostic[] {
  const key = ({ where, severity }: Diagnostic): string =>
    `${severity} ${where?.file}:${where?.line}:${where?.column}`
  const known = new Set(others.map(key))
  return [...found.filter(one => !known.has(key(one))), ...others]
}

/** What is in doubt here, the gateway refuses in the same words. */
const eachOnce = (all: readonly Diagnostic[]): Diagnostic[] => [
  ...new Map(all.map(one => [JSON.stringify([one.where, one.severity, one.message]), one])).values(),
]

const sorted = (all: readonly Diagnostic[], { merged }: Loaded): Diagnostic[] =>
  inOrder(
    all,
    merged.documents.map(({ name }) => name),
  )

/** Everything that the server refuses, not the first. */
async function onlineProblems(
  { file, doubts }: Loaded & { readonly file: StateFile },
  { onlineEntities }: ValidateOptions,
  settings: ClientSettings,
  io: Terminal,
): Promise<Diagnostic[]> {
  const gateway = await openGateway(settings)
  if ((settings.verbose ?? 0) > 0) hideFilled({ file }, gateway.client)
  try {
    const source = await gateway.source()
    const workspace = settings.workspace ?? file.workspace?.value
    await refuseMissingWorkspace(gateway, { ...settings, ...(workspace !== undefined && { workspace }) })
    const client = workspace === undefined ? gateway.client : gateway.client.within(workspace)
    const { schemas } = source
    const nothing = createState([], schemas)
    const isTagged = file.lookupTags.size > 0 || file.selectTags.length > 0
    const outside = isTagged ? await referredOutside(file, client, schemas, nothing) : undefined
    const { state, diagnostics } = toState(file, {
      current: nothing,
      schemas,
      ...(outside && { outside: outside.state }),
    })
    await source.load(subschemaNames(state, schemas)) // so that secrets of plugins are known as such
    const asked = allOf(state, schemas).filter(
      ({ kind }) => onlineEntities?.has(schemas.of(kind).schema) ?? isAskedByDefault(schemas.of(kind)),
    )
    const on = judging(client, file, state, schemas)
    const judge = (entity: StateEntity) => gatewayVerdict(entity, on)
    const answers = await whileReading(
      client,
      false,
      io,
      () => inParallel(asked, client.pace, judge),
      asked.length,
    )
    return [
      ...unreadableVersion(file),
      ...doubtProblems(doubts, schemas),
      ...diagnostics,
      ...deprecatedFields(file, schemas),
      ...pluginRuleProblems(state, schemas, {
        version: schemas.version,
        policyOverrides: hasPolicyOverrides(file),
      }),
      ...inOrder(
        answers.flat(),
        file.documents.map(({ name }) => name),
      ),
    ]
  } finally {
    gateway.client.close()
  }
}
