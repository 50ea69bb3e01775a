/**
 * State files as commands without a gateway read them: checked by the rules of one Kong and its bundled
 * plugins.
 */
import type { RouterFlavor } from '../entities/expressions/router-flavors.ts'
import type { Version } from '../entities/language/define.ts'
import { type Diagnostic, StateFileError } from '../errors.ts'
import { loadStateFile } from '../file/load.ts'
import type { StateFile } from '../file/merge.ts'
import type { Mode } from '../file/template/functions.ts'
import { readInput, type Terminal } from './terminal.ts'

export interface StrictFile {
  readonly file: StateFile
  readonly diagnostics: readonly Diagnostic[]
}

interface Kong {
  readonly version: Version
  readonly flavor?: RouterFlavor
  /** The treatment of `${{ … }}`. Default: `expand`. */
  readonly mode?: Mode
}

/** @throws StateFileError with all problems of the files */
export async function loadStrictly(
  files: readonly string[],
  { mode = 'expand', ...kong }: Kong,
  io: Terminal,
): Promise<StrictFile> {
  const { pluginSchema } = await import('../entities/plugin-registry.ts')
  const { file, diagnostics } = await loadStateFile(files, {
    env: io.env,
    mode,
    stdin: () => readInput(io),
    strictly: { bundled: pluginSchema, ...kong },
  })
  if (file === undefined) throw new StateFileError(diagnostics)
  return { file, diagnostics }
}
