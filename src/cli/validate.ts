/** The recipe of `validate`: the files alone, or each entity against the server as well. Silent where all is well. */

import type { AdminClient } from '../admin-client/client.ts'
import { inParallel } from '../admin-client/in-parallel.ts'
import { subschemaNames } from '../admin-client/schemas.ts'
import type { ClientSettings } from '../admin-client/settings.ts'
import { titleOf } from '../entities/identity.ts'
import { createSchemas, type Schemas } from '../entities/schemas.ts'
import { parseVersion } from '../entities/versions.ts'
import { AdminApiError, type Diagnostic, exitCodes, StateFileError } from '../errors.ts'
import { loadStateFile } from '../file/load.ts'
import type { StateFile } from '../file/merge.ts'
import { toState } from '../file/to-state.ts'
import { namesFrom } from '../plan/diff.ts'
import { putBody } from '../plan/requests.ts'
import { firstLeaf } from '../report/failures.ts'
import { createView } from '../report/view.ts'
import { allOf } from '../state/select.ts'
import { createState, type State, type StateEntity } from '../state/state.ts'
import { openGateway, refuseMissingWorkspace } from './gateway-state.ts'
import type { Terminal } from './recipe.ts'
import { tellDiagnostics } from './tell-diagnostics.ts'
import { refuseErrors, wholeInput } from './wanted-state.ts'

export interface ValidateOptions {
  readonly files: readonly string[]
  /** Present: online (`gateway validate`); absent: offline (`file validate`). */
  readonly client?: ClientSettings
  /** `--online-entities-list`: decK's words, e.g. `Services`; absent: all. */
  readonly onlineEntities?: readonly string[]
}

/** @returns the exit code; @throws DeckError, for bad files a StateFileError */
export async function validate(options: ValidateOptions, io: Terminal): Promise<number> {
  const { file, diagnostics } = await loadStateFile(options.files, {
    env: io.env,
    stdin: () => wholeInput(io.stdin),
  })
  if (file === undefined) throw new StateFileError(diagnostics)
  const found = [
    ...diagnostics,
    ...(options.client === undefined
      ? offlineProblems(file)
      : await onlineProblems(file, options, options.client)),
  ]
  refuseErrors(found)
  tellDiagnostics(found, [], io)
  return exitCodes.done
}

/** References and duplicates, as the newest Kong that we know would see them. */
function offlineProblems(file: StateFile): Diagnostic[] {
  const version = parseVersion('3.9')
  if (version === undefined) return []
  const schemas = createSchemas(version, () => undefined)
  return toState(file, { current: createState([], schemas), schemas }).diagnostics
}

/** Everything that the server refuses, not the first. */
async function onlineProblems(
  file: StateFile,
  { onlineEntities }: ValidateOptions,
  settings: ClientSettings,
): Promise<Diagnostic[]> {
  const gateway = await openGateway(settings)
  try {
    const source = await gateway.source()
    await refuseMissingWorkspace(gateway, settings.workspace)
    const { schemas } = source
    const { state, diagnostics } = toState(file, { current: createState([], schemas), schemas })
    await source.load(subschemaNames(state, schemas)) // so that secrets of plugins are known as such
    const asked = allOf(state, schemas).filter(({ kind }) =>
      isListed(schemas.of(kind).adminPath, onlineEntities),
    )
    const answers = await inParallel(asked, gateway.client.pace, entity =>
      ask(entity, gateway.client, state, schemas),
    )
    return [...diagnostics, ...answers.flat()]
  } finally {
    gateway.client.close()
  }
}

/** decK writes `KeyAuths` for what lives at `/key-auths`. */
const isListed = (adminPath: string, list: readonly string[] | undefined): boolean =>
  list === undefined || list.some(word => word.toLowerCase() === adminPath.replaceAll(/[-_]/g, ''))

async function ask(
  entity: StateEntity,
  client: AdminClient,
  state: State,
  schemas: Schemas,
): Promise<Diagnostic[]> {
  const { kind, id, fields, origin } = entity
  const definition = schemas.of(kind)
  const nameOf = namesFrom([state], schemas)
  const title = titleOf(definition, { ...fields, id }, nameOf)
  const change = {
    op: 'create',
    kind,
    id,
    title,
    after: fields,
    fields: [],
    ...(origin && { origin }),
  } as const
  try {
    await client.post(`/schemas/${definition.schema}/validate`, putBody(change, schemas), true)
    return []
  } catch (error) {
    // 404: a kind of which this server validates none.
    if (!(error instanceof AdminApiError) || error.status !== 400) {
      if (error instanceof AdminApiError && error.status === 404) return []
      throw error
    }
    const where = origin?.document.whereIs([...origin.path, ...firstLeaf(error.fields)], 'value')
    const cause = createView({ schemas, nameOf }).text(change, error.message)
    return [
      {
        severity: 'error',
        code: 'refused-by-gateway',
        message: `validate entity '${definition.schema} (${title})': ${cause}`,
        ...(where && { where }),
      },
    ]
  }
}
