/**
 * Rust's patterns, as Kong 3's routers use them (flavours `traditional_compatible` and `expressions`):
 * Unicode, in linear time.
 */
import { withPlain } from './pcre.ts'
import { ofBytes, plainPattern } from './plain.ts'
import type { Regex } from './regex.ts'
import { checkRust, rustRegex } from './rust-engine.ts'

/**
 * @param pattern text, not bytes
 * @throws PatternError with Rust's own text
 * @example rust('^/.$').find('/\xc3\xbc') // '/\xc3\xbc': the two bytes of ü
 */
export function rust(pattern: string): Regex {
  const plain = plainPattern(pattern, 'rust')
  if (plain === undefined) checkRust(pattern)
  const engine = ofBytes(rustRegex(pattern))
  return plain === undefined ? engine : withPlain(plain, () => engine)
}
