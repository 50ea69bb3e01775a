/** Warnings of values that are valid and act otherwise than they seem to, as the registry knows them. */
import type { Version } from '../entities/language/define.ts'
import type { Diagnostic } from '../errors.ts'
import type { StateFile } from './merge.ts'
import { describe } from './nesting.ts'
import { problem } from './problem.ts'

export function surprises(file: StateFile, version: Version): Diagnostic[] {
  return file.entities.flatMap(entity => {
    const { definition, values, document, path } = entity
    const found = Object.entries(definition.surprises?.(values, version) ?? {})
    return found.map(([field, { message, hint }]) =>
      problem('surprising-value', `${message} (${describe(entity)})`, document.whereIs([...path, field]), {
        severity: 'warning',
        hint,
      }),
    )
  })
}
