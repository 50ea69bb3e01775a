/** From files and a gateway to two states, current and wanted: what `sync`, `diff` and `apply` begin with. */
import type { Readable } from 'node:stream'
import type { AdminClient } from '../../admin-client/client.ts'
import { createWorkspace, workspaceExists } from '../../admin-client/workspaces.ts'
import { everyKind } from '../../entities/enterprise.ts'
import type { Schemas } from '../../entities/language/schemas.ts'
import { type Diagnostic, StateFileError } from '../../errors.ts'
import { doubtProblems } from '../../file/doubts.ts'
import { filledFields } from '../../file/filled-fields.ts'
import { formatVersionProblems } from '../../file/format-version.ts'
import { type Loaded, loadStateFile } from '../../file/load.ts'
import type { StateFile } from '../../file/merge.ts'
import { hasPolicyOverrides, pluginRuleProblems } from '../../file/plugin-rules.ts'
import { konnectProblems, scopeFor } from '../../file/scope.ts'
import { withSeverities } from '../../file/severities.ts'
import { selectTagsFor, toState } from '../../file/to-state.ts'
import { allOf, leftAloneBy, type Scope } from '../../state/select.ts'
import { createState, type State, type StateEntity } from '../../state/state.ts'
import { enterpriseKinds, missingKinds, referredOutside } from '../beyond-the-file.ts'
import type { GatewaySide, Selection } from '../gateway-state.ts'
import { pluginProblems } from '../server-checks.ts'
import type { Terminal } from '../terminal.ts'
import type { ReconcileOptions } from './options.ts'

export interface Wanted {
  /** Of the workspace that the run is about. */
  readonly client: AdminClient
  readonly schemas: Schemas
  readonly current: State
  readonly target: State
  /**
   * Warnings about the files, and what the gateway will not have of them: those errors are for the caller to
   * refuse.
   */
  readonly diagnostics: readonly Diagnostic[]
  /** Wanted, but not to be had from this gateway. */
  readonly impossible: ReadonlySet<StateEntity>
  /** The contents of the files, environment filled in. */
  readonly contents: readonly unknown[]
  /** Kinds that the gateway has no collection of. */
  readonly doubtful: ReadonlySet<string>
  readonly file: StateFile
  /** Which kinds the run is about. */
  readonly scope: Scope
  /** The tags of the run. */
  readonly selectTags: readonly string[]
  /** `_info.protected.tags`: what has one of them is never deleted. */
  readonly protectedTags: readonly string[]
  /** Ids of what is another's by the file's own words. */
  readonly lookedUp: ReadonlySet<string>
  /** What else there is to say (decK's `warnings`). */
  readonly notes: readonly string[]
  /** The workspace that the run is about; the empty text for none. */
  readonly workspace: string
  /** The same, where it does not exist yet. */
  readonly newWorkspace: string | undefined
  /** What the gateway has now, read anew. */
  readonly readAgain: () => Promise<State>
  /** The target state, if the gateway had this. */
  readonly targetFrom: (current: State) => State
}

/**
 * The gateway is asked while the files are read, on the guess that they name no workspace and no tags of
 * their own.
 *
 * @throws StateFileError with all that is wrong in the files; ConnectionError, DeckError
 */
export async function wantedState(
  options: ReconcileOptions,
  gateway: GatewaySide,
  io: Terminal,
): Promise<Wanted> {
  const selection = (selectTags: readonly string[], scope: Scope = {}): Selection => ({
    selectTags,
    scope,
  })
  let asked = selection(options.selectTags ?? [], options.scope)
  let guessed: Selection | undefined
  const reading = readFiles(options, io)
  const guess = gateway.information.then(async () => {
    // A log must not have what the files fill in.
    if ((options.client.verbose ?? 0) > 0) hideFilled(await reading, gateway.client)
    guessed = asked // small files are read by then, and there is nothing to guess
    return gateway.state(asked)
  })
  guess.catch(() => {}) // reported where it is awaited

  const loaded = await reading
  const { file, selectTags } = usable(loaded, options.selectTags ?? [])
  const { scope, diagnostics: misfits } = scopeFor(file, options.scope ?? {})
  refuseErrors([...loaded.diagnostics, ...konnectProblems(file, options.controlPlane), ...misfits])
  asked = selection(selectTags, scope)
  const isGuessRight = guessed === undefined || isSameSelection(guessed, asked)
  const { client, workspace, newWorkspace, notes } = await inWorkspace(file, options, gateway.client, io)
  // A workspace that is not there has no schemas.
  const asking = gateway.source(
    new Set(file.entities.map(({ definition }) => definition.kind)),
    newWorkspace === undefined ? gateway.client : gateway.client.within(''),
  )
  const { severities } = options
  const weighed = (found: readonly Diagnostic[]): readonly Diagnostic[] =>
    severities === undefined ? found : withSeverities(found, severities)
  const source = await asking
  source.load(subschemasIn(file)).catch(() => {}) // reported where it is awaited
  const early = weighed([
    ...loaded.diagnostics,
    ...doubtProblems(loaded.doubts, source.schemas),
    ...formatVersionProblems(file, source.schemas.version),
  ])
  refuseErrors(early)
  const listed = newWorkspace
    ? createState([], source.schemas)
    : client === gateway.client && isGuessRight
      ? await guess
      : await gateway.state(asked, client)
  const schemas = await source.about(kindsIn(listed, source.schemas))
  const more = await enterpriseKinds(file, client, schemas, selectTags)
  const withMore = (state: State, entities: readonly StateEntity[]): State =>
    createState([...allOf(state, schemas), ...entities], schemas)
  const current = withMore(listed, more.entities)
  const outside = await referredOutside(file, client, schemas, current)
  const seesOutside = options.mode === 'apply' || file.lookupTags.size > 0 || selectTags.length > 0
  const against = (state: State) =>
    toState(file, {
      current: state,
      schemas,
      selectTags,
      ...(seesOutside && { outside: outside.state }),
      leaveAlone: leftAloneBy(scope),
    })
  const { state: target, diagnostics } = against(current)
  const rules = pluginRuleProblems(target, schemas, {
    version: schemas.version,
    policyOverrides: options.policyOverrides === true || hasPolicyOverrides(file),
  })
  const found = weighed([...early, ...missingKinds(file, more.missing, schemas), ...diagnostics, ...rules])
  refuseErrors(found)
  const server = await pluginProblems(target, source)
  const reported = weighed([...found, ...server.diagnostics])
  return {
    client,
    schemas,
    current,
    target,
    diagnostics: reported,
    impossible: server.impossible,
    contents: file.documents.map(({ content }) => content),
    doubtful: new Set(more.missing.map(({ kind }) => kind)),
    file,
    scope,
    selectTags,
    protectedTags: file.protectedTags,
    lookedUp: outside.lookedUp,
    notes,
    workspace,
    newWorkspace,
    readAgain: async () =>
      withMore(
        await gateway.state(asked, client),
        (await enterpriseKinds(file, client, schemas, selectTags)).entities,
      ),
    targetFrom: state => against(state).state,
  }
}

