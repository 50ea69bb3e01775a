/**
 * How this folder says what is wrong: one short way to write a diagnostic. Its codes are explained in
 * docs/errors.md.
 */
import { shortened } from '../entities/text/shortened.ts'
import type { Diagnostic, Place } from '../errors.ts'
import type { Path } from '../state/state.ts'
import type { Document } from './document.ts'

interface Extra {
  readonly severity?: 'error' | 'warning'
  readonly hint?: string | undefined
  readonly related?: (Place & { readonly message: string }) | undefined
}

export function problem(
  code: string,
  message: string,
  where: Place | undefined,
  extra: Extra = {},
): Diagnostic {
  return {
    severity: extra.severity ?? 'error',
    code,
    message: shortened(message),
    ...(where !== undefined && { where }),
    ...(extra.related !== undefined && { related: extra.related }),
    ...(extra.hint !== undefined && { hint: shortened(extra.hint) }),
  }
}

/** A second place with a message; empty if the place is unknown. */
export function also(document: Document, path: Path, message: string): Extra['related'] {
  const place = document.whereIs(path)
  return place === undefined ? undefined : { ...place, message }
}

/** By file in the order of the run, then by line and column; problems without a place come first. */
export function inOrder(diagnostics: readonly Diagnostic[], files: readonly string[]): Diagnostic[] {
  const rank = ({ where }: Diagnostic): readonly number[] =>
    where === undefined ? [-1, 0, 0] : [files.indexOf(where.file), where.line, where.column]
  return diagnostics
    .map(diagnostic => ({ diagnostic, rank: rank(diagnostic) }))
    .sort((a, b) => {
      const differing = a.rank.findIndex((number, index) => number !== b.rank[index])
      return differing === -1 ? 0 : (a.rank[differing] ?? 0) - (b.rank[differing] ?? 0)
    })
    .map(({ diagnostic }) => diagnostic)
}
