/**
 * Content of decK's files that this program does not support. It is reported; nothing is dropped silently.
 */
import type { Diagnostic, Place } from '../errors.ts'
import { problem } from './problem.ts'

/** Kinds that Kong removed, or that only Konnect has (source: the fields of decK 1.65's file format). */
const names = new Set(['licenses', 'mtls_auth_credentials', 'run_on', 'service_packages'])

/** Empty lists and mappings hold nothing that would be lost. */
export function isUnsupported(name: string, value: unknown): boolean {
  const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0
  return names.has(name) && !isEmpty
}

export function unsupported(name: string, where: Place | undefined, entity?: string): Diagnostic {
  const inside = entity === undefined ? '' : ` (${entity})`
  return problem('not-supported', `"${name}" is not supported yet${inside}`, where, {
    hint: 'take it out of the file, or manage it with decK under a select tag of its own',
  })
}