/** What variables give is in no log of requests. */
export function hideFilled({ file }: Pick<Loaded, 'file'>, client: AdminClient): void {
  if (file !== undefined) client.hideFields(filledFields(file))
}

const kindsIn = (state: State, { kinds }: Schemas): Set<string> =>
  new Set(kinds.map(({ kind }) => kind).filter(kind => state.all(kind).length > 0))

/** The plugins that the file names, whose schemas will be wanted. */
const subschemasIn = (file: StateFile): Set<string> =>
  new Set(
    file.entities.flatMap(({ definition, values }) => {
      const { subschema } = definition
      const name = subschema?.types === undefined && subschema ? values[subschema.key] : undefined
      return typeof name === 'string' ? [name] : []
    }),
  )

const readFiles = (options: ReconcileOptions, io: Terminal): Promise<Loaded> =>
  loadStateFile(options.files, {
    env: io.env,
    stdin: () => wholeInput(io.stdin),
    online: options.mode === 'apply' || (options.selectTags ?? []).length > 0 ? 'any' : 'tagged',
    gatewayJudges: true,
    leaveAlone: leftAloneBy(options.scope ?? {}),
  })

export async function wholeInput(input: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of input) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

function usable(
  { file, diagnostics }: Loaded,
  flag: readonly string[],
): { file: StateFile; selectTags: readonly string[] } {
  if (file === undefined) throw new StateFileError(diagnostics)
  const tags = selectTagsFor(file, flag)
  refuseErrors([...diagnostics, ...tags.diagnostics])
  return { file, selectTags: tags.selectTags }
}

/** Whether two selections read the same. */
function isSameSelection(one: Selection, other: Selection): boolean {
  const [left, right] = [leftAloneBy(one.scope), leftAloneBy(other.scope)]
  const sameTags =
    one.selectTags.length === other.selectTags.length &&
    one.selectTags.every(tag => other.selectTags.includes(tag))
  return sameTags && everyKind.every(definition => left(definition) === right(definition))
}

/** @throws StateFileError where one is an error */
export function refuseErrors(diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.some(({ severity }) => severity === 'error')) throw new StateFileError(diagnostics)
}

interface Place {
  readonly client: AdminClient
  readonly workspace: string
  readonly newWorkspace: string | undefined
  readonly notes: readonly string[]
}

/**
 * The flag names the workspace, else the files. One that does not exist is made, except by `diff`, which only
 * says so (as decK).
 */
async function inWorkspace(
  file: StateFile,
  { mode, client: settings, jsonOutput, silenceEvents }: ReconcileOptions,
  client: AdminClient,
  { stdout, chalk }: Terminal,
): Promise<Place> {
  const [flag, inFile] = [settings.workspace ?? '', file.workspace?.value ?? '']
  const name = flag === '' ? inFile : flag
  if (name === '') return { client, workspace: name, newWorkspace: undefined, notes: [] }
  const notes =
    flag !== '' && flag !== inFile
      ? [
          `Workspace '${flag}' specified via --workspace flag is different from workspace '${inFile}' found in state file(s).`,
        ]
      : []
  const within = flag === '' ? client.within(name) : client
  if (settings.skipWorkspaceCrud === true || (await workspaceExists(within, name)))
    return { client: within, workspace: name, newWorkspace: undefined, notes }
  if (jsonOutput !== true && silenceEvents !== true) stdout.write(chalk.green(`Creating workspace ${name}\n`))
  if (mode !== 'diff') await createWorkspace(client.within(''), name)
  return { client: within, workspace: name, newWorkspace: name, notes }
}
