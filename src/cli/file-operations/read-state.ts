/** State files for a conversion into another format: read as decK 1.65 reads them for it, without a gateway. */
import { type Diagnostic, StateFileError } from '../../errors.ts'
import { tellDiagnostics } from '../../recipes/report-diagnostics.ts'
import { readInput } from '../../recipes/terminal.ts'
import type { Entities } from '../../transform/merged-content.ts'
import type { Run } from '../base-command.ts'

/**
 * What does not keep a file from being converted: values out of range, names used twice, references to what is
 * elsewhere, fields that only a gateway demands.
 */
const tolerated: ReadonlySet<string> = new Set([
  'duplicate',
  'invalid-value',
  'lookup-offline',
  'missing-field',
  'mixed-scopes',
  'not-supported',
])

/** Configurations of plugins, vaults and partials are copied as they are. */
const isInConfiguration = ({ code, message }: Diagnostic): boolean =>
  code === 'unknown-field' && message.startsWith('unknown field "config.')

/** @param path a file, a folder or `-`; @throws StateFileError */
export async function readState(path: string, { terminal }: Run): Promise<Entities> {
  const { loadStateFile } = await import('../../file/load.ts')
  const { file, diagnostics } = await loadStateFile([path], {
    env: terminal.env,
    online: 'any',
    lenient: true,
    tolerates: one => tolerated.has(one.code) || isInConfiguration(one),
    stdin: () => readInput(terminal),
  })
  if (file === undefined) throw new StateFileError(diagnostics)
  tellDiagnostics(diagnostics, [], terminal)
  const { mergedContent } = await import('../../transform/merged-content.ts')
  return mergedContent(file)
}
