/** Names that Kubernetes takes, made as decK 1.65 makes them (gosimple/slug 1.15, and a limit of 63). */
import { createHash } from 'node:crypto'

/** Spelt in words, or left out, before anything else is done. */
const words: Readonly<Record<string, string>> = {
  '&': 'and',
  '@': 'at',
  '"': '',
  "'": '',
  '’': '',
  '‒': '-',
  '–': '-',
  '—': '-',
  '―': '-',
}

/** ASCII letters for text in other scripts; see `to-ascii.ts`. */
export type ToAscii = (text: string) => string

const longest = 63
const shortened = 53
const digestLength = 10

/** @example objectName('Crème & Co', toAscii) // 'creme-and-co' */
export function objectName(text: string, toAscii: ToAscii): string {
  const spelt = text.trim().replace(/[&@"'’‒–—―]/g, one => words[one] ?? one)
  const ascii = isAscii(spelt) ? spelt : toAscii(spelt)
  const slug = ascii
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '-')
    .replace(/-+/g, '-')
    .replace(/^[-_]+|[-_]+$/g, '')
    .replaceAll('_', '-')
  if (slug.length <= longest) return slug
  const digest = createHash('sha256').update(slug).digest('hex')
  return slug.slice(0, shortened - digestLength) + digest.slice(0, digestLength)
}

const asciiOnly = /^[\0-\x7f]*$/

export const isAscii = (text: string): boolean => asciiOnly.test(text)
