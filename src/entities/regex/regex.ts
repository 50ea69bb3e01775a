/**
 * Regular expressions of configurations, each with the syntax and the meaning that the real program gives it:
 * PCRE, Rust's and Go's. Matching always ends: an engine is linear, or it counts its steps and gives up.
 */
import { isUtf8 } from 'node:buffer'

/** Texts are a character for each byte (UTF-8), as paths and headers are in the proxy. */
export interface Regex {
  test(text: string): boolean
  /** @returns what of the text matches first @throws MatchLimitError */
  find(text: string): string | undefined
  /** @throws MatchLimitError */
  match(text: string): RegexMatch | undefined
}

export interface RegexMatch {
  readonly whole: string
  /** From the first group; undefined for a group that took no part. */
  readonly groups: readonly (string | undefined)[]
  readonly named: Readonly<Record<string, string>>
}

/** A pattern that its own engine refuses. */
export class PatternError extends Error {
  /** The rest of the message after the place of the error, if the engine names one. */
  readonly rest: string

  constructor(message: string, rest = '') {
    super(message)
    this.rest = rest
  }
}

/** Matching took more steps than Kong's PCRE may use for one match, or more memory. */
export class MatchLimitError extends Error {}

/** UTF-8, a character for each byte. */
export const asBytes = (text: string): string =>
  /[^\0-\x7f]/.test(text) ? Buffer.from(text).toString('latin1') : text

/** As Lua's `lower`. */
export const lowerAscii = (text: string): string => text.replace(/[A-Z]+/g, letters => letters.toLowerCase())

/**
 * The bytes of a text in lower case, as by Rust's `to_lowercase`; texts that are not UTF-8 stay unchanged.
 */
export const lowerCase = (bytes: string): string => asBytes((fromBytes(bytes) ?? bytes).toLowerCase())

/** Decodes bytes as UTF-8; undefined if they are not. */
export function fromBytes(bytes: string): string | undefined {
  if (!/[^\0-\x7f]/.test(bytes)) return bytes
  const buffer = Buffer.from(bytes, 'latin1')
  return isUtf8(buffer) ? buffer.toString() : undefined
}
