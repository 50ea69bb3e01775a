/** `--kong-version`: the Kong that files are for. */
import type { Version } from '../entities/language/define.ts'
import { parseVersion } from '../entities/language/versions.ts'
import { UsageError } from '../errors.ts'
import type { Run } from './base-command.ts'

/** @throws UsageError for what is no version of Kong */
export function kongVersionOf(flags: Run['flags']): { kongVersion?: Version } {
  const text = flags['kong-version']
  if (text === undefined) return {}
  const version = parseVersion(String(text))
  if (version !== undefined && (version.major > 2 || version.minor >= 8)) return { kongVersion: version }
  throw new UsageError(`--kong-version: expected a version of Kong from 2.8 on, got ${JSON.stringify(text)}`)
}
