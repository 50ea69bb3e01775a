/** What several commands make of their flags and arguments. */
import type { ClientSettings } from '../admin-client/settings.ts'
import { UsageError } from '../errors.ts'

type Flags = Readonly<Record<string, unknown>>

/** long: `deck gateway sync FILE…`; short: `deck sync -s FILE`. */
export type Form = 'long' | 'short'

/** Arguments and `-s` alike; none: standard input for the long form, kong.yaml for the short one (decK's defaults). */
export function filesOf(flags: Flags, positional: readonly string[], form: Form): string[] {
  const named = Array.isArray(flags['state']) ? flags['state'].map(String) : []
  const files = [...named, ...positional]
  if (files.length > 0) return files
  return [form === 'long' ? '-' : 'kong.yaml']
}

/** What is given is meant exactly; undefined where it is left to the gateway. @throws UsageError below 1 (decK's words) */
export function parallelismOf(flags: Flags): number | undefined {
  if (flags['parallelism'] === undefined) return undefined
  const parallelism = Number(flags['parallelism'])
  if (parallelism < 1) throw new UsageError(`--parallelism cannot be less than 1, got ${parallelism}`)
  return parallelism
}

export const withParallelism = (client: ClientSettings, parallelism: number | undefined): ClientSettings =>
  parallelism === undefined ? client : { ...client, parallelism }

/** Flags that only Kong Enterprise can honour are refused, not ignored. */
export function refuseEnterprise(flags: Flags): void {
  if (flags['all-workspaces'] === true) {
    throw new UsageError(
      '--all-workspaces: workspaces are a feature of Kong Enterprise, which is not supported yet',
    )
  }
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
    throw new UsageError(`unexpected argument${files.length > 1 ? 's' : ''}: ${files.join(' ')}`)
}

/** @throws UsageError (decK's words) */
export function atLeastOne(files: readonly string[]): void {
  if (files.length === 0) throw new UsageError('requires at least 1 arg(s), only received 0')
}
