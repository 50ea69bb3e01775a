/** Reads an OpenAPI document and the files that it refers to. */
import { DeckError } from '../../errors.ts'
import type { Bundle } from '../../transform/openapi/bundle.ts'
import type { Run } from '../base-command.ts'
import { parseOne } from './operation.ts'

/** @throws StateFileError; DeckError if the file has no object (decK's words) */
export async function readOpenApi(path: string, run: Run): Promise<Bundle> {
  const document = await parseOne(path, run)
  if (document === undefined)
    throw new DeckError(`failed to read input file '${path}'; expected the data to be an Object`)
  const { bundle } = await import('../../transform/openapi/bundle.ts')
  const { load } = await import('./load-beside.ts')
  return bundle(document, load)
}
