/** What Kong shows of a configuration, and compares files by; nothing is kept safe by it. */
import { createHash } from 'node:crypto'

export const hashOf = (text: string): string => createHash('md5').update(text).digest('hex')
