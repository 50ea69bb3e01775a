/** Kong's messages about a refused entity, by field. */
import { type ApiError, isRecord } from '../admin-api.ts'
import { labelOf } from '../labels.ts'

/**
 * By path: `healthchecks.active.type`, `paths.0`. What is said of the whole entity is under the empty path.
 */
export type FieldErrors = ReadonlyMap<string, string>

export const noErrors: FieldErrors = new Map()

export function errorsByField({ message, kongName, fields }: ApiError): FieldErrors {
  const found = new Map<string, string>()
  // These name the values that are taken or missing, not what is wrong with them.
  if (kongName === 'unique constraint violation') {
    for (const name of Object.keys(fields)) found.set(name, 'This is taken already: another has the same.')
  } else if (kongName === 'foreign key violation' || kongName === 'primary key violation') {
    for (const name of Object.keys(fields)) found.set(name, message)
  } else collect(fields, '', found)
  return found
}

function collect(said: unknown, path: string, found: Map<string, string>): void {
  if (typeof said === 'string') {
    const known = found.get(path)
    found.set(path, known === undefined ? said : `${known}; ${said}`)
  } else if (Array.isArray(said)) {
    said.forEach((one, at) => {
      collect(one, path === '' ? '' : `${path}.${at}`, found)
    })
  } else if (isRecord(said)) {
    for (const [name, one] of Object.entries(said)) {
      collect(one, name === '@entity' ? path : path === '' ? name : `${path}.${name}`, found)
    }
  }
}

/** Whether something below a path is wrong: what is folded must open. */
export const isWrongBelow = (errors: FieldErrors, path: string): boolean =>
  [...errors.keys()].some(one => one === path || one.startsWith(`${path}.`))

/** Whether something is said already of a path, or of what it is in. */
export const isWrongAbove = (errors: FieldErrors, path: string): boolean =>
  [...errors.keys()].some(one => path === one || path.startsWith(`${one}.`))

/**
 * The message at a field: its own, and those below it that have no place there. For a value in a map Kong
 * does not say in which row: `limits: { hour: "expected a number" }`.
 *
 * @param hasPlace whether the part right below shows its own message
 */
export function errorAt(
  errors: FieldErrors,
  path: string,
  hasPlace: (part: string) => boolean,
): string | undefined {
  const found = [...errors].flatMap(([at, text]) => {
    if (at === path) return [text]
    const rest = at.startsWith(`${path}.`) ? at.slice(path.length + 1) : undefined
    return rest === undefined || hasPlace(rest.split('.')[0] ?? '') ? [] : [`${labelOf(rest)}: ${text}`]
  })
  return found.length === 0 ? undefined : [...new Set(found)].join('; ')
}
