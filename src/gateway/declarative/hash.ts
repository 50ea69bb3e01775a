/** The hash that Kong prints for a configuration and uses to compare files; it protects nothing. */
import { createHash } from 'node:crypto'

export const hashOf = (text: string): string => createHash('md5').update(text).digest('hex')
