/** `--kong-version`: the Kong that files are for. */
import * as Flags from '@oclif/core/flags'
import type { Version } from '../entities/language/define.ts'
import { parseVersion } from '../entities/language/versions.ts'
import { UsageError } from '../errors.ts'
import type { Run } from './base-command.ts'

/** Where one version must be known. */
export const kongVersionDefault = (description = 'version of Kong, for example 2.8', helpGroup?: string) => ({
  'kong-version': Flags.string({
    description,
    helpValue: 'VERSION',
    ...(helpGroup !== undefined && { helpGroup }),
    default: '3.9',
    env: 'DECK_KONG_VERSION',
  }),
})

/** @throws UsageError for an invalid version */
export function kongVersionOf(flags: Run['flags']): Version {
  const text = flags['kong-version']
  const version = parseVersion(String(text))
  if (version !== undefined && (version.major > 2 || (version.major === 2 && version.minor >= 8)))
    return version
  throw new UsageError(`--kong-version: expected a version of Kong from 2.8 on, got ${JSON.stringify(text)}`)
}
