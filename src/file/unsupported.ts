/** What decK's files may hold and this program does not know yet. It is said to be so; nothing is dropped silently. */
import type { Diagnostic, Place } from '../errors.ts'
import { problem } from './problem.ts'

/** decK's other arrays of entities, and fields of Kong Enterprise or of plugins' own entities (source: the fields of decK 1.65's file format). */
const names = new Set([
  '_konnect',
  'ai_models',
  'cloned_plugins',
  'condition',
  'consumer_group',
  'consumer_groups',
  'custom_entities',
  'custom_plugins',
  'failover',
  'filter_chains',
  'groups',
  'licenses',
  'model',
  'mtls_auth_credentials',
  'ordering',
  'partials',
  'rbac_roles',
  'run_on',
  'service_packages',
  'sticky_sessions_cookie',
  'sticky_sessions_cookie_path',
  'tls_sans',
  'ttl',
])

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
