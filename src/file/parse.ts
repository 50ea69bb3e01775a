/**
 * A state file's text → its content, with places. YAML 1.2 with anchors and merge keys; JSON is read as the YAML that it is. All that is wrong is
 * collected, at the line where it is. What the content may contain is `check.ts`'s business. This file loads the `yaml` package: import it
 * where it is used.
 */
import type { Alias, Node, Pair, Scalar, YAMLMap, Document as YamlDocument } from 'yaml'
import { isAlias, isMap, isScalar, isSeq, parseAllDocuments, visit } from 'yaml'
import { isRecord } from '../entities/rules.ts'
import type { Diagnostic } from '../errors.ts'
import type { FilledText, Path } from '../state/state.ts'
import type { Document } from './document.ts'
import { fillIn, hasPlaceholder, substitute } from './environment.ts'
import { readPlain } from './plain-yaml.ts'
import { createPositions, type Positions } from './positions.ts'
import { problem } from './problem.ts'
import type { NamedText } from './read.ts'
import { booleanFields, oldBoolean, otherReading } from './scalars.ts'
import type { Environment, Mode } from './template/functions.ts'
import type { Value } from './template/value.ts'
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

export function parseDocument({ name, text }: NamedText, options: ParseOptions = {}): Parsed {
  const content = readPlain(text)
  if (content !== undefined) return { document: plainDocument(name, text, content), diagnostics: [] }
  return parseFully({ name, text }, options)
}

/** Its places are looked for, by reading it fully, when somebody asks for one. */
function plainDocument(name: string, text: string, content: Document['content']): Document {
  let full: Document | undefined
  return {
    name,
    content,
    whereIs: (path, part) => {
      full ??= parseFully({ name, text }, {}).document
      return full?.whereIs(path, part)
    },
    isSecret: () => false,
    filledAt: () => [],
  }
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

interface Report {
  readonly diagnostics: readonly Diagnostic[]
  hasErrors(): boolean
  tell(diagnostic: Diagnostic): void
  add(
    code: string,
    message: string,
    offset: number,
    length?: number,
    extra?: { severity?: 'error' | 'warning'; hint?: string; related?: Diagnostic['related'] },
  ): void
}

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

/** The scalars that must not be shown, and how they were put together. */
type Secrets = ReadonlyMap<Node, FilledText>

/** Fills the environment in, and tells of plain scalars that other programs read otherwise. Returns what must not be shown. */
function readScalars(root: YamlDocument, slots: readonly Value[], report: Report): Secrets {
  const secrets = new Map<Node, FilledText>()
  const booleans = booleanFields()
  const anchors = new Set<string>()
  const remember = (_key: unknown, { anchor }: { anchor?: string | undefined }): void => {
    if (anchor !== undefined) anchors.add(anchor)
  }
  visit(root, {
    Collection: remember,
    Alias: (_key, { source, range }: Alias) => {
      if (!anchors.has(source))
        report.add('yaml-alias', `no anchor &${source} before this`, range?.[0] ?? 0, source.length + 1)
    },
    Scalar: (key, node: Scalar, ancestors) => {
      remember(key, node)
      if (typeof node.value === 'string' && hasPlaceholder(node.value)) {
        const filled = fillScalar(node, slots, root)
        if (filled.some(part => part.secret)) secrets.set(node, filled)
      }
      if (key === 'key' || node.type !== 'PLAIN') return
      const parent = ancestors.at(-1) as Pair | Node | undefined
      const named =
        parent !== undefined && 'key' in parent && isScalar(parent.key) ? String(parent.key.value) : ''
      compareReadings(node, booleans.has(named), report, secrets.has(node))
    },
  })
  return secrets
}

/** A plain scalar of a value that came from the environment has the type that the text would have had. */
function fillScalar(node: Scalar, slots: readonly Value[], root: YamlDocument): FilledText {
  const block = node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED' ? blockOf(node) : undefined
  const parts = fillIn(String(node.value), slots, block?.indent)
  const text = textOf(parts)
  node.value = node.type === 'PLAIN' ? plainValue(text, root) : chomped(text, block?.chomp)
  return parts
}

const textOf = (parts: FilledText): string => parts.map(part => part.text).join('')

function plainValue(text: string, root: YamlDocument): unknown {
  for (const tag of root.schema?.tags ?? []) {
    if (tag.collection !== undefined || tag.default !== true || tag.test?.test(text) !== true) continue
    const resolved: unknown = tag.resolve(text, () => {}, {})
    return isScalar(resolved) ? resolved.value : resolved
  }
  return text === '' ? null : text
}

interface Block {
  readonly indent: number
  readonly chomp: '' | '-' | '+'
}

/** Of a block scalar: how far it is indented, and what `|-` or `|+` says of its end. */
function blockOf(node: Scalar): Block {
  const source = node.srcToken
  const header =
    source?.type === 'block-scalar'
      ? source.props.find(prop => prop.type === 'block-scalar-header')
      : undefined
  const chomp = /[-+]/.exec(header !== undefined && 'source' in header ? header.source : '')?.[0] ?? ''
  const body = source?.type === 'block-scalar' ? source.source : ''
  return { indent: /^(?: *\r?\n)*( *)/.exec(body)?.[1]?.length ?? 0, chomp: chomp as Block['chomp'] }
}

function chomped(text: string, chomp: Block['chomp'] | undefined): string {
  if (chomp === undefined || chomp === '+') return text
  return text.replace(/[\r\n]+$/, '') + (chomp === '-' ? '' : '\n')
}

function compareReadings(node: Scalar, isBoolean: boolean, report: Report, secret: boolean): void {
  const source = node.source === undefined || hasPlaceholder(node.source) ? String(node.value) : node.source
  // After a %YAML 1.1 directive the old words are booleans already.
  const old = typeof node.value === 'string' ? oldBoolean(source) : undefined
  const [offset, end] = node.range ?? [0, 1]
  const shown = secret ? 'this value' : source
  if (old !== undefined && isBoolean) {
    node.value = old
    report.add('yaml-1.1', `${shown} was read as ${old}`, offset, end - offset, {
      severity: 'warning',
      hint: `write ${old}`,
    })
    return
  }
  const reading = otherReading(source)
  if (reading === undefined || typeof node.value === 'boolean') return
  const read = typeof node.value === 'string' ? 'a text' : `the number ${node.value}`
  report.add(
    'yaml-1.1',
    `${shown} was read as ${secret ? 'YAML 1.2 has it' : read}; YAML 1.1 reads ${secret ? 'something else' : reading}`,
    offset,
    end - offset,
    {
      severity: 'warning',
      hint: 'put it in quotes, or write what is meant',
    },
  )
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

/** Whether a node or anything in it is one of the secrets. */
function holds(node: Node | undefined, secrets: Secrets): boolean {
  if (node === undefined) return false
  let found = false
  visit(node, {
    Scalar: (_key, inner: Scalar) => {
      found ||= secrets.has(inner)
      return found ? visit.BREAK : undefined
    },
  })
  return found
}

/** Of a scalar, or of a list that has nothing but scalars. */
function filledTexts(node: Node | undefined, secrets: Secrets, root: YamlDocument): readonly FilledText[] {
  const items = (isSeq(node) ? node.items : [node]).map(item => (isAlias(item) ? item.resolve(root) : item))
  return items.every(item => isScalar(item))
    ? items.map(item => secrets.get(item) ?? [{ text: String(item.value), secret: false }])
    : []
}
