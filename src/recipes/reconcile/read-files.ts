/** The files of a run: read, parsed and checked, before they are compared with the gateway. */
import type { AdminClient } from '../../admin-client/client.ts'
import { type Diagnostic, refuseErrors, StateFileError } from '../../errors.ts'
import { filledFields } from '../../file/filled-fields.ts'
import { type Loaded, loadStateFile } from '../../file/load.ts'
import type { StateFile } from '../../file/merge.ts'
import { konnectProblems, scopeFor } from '../../file/scope.ts'
import { selectTagsFor } from '../../file/to-state.ts'
import { exclusionOf } from '../../state/select.ts'
import type { Selection } from '../gateway-state.ts'
import { readInput, type Terminal } from '../terminal.ts'
import type { ReconcileOptions } from './options.ts'

export interface RunFiles {
  readonly file: StateFile
  /** The entities that the run manages, by the flags and by the files. */
  readonly selection: Selection
  /** Warnings. */
  readonly diagnostics: readonly Diagnostic[]
  /** Values that only the gateway can judge. */
  readonly doubts: Loaded['doubts']
}

export const readFiles = (
  { files, mode, selectTags = [], scope = {} }: ReconcileOptions,
  io: Terminal,
): Promise<Loaded> =>
  loadStateFile(files, {
    env: io.env,
    stdin: () => readInput(io),
    online: mode === 'apply' || selectTags.length > 0 ? 'any' : 'tagged',
    gatewayJudges: true,
    leaveAlone: exclusionOf(scope),
  })

/** @throws StateFileError with all problems of the files */
export function checkFiles(
  { file, diagnostics, doubts }: Loaded,
  { selectTags = [], scope = {}, controlPlane }: ReconcileOptions,
): RunFiles {
  if (file === undefined) throw new StateFileError(diagnostics)
  const tags = selectTagsFor(file, selectTags)
  const scoped = scopeFor(file, scope)
  refuseErrors([
    ...diagnostics,
    ...tags.diagnostics,
    ...konnectProblems(file, controlPlane),
    ...scoped.diagnostics,
  ])
  return { file, selection: { selectTags: tags.selectTags, scope: scoped.scope }, diagnostics, doubts }
}

/** Values of variables are in no log of requests. */
export function hideFilled({ file }: Pick<Loaded, 'file'>, client: AdminClient): void {
  if (file !== undefined) client.hideFields(filledFields(file))
}
