/** Manifests as text, in the look of decK 1.65: YAML documents, each with its end; JSON objects in a row. */
import { isRecord } from '../../entities/language/values.ts'
import { write } from '../../file/yaml/write.ts'
import { goJson } from '../go-json.ts'
import type { Manifest } from './manifest.ts'

export const manifestText = (manifests: readonly Manifest[], format: string): string =>
  manifests
    .map(tidy)
    .map(manifest =>
      format === 'json' ? goJson(manifest, '    ') : `${write(manifest, 'yaml', 'kept')}---\n`,
    )
    .join('')

/** Without empty annotations, and without a name that nothing is left of. */
function tidy(manifest: Manifest): Manifest {
  const { name, annotations, ...rest } = manifest.metadata
  const isSilent = !isRecord(annotations) || Object.keys(annotations).length === 0
  return {
    ...manifest,
    metadata: {
      ...rest,
      ...(name !== '' && { name }),
      ...(!isSilent && { annotations }),
    } as Manifest['metadata'],
  }
}
