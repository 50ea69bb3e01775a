/** Problems that the `yaml` package finds in a text, in words for a reader of that line. */
import type { ErrorCode, Scalar, YAMLError, Document as YamlDocument } from 'yaml'
import { isScalar, visit } from 'yaml'

export interface YamlProblem {
  readonly code: string
  readonly message: string
  readonly offset: number
  readonly severity: 'error' | 'warning'
}

/** For other codes the package's own message is clear. */
const said: Partial<Readonly<Record<ErrorCode, readonly [code: string, message: string]>>> = {
  TAB_AS_INDENT: ['yaml-tab', 'a tab character indents this line; YAML allows blanks only'],
  NON_STRING_KEY: ['yaml-syntax', 'a key must be a text'],
  TAG_RESOLVE_FAILED: ['yaml-tag', 'the tag (!…) is not known and was not looked at'],
  MULTIPLE_DOCS: ['yaml-documents', 'a state file is one YAML document'],
}

export function yamlProblems(documents: readonly YamlDocument[]): YamlProblem[] {
  const [first, ...more] = documents
  const found = [
    ...(first?.errors ?? []).map((error, index) =>
      problemOf(error, 'error', index < 100 ? first : undefined),
    ),
    // Indentation that YAML disallows but that has one meaning (a `]` at the margin) is not worth a
    // warning.
    ...(first?.warnings ?? [])
      .filter(({ code }) => code !== 'BAD_INDENT')
      .map(error => problemOf(error, 'warning')),
  ]
  for (const extra of more) {
    if (extra.contents === null || (isScalar(extra.contents) && extra.contents.value === null)) continue
    found.push({
      code: 'yaml-documents',
      message:
        'a second YAML document begins here; a state file is one (decK reads the first and drops the rest)',
      offset: extra.contents.range?.[0] ?? 0,
      severity: 'error',
    })
    break
  }
  const seen = new Set<number>()
  return found.filter(({ offset }) => !seen.has(offset) && seen.add(offset))
}

function problemOf(error: YAMLError, severity: 'error' | 'warning', document?: YamlDocument): YamlProblem {
  const [code, message] = said[error.code] ?? ['yaml-syntax', error.message]
  const opening =
    error.code === 'MISSING_CHAR' && document !== undefined ? openQuote(document, error.pos[0]) : undefined
  return opening === undefined
    ? { code, message, offset: error.pos[0], severity }
    : { code, message: 'this quote is never closed', offset: opening, severity }
}

/** A quote that is never closed is missed at the end of the file; where it opens is of more use. */
function openQuote(document: YamlDocument, end: number): number | undefined {
  let start: number | undefined
  visit(document, {
    Scalar: (_key, node: Scalar) => {
      const quoted = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE'
      if (quoted && node.range && node.range[1] === end) start = node.range[0]
    },
  })
  return start
}
