/**
 * A state file's text → its content, with places. YAML 1.2 with anchors and merge keys; JSON is read as the YAML that it is. All that is wrong is
 * collected, at the line where it is. What the content may contain is `check.ts`'s business. This file loads the `yaml` package: import it
 * where it is used.
 */
import type { Pair, YAMLMap, Document as YamlDocument } from 'yaml'
import { isMap, isScalar, parseAllDocuments, visit } from 'yaml'
import { isRecord } from '../entities/language/values.ts'
import type { Diagnostic } from '../errors.ts'
import type { FilledText, Path } from '../state/state.ts'
import type { Document } from './document.ts'
import { substitute } from './environment.ts'
import { createPositions, type Positions } from './positions.ts'
import { problem } from './problem.ts'
import { readQuickly } from './quick.ts'
import type { NamedText } from './read.ts'
import { filledTexts, holds, type Report, readScalars } from './read-scalars.ts'
import type { Environment, Mode } from './template/functions.ts'
import { yamlProblems } from './yaml-problems.ts'

export interface ParseOptions {
  /** Values for `${{ env "DECK_X" }}`. Default: none is set. */
  readonly env?: Environment
  /** Default: `expand`. */
  readonly mode?: Mode
}

export interface Parsed {
  /** Absent where there are errors. */
  readonly document?: Document
  readonly diagnostics: readonly Diagnostic[]
}

/** Nested aliases multiply; what expands to more than this is an attack or an accident. */
const maxAliasCount = 10_000

export function parseDocument(text: NamedText, options: ParseOptions = {}): Parsed {
  const { slots, problems, text: read } = substitute(text.text, options.env ?? {}, options.mode ?? 'expand')
  const quick = problems.length === 0 ? readQuickly(read, slots) : undefined
  if (quick === undefined) return parseFully(text, options)
  let full: Document | undefined
  const document: Document = {
    name: text.name,
    ...quick,
    // Places are looked for, by reading it fully, when somebody asks for one.
    whereIs: (path, part) => {
      full ??= parseFully(text, options).document
      return full?.whereIs(path, part)
    },
  }
  return { document, diagnostics: [] }
}

/** By the `yaml` package, whatever is in it. */
export function parseFully({ name, text }: NamedText, options: ParseOptions): Parsed {
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text
  const substituted = substitute(plain, options.env ?? {}, options.mode ?? 'expand')
  const documents = parseAllDocuments(substituted.text, {
    merge: true,
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: false,
    logLevel: 'silent',
    keepSourceTokens: substituted.slots.length > 0,
  })
  const root = documents[0]
  if (root === undefined) return { document: emptyDocument(name), diagnostics: [] }

  const positions = createPositions(name, plain, root, substituted.inSource)
  const report = createReport(positions)
  if (substituted.text.startsWith(' ')) {
    report.add('leading-whitespace', 'file must not begin with a whitespace', 0)
  }
  for (const { code, message, offset, length } of substituted.problems)
    report.tell(problem(code, message, positions.placeInFile(offset, length)))
  for (const one of yamlProblems(documents)) report.add(one.code, one.message, one.offset, 1, one)
  const secrets = readScalars(root, substituted.slots, report)
  if (!report.hasErrors()) checkKeys(root, positions, report)
  const content = report.hasErrors() ? undefined : contentOf(root, report)
  if (content === undefined || report.hasErrors()) return { diagnostics: report.diagnostics }
  const isSecret = (path: Path): boolean => secrets.size > 0 && holds(positions.nodeAt(path), secrets)
  const filledAt = (path: Path): readonly FilledText[] =>
    isSecret(path) ? filledTexts(positions.nodeAt(path), secrets, root) : []
  return {
    document: { name, content, whereIs: positions.whereIs, isSecret, filledAt },
    diagnostics: report.diagnostics,
  }
}

const emptyDocument = (name: string): Document => ({
  name,
  content: {},
  whereIs: () => ({ file: name, line: 1, column: 1 }),
  isSecret: () => false,
  filledAt: () => [],
})

function createReport(positions: Positions): Report {
  const diagnostics: Diagnostic[] = []
  return {
    diagnostics,
    hasErrors: () => diagnostics.some(one => one.severity === 'error'),
    tell: diagnostic => {
      diagnostics.push(diagnostic)
    },
    add: (code, message, offset, length = 1, extra = {}) => {
      diagnostics.push(problem(code, message, positions.placeOf(offset, length), extra))
    },
  }
}

/**
 * A key that comes twice in a mapping: decK takes the last and drops the rest, silently. Where the first has no value, nothing is dropped, and it is
 * only worth a warning.
 */
function checkKeys(root: YamlDocument, positions: Positions, report: Report): void {
  visit(root, {
    Map: (_key, map: YAMLMap) => {
      const seen = new Map<string, Pair>()
      for (const pair of map.items) {
        const { key } = pair
        if (!isScalar(key) || key.value === '<<') continue
        const name = String(key.value)
        const before = seen.get(name)
        if (before === undefined || saysNothing(before)) seen.set(name, pair)
        if (before === undefined) continue
        const first = isScalar(before.key) ? (before.key.range?.[0] ?? 0) : 0
        const related = { ...positions.placeOf(first, name.length), message: 'first here' }
        const severity = saysNothing(before) ? 'warning' : 'error'
        const nothing = severity === 'warning' ? ', the first time without a value' : ''
        report.add(
          'yaml-duplicate-key',
          `"${name}" comes twice in one mapping${nothing}`,
          key.range?.[0] ?? 0,
          name.length,
          { related, severity },
        )
      }
    },
  })
}

const saysNothing = ({ value }: Pair): boolean => value === null || (isScalar(value) && value.value === null)

function contentOf(root: YamlDocument, report: Report): Document['content'] | undefined {
  if (root.contents === null) return {}
  const start = root.contents.range?.[0] ?? 0
  if (isScalar(root.contents) && root.contents.value === null) return {}
  if (!isMap(root.contents)) {
    const found = isScalar(root.contents) ? 'a single value' : 'a list'
    report.add('not-a-mapping', `a state file is a mapping (key: value), this is ${found}`, start)
    return undefined
  }
  try {
    const content: unknown = root.toJS({ maxAliasCount })
    return isRecord(content) ? content : {}
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    report.add('yaml-alias', 'the aliases in this file expand to too much', start)
    return undefined
  }
}
