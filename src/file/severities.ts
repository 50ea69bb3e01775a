/** `--warnings-as-errors` and `--errors-as-warnings`: which problems end a run. */

import { didYouMean } from '../entities/text/did-you-mean.ts'
import { type Diagnostic, UsageError } from '../errors.ts'

export interface Severities {
  /** Codes of warnings that are errors in this run; they win over the others. */
  readonly errors: ReadonlySet<string>
  /** Codes of errors that are only warnings. */
  readonly warnings: ReadonlySet<string>
  /** `--strict`: every warning is an error. */
  readonly isStrict: boolean
}

/**
 * The codes of docs/errors.md that can be warnings, and decK's two for plugins of Kong Enterprise, which are
 * the gateway's to say here.
 */
export const adjustable: readonly string[] = [
  'contradicting-settings',
  'deprecated-field',
  'enterprise-plugin',
  'hashed-password',
  'needs-flavor',
  'no-such-kind',
  'oidc-missing-required-config',
  'refused-by-schema',
  'rla-consumer-groups-deprecated',
  'route-regex-path-format',
  'unknown-plugin',
  'yaml-1.1',
  'yaml-tag',
]

/** @throws UsageError for an unknown code */
export function severitiesOf(flags: Readonly<Record<string, unknown>>): Severities {
  return {
    errors: codesIn(flags['warnings-as-errors'], '-E/--warnings-as-errors'),
    warnings: codesIn(flags['errors-as-warnings'], '-W/--errors-as-warnings'),
    isStrict: flags['strict'] === true,
  }
}

function codesIn(list: unknown, flag: string): ReadonlySet<string> {
  const codes = String(list ?? '')
    .split(',')
    .map(code => code.trim())
    .filter(code => code !== '')
  const unknown = codes.find(code => !adjustable.includes(code))
  if (unknown !== undefined) {
    throw new UsageError(
      `invalid value for ${flag}: unknown diagnostic code: ${unknown}. Valid diagnostic codes: [${adjustable.join(' ')}]`,
      hint(didYouMean(unknown, adjustable)),
    )
  }
  return new Set(codes)
}

const hint = (text: string | undefined): { hint?: string } => (text === undefined ? {} : { hint: text })

/** @param severities undefined: all diagnostics stay unchanged */
export const withSeverities = (
  diagnostics: readonly Diagnostic[],
  severities: Severities | undefined,
): Diagnostic[] =>
  diagnostics.map(diagnostic => {
    const { code } = diagnostic
    if (severities?.errors.has(code)) return withSeverity(diagnostic, 'error', '-E')
    if (severities?.warnings.has(code)) return withSeverity(diagnostic, 'warning', '-W')
    return severities?.isStrict ? withSeverity(diagnostic, 'error', '--strict') : diagnostic
  })

/** Says what it is without the flag, in decK's words: `warning (route-regex-path-format)`. */
function withSeverity(diagnostic: Diagnostic, severity: Diagnostic['severity'], flag: string): Diagnostic {
  if (diagnostic.severity === severity) return diagnostic
  const name = severity === 'error' ? 'an error' : 'a warning'
  const { message, severity: before, code } = diagnostic
  return { ...diagnostic, severity, message: `${message}; ${flag}: ${before} (${code}) is ${name}` }
}
