/** JSON as Go writes it: keys by name, and what HTML would read in escapes. */
import { sortedKeys } from '../file/sorted-keys.ts'

const escapes = /[<>&\u2028\u2029]/g

export const goJson = (value: unknown, indent: string): string =>
  JSON.stringify(sortedKeys(value), null, indent).replace(
    escapes,
    one => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
