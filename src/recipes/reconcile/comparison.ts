/**
 * The first step of `sync`, `diff`, `apply` and `drift`: the gateway's current state and the target state
 * of the files, with everything that later steps need of them.
 */
import type { SchemaSource } from '../../admin-client/schemas.ts'
import type { Definition } from '../../entities/language/define.ts'
import type { Schemas } from '../../entities/language/schemas.ts'
import { type Diagnostic, refuseErrors } from '../../errors.ts'
import { doubtProblems } from '../../file/doubts.ts'
import { formatVersionProblems } from '../../file/format-version.ts'
import type { StateFile } from '../../file/merge.ts'
import { hasPolicyOverrides, pluginRuleProblems } from '../../file/plugin-rules.ts'
import { type Severities, withSeverities } from '../../file/severities.ts'
import { toState } from '../../file/to-state.ts'
import { allOf, exclusionOf, type Scope } from '../../state/select.ts'
import { createState, type State, type StateEntity } from '../../state/state.ts'
import { type Additional, enterpriseKinds, missingKinds, referredOutside } from '../beyond-the-file.ts'
import type { GatewaySide } from '../gateway-state.ts'
import { pluginProblems } from '../server-checks.ts'
import type { Terminal } from '../terminal.ts'
import { type EarlyState, readEarly } from './early-state.ts'
import type { ReconcileOptions } from './options.ts'
import { checkFiles, type RunFiles, readFiles } from './read-files.ts'
import { enterWorkspace, type RunWorkspace } from './workspace.ts'

export interface Comparison extends RunWorkspace {
  readonly file: StateFile
  readonly schemas: Schemas
  readonly current: State
  readonly target: State
  /** Problems of the files, and errors for what the gateway cannot have: `judge.ts` decides about them. */
  readonly diagnostics: readonly Diagnostic[]
  /** Entities of the target state that this gateway cannot have. */
  readonly impossible: ReadonlySet<StateEntity>
  /** Plugins and other entities of open kinds that the gateway's schemas refuse. */
  readonly refused: ReadonlySet<StateEntity>
  /** Kinds of which the gateway has no collection. */
  readonly doubtful: ReadonlySet<string>
  readonly scope: Scope
  readonly selectTags: readonly string[]
  /** Ids of entities that the file only looks up: they belong to others. */
  readonly lookedUp: ReadonlySet<string>
  /** Reads the current state again. */
  readonly readCurrent: () => Promise<State>
  /** The target state for another current state: ids of existing entities are adopted from there. */
  readonly targetFor: (current: State) => State
}

/** @throws StateFileError with all problems of the files; ConnectionError, DeckError */
export async function prepareComparison(
  options: ReconcileOptions,
  gateway: GatewaySide,
  io: Terminal,
): Promise<Comparison> {
  const reading = readFiles(options, io)
  const early = readEarly(options, gateway, reading)
  const files = checkFiles(await reading, options)
  const { file, selection } = files
  early.correct(selection)
  const workspace = await enterWorkspace(file, options, gateway.client, io)

  const source = await fetchSchemasFor(file, gateway, workspace)
  const problems = collectProblems(options.severities)
  problems.add([
    ...files.diagnostics,
    ...doubtProblems(files.doubts, source.schemas),
    ...formatVersionProblems(file, source.schemas.version),
  ])
  problems.refuseErrors()

  const reader = await readCurrentState(files, early, gateway, workspace, source)
  const { schemas, current, missing, readCurrent } = reader
  const outside = await referredOutside(file, workspace.client, schemas, current)
  const build = targetBuilder(options, files, schemas, outside.state)
  const { state: target, diagnostics } = build(current)
  const policyOverrides = options.policyOverrides === true || hasPolicyOverrides(file)
  problems.add([
    ...missingKinds(file, missing, schemas),
    ...diagnostics,
    ...pluginRuleProblems(target, schemas, { version: schemas.version, policyOverrides }),
  ])
  problems.refuseErrors()

  const server = await pluginProblems(target, source)
  problems.add(server.diagnostics)
  return {
    ...workspace,
    ...selection,
    file,
    schemas,
    current,
    target,
    diagnostics: problems.all,
    impossible: server.impossible,
    refused: server.refused,
    doubtful: new Set(missing.map(({ kind }) => kind)),
    lookedUp: outside.lookedUp,
    readCurrent,
    targetFor: state => build(state).state,
  }
}

/** Collects the problems of a run: `-E` and `-W` change the severity of each once. */
function collectProblems(severities: Severities | undefined) {
  const all: Diagnostic[] = []
  return {
    all,
    add: (problems: readonly Diagnostic[]): void => {
      all.push(...withSeverities(problems, severities))
    },
    refuseErrors: (): void => refuseErrors(all),
  }
}

/** A workspace that does not exist yet has no schemas: those of the default workspace serve. */
async function fetchSchemasFor(
  file: StateFile,
  { client, source }: GatewaySide,
  { newWorkspace }: RunWorkspace,
): Promise<SchemaSource> {
  const kinds = new Set(file.entities.map(({ definition }) => definition.kind))
  const schemas = await source(kinds, newWorkspace === undefined ? client : client.within(''))
  schemas.load(pluginNames(file)).catch(() => {}) // reported where it is awaited
  return schemas
}

/** The plugins that the file names: their schemas are needed soon. */
const pluginNames = (file: StateFile): Set<string> =>
  new Set(
    file.entities.flatMap(({ definition: { subschema }, values }) => {
      const name = subschema !== undefined && subschema.types === undefined && values[subschema.key]
      return typeof name === 'string' ? [name] : []
    }),
  )

interface CurrentState {
  readonly current: State
  readonly schemas: Schemas
  /** Kinds of the files of which the gateway has no collection. */
  readonly missing: readonly Definition[]
  readonly readCurrent: Comparison['readCurrent']
}

/** Kinds of Kong Enterprise are included if the files have entities of them. */
async function readCurrentState(
  { file, selection }: RunFiles,
  early: EarlyState,
  gateway: GatewaySide,
  { client, newWorkspace }: RunWorkspace,
  source: SchemaSource,
): Promise<CurrentState> {
  const listed = newWorkspace === undefined ? await early.get(client) : createState([], source.schemas)
  const schemas = await source.about(kindsIn(listed, source.schemas))
  const readEnterprise = () => enterpriseKinds(file, client, schemas, selection.selectTags)
  const withEnterprise = (state: State, { entities }: Additional): State =>
    entities.length === 0 ? state : createState([...allOf(state, schemas), ...entities], schemas)
  const enterprise = await readEnterprise()
  return {
    schemas,
    current: withEnterprise(listed, enterprise),
    missing: enterprise.missing,
    readCurrent: async () => withEnterprise(await gateway.state(selection, client), await readEnterprise()),
  }
}

const kindsIn = (state: State, { kinds }: Schemas): Set<string> =>
  new Set(kinds.map(({ kind }) => kind).filter(kind => state.all(kind).length > 0))

/** @param outside entities that references may name besides those of the files */
function targetBuilder(
  { mode }: ReconcileOptions,
  { file, selection: { selectTags, scope } }: RunFiles,
  schemas: Schemas,
  outside: State,
) {
  const seesOutside = mode === 'apply' || file.lookupTags.size > 0 || selectTags.length > 0
  return (current: State) =>
    toState(file, {
      current,
      schemas,
      selectTags,
      ...(seesOutside && { outside }),
      leaveAlone: exclusionOf(scope),
    })
}
