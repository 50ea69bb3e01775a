/** JSON pointers within a document (RFC 6901, percent-encoded as in a URI fragment). */
import { isRecord } from '../../entities/language/values.ts'

/** `#/paths/~1pets/get` → its steps; undefined for an invalid pointer. */
export function stepsOf(fragment: string): string[] | undefined {
  if (fragment === '') return []
  if (!fragment.startsWith('/')) return undefined
  try {
    return fragment
      .slice(1)
      .split('/')
      .map(step => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'))
  } catch {
    return undefined
  }
}

interface Found {
  readonly value: unknown
  /** The steps as a path: numbers within lists. */
  readonly path: readonly (string | number)[]
}

/** The value below `root`, or undefined. */
export function findBelow(root: unknown, steps: readonly string[]): Found | undefined {
  let value = root
  const path: (string | number)[] = []
  for (const step of steps) {
    if (Array.isArray(value)) {
      path.push(Number(step))
      value = value[Number(step)]
    } else {
      path.push(step)
      value = isRecord(value) && Object.hasOwn(value, step) ? value[step] : undefined
    }
  }
  return value === undefined || value === null ? undefined : { value, path }
}
