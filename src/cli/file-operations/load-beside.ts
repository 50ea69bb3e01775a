/**
 * Files that a ruleset extends, or that an OpenAPI document refers to. Loads the `yaml` package: import it
 * where it is used.
 */
import { readFileSync, statSync } from 'node:fs'
import { StateFileError } from '../../errors.ts'
import type { Document } from '../../file/document.ts'
import { parseDocument } from '../../file/yaml/parse.ts'

/** @returns the reason why it cannot be read, else its content; @throws StateFileError for invalid YAML */
export function load(name: string): Document | string {
  const text = textOf(name)
  if (typeof text === 'string') return text
  const { document, diagnostics } = parseDocument({ name, text: text.content }, { mode: 'skip' })
  if (document === undefined) throw new StateFileError(diagnostics)
  return document
}

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
