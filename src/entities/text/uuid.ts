/** Ids that are made of names, the same each time (RFC 9562, version 5). */
import { hash } from 'node:crypto'

/** @param space another id, as text: the same name in two spaces has two ids */
export function uuidV5(space: string, name: string): string {
  const bytes = Buffer.concat([Buffer.from(space.replaceAll('-', ''), 'hex'), Buffer.from(name)])
  const digits = hash('sha1', bytes, 'hex')
  const variant = ((Number.parseInt(digits.slice(16, 17), 16) & 0x3) | 0x8).toString(16)
  const last = digits.slice(20, 32)
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-5${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${last}`
}
