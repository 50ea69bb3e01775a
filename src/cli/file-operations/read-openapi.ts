/** Reads an OpenAPI document and the files that it refers to. */
import { readFileSync, statSync } from 'node:fs'
import { DeckError, StateFileError } from '../../errors.ts'
import type { Document } from '../../file/document.ts'
import type { Bundle } from '../../transform/openapi/bundle.ts'
import type { Run } from '../base-command.ts'
import { parseOne } from './operation.ts'

/** @throws StateFileError; DeckError where there is no object to read (decK's words) */
export async function readOpenApi(path: string, run: Run): Promise<Bundle> {
  const document = await parseOne(path, run)
  if (document === undefined)
    throw new DeckError(`failed to read input file '${path}'; expected the data to be an Object`)
  const { bundle } = await import('../../transform/openapi/bundle.ts')
  const { parseDocument } = await import('../../file/yaml/parse.ts')
  return bundle(document, (name): Document | string => {
    const text = textOf(name)
    if (typeof text === 'string') return text
    const parsed = parseDocument({ name, text: text.content }, { mode: 'skip' })
    if (parsed.document === undefined) throw new StateFileError(parsed.diagnostics)
    return parsed.document
  })
}

/** @returns why it cannot be read, else its content */
function textOf(name: string): string | { readonly content: string } {
  try {
    // A pipe or a device would never end.
    if (!statSync(name).isFile()) return 'it is no file'
    return { content: new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(name)) }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' ? 'no such file' : (error as Error).message
  }
}
