/** Shared parsing of flags and arguments. */
import type { ClientSettings } from '../admin-client/settings.ts'
import { UsageError } from '../errors.ts'
import type { DeleteLimit } from '../recipes/reconcile/guard.ts'
import type { Scope } from '../state/select.ts'

type Flags = Readonly<Record<string, unknown>>

/** long: `deck gateway sync FILE…`; short: `deck sync -s FILE`. */
export type Form = 'long' | 'short'

/**
 * Arguments and `-s` alike; none: standard input for the long form, kong.yaml for the short one (decK's
 * defaults).
 */
export function filesOf(flags: Flags, positional: readonly string[], form: Form): string[] {
  const named = Array.isArray(flags['state']) ? flags['state'].map(String) : []
  const files = [...named, ...positional]
  if (files.length > 0) return files
  return [form === 'long' ? '-' : 'kong.yaml']
}

/**
 * An explicit number is exact; undefined: adapts to the gateway.
 * @throws UsageError below 1 (decK's words)
 */
export function parallelismOf(flags: Flags): number | undefined {
  if (flags['parallelism'] === undefined) return undefined
  const parallelism = Number(flags['parallelism'])
  if (parallelism < 1) throw new UsageError(`--parallelism cannot be less than 1, got ${parallelism}`)
  return parallelism
}

export const withParallelism = (client: ClientSettings, parallelism: number | undefined): ClientSettings =>
  parallelism === undefined ? client : { ...client, parallelism }

/** `--max-deletes`, and `--yes` for all; empty without both. @throws UsageError */
export function deleteLimitOf(flags: Flags): { maxDeletes?: DeleteLimit } {
  if (flags['yes'] === true) return { maxDeletes: 'all' }
  const text = flags['max-deletes']
  if (text === undefined || text === '') return {}
  const [, digits, sign] = /^(\d+)(%?)$/.exec(String(text)) ?? []
  if (text === 'all') return { maxDeletes: 'all' }
  if (digits === undefined || (sign === '%' && Number(digits) > 100))
    throw new UsageError(
      `--max-deletes: expected a number, a percentage up to 100% or all, got ${JSON.stringify(text)}`,
    )
  return { maxDeletes: sign === '%' ? { percent: Number(digits) } : { count: Number(digits) } }
}

const onErrors = ['stop', 'continue', 'rollback'] as const

/** `--on-error`. @throws UsageError */
export function onErrorOf(flags: Flags): (typeof onErrors)[number] {
  const text = String(flags['on-error'] ?? 'stop')
  const found = onErrors.find(word => word === text)
  if (found === undefined)
    throw new UsageError(`--on-error: expected ${onErrors.join(', ')}, got ${JSON.stringify(text)}`)
  return found
}

/** `--lock`, `--lock-timeout`. @throws UsageError */
export function lockOf(flags: Flags): { timeoutSeconds: number } | undefined {
  const timeoutSeconds = Number(flags['lock-timeout'] ?? 0)
  if (timeoutSeconds < 0) throw new UsageError('--lock-timeout cannot be negative')
  return flags['lock'] === true ? { timeoutSeconds } : undefined
}

/** Which kinds a run is about. @throws UsageError for flags that leave nothing */
export function scopeOf(flags: Flags): Scope {
  const rbacOnly = flags['rbac-resources-only'] === true
  const tags = flags['select-tag']
  if (rbacOnly && (flags['skip-consumers'] === true || (Array.isArray(tags) && tags.length > 0)))
    throw new UsageError(
      '--rbac-resources-only excludes --skip-consumers and --select-tag: roles have no tags',
    )
  return {
    rbacOnly,
    skipConsumers: flags['skip-consumers'] === true,
    skipCaCertificates: flags['skip-ca-certificates'] === true,
    skipMembers: flags['skip-consumers-with-consumer-groups'] === true,
    pluginDefinitions: flags['include-plugin-definitions'] === true,
  }
}

/** @throws UsageError if both are set */
export function refuseTogether(flags: Flags, ...names: readonly [string, string]): void {
  const given = names.filter(name => flags[name] !== undefined && flags[name] !== false)
  if (given.length === 2) throw new UsageError(`--${given[0]} and --${given[1]} exclude each other`)
}

/** `yaml` or `json`, in any case. */
export function formatOf(flags: Flags): 'yaml' | 'json' {
  const format = String(flags['format'] ?? 'yaml').toLowerCase()
  if (format === 'yaml' || format === 'json') return format
  throw new UsageError(`unknown file format: ${format.toUpperCase()}`, { hint: 'yaml or json' })
}

/** For commands that take no files. */
export function filesRefused(files: readonly string[]): void {
  if (files.length > 0)
    throw new UsageError(`unexpected argument${files.length > 1 ? 's' : ''}: ${files.join(' ')}`, {
      hint: 'this command takes flags only',
    })
}

/** @throws UsageError (decK's words) */
export function atLeastOne(files: readonly string[]): void {
  if (files.length === 0) throw new UsageError('requires at least 1 arg(s), only received 0')
}
