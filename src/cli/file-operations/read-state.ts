/** State files for a conversion into another format: read as decK 1.65 reads them for it, without a gateway. */
import { type Diagnostic, StateFileError } from '../../errors.ts'
import { printDiagnostics } from '../../recipes/report-diagnostics.ts'
import { readInput } from '../../recipes/terminal.ts'
import type { Entities } from '../../transform/merged-content.ts'
import type { Run } from '../base-command.ts'

/**
 * Problems that do not prevent a conversion, by code and message: values that only a gateway refuses,
 * duplicate names, references to entities elsewhere. Configurations of plugins, vaults and partials are
 * copied.
 */
const tolerated: readonly (readonly [code: string, message: RegExp])[] = [
  ['dangling-reference', /./],
  ['duplicate', /./],
  ['invalid-value', /^(?!url: |at least one of these fields)/],
  ['lookup-offline', /./],
  ['missing-field', /^host: |graphql/],
  ['mixed-scopes', /./],
  ['not-supported', /./],
  ['unknown-field', /^unknown field "config\./],
]

const isTolerated = (error: Diagnostic): boolean =>
  tolerated.some(([code, message]) => code === error.code && message.test(error.message))

/** @param path a file, a folder or `-`; @throws StateFileError */
export async function readState(path: string, { terminal }: Run): Promise<Entities> {
  const { loadStateFile } = await import('../../file/load.ts')
  const { file, diagnostics } = await loadStateFile([path], {
    env: terminal.env,
    online: 'any',
    lenient: true,
    tolerates: isTolerated,
    stdin: () => readInput(terminal),
  })
  if (file === undefined) throw new StateFileError(diagnostics)
  printDiagnostics(diagnostics, [], terminal)
  const { mergedContent } = await import('../../transform/merged-content.ts')
  return mergedContent(file)
}
