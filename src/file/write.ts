/**
 * Content → text, in the style of decK's dumps. Mappings and lists are written here, and texts that need no thought; how any other value is to be quoted or
 * folded is the `yaml` package's to say (its own way over a whole document takes ten times as long). It loads that package: import it where it is used.
 */
import { Document, isScalar, Scalar, visit } from 'yaml'
import { isRecord } from '../entities/language/values.ts'

export type Format = 'yaml' | 'json'

/**
 * @returns YAML: keys by name at every level, lists not indented, a line break at the end; JSON: keys as they come, indented by two, no line break
 *   at the end. The same bytes for the same content.
 */
export function write(content: Readonly<Record<string, unknown>>, format: Format): string {
  if (format === 'json') return JSON.stringify(content, null, 2)
  const lines: string[] = []
  const known = new Map<string, string>()
  const entries = sorted(content)
  if (entries.length === 0) return '{}\n'
  for (const [name, value] of entries) writePair(name, value, '', '', { lines, known })
  return `${lines.join('\n')}\n`
}

interface Output {
  readonly lines: string[]
  /** What the package made of texts, each of which may come often. */
  readonly known: Map<string, string>
}

const sorted = (record: Readonly<Record<string, unknown>>): [string, unknown][] =>
  Object.entries(record)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))

/** @param first what stands before the key on its line: the indent, or a list's `- ` */
function writePair(name: string, value: unknown, indent: string, first: string, out: Output): void {
  if (!isPlain(name) || (typeof value === 'string' && value.includes('\n'))) {
    pushIndented(documentText({ [name]: value }), indent, first, out)
  } else if (Array.isArray(value) && value.length > 0) {
    out.lines.push(`${first}${name}:`)
    // As decK has them: a list stands no deeper than its key.
    writeList(value, indent, out)
  } else if (isRecord(value) && Object.keys(value).length > 0) {
    out.lines.push(`${first}${name}:`)
    for (const [inner, item] of sorted(value)) writePair(inner, item, `${indent}  `, `${indent}  `, out)
  } else pushFolded(`${first}${name}: `, scalarText(value, out), indent, out)
}

function writeList(items: readonly unknown[], indent: string, out: Output): void {
  for (const item of items) {
    const inside = `${indent}  `
    if (isRecord(item) && Object.keys(item).length > 0) {
      let first = `${indent}- `
      for (const [name, value] of sorted(item)) {
        writePair(name, value, inside, first, out)
        first = inside
      }
    } else if (
      (Array.isArray(item) && item.length > 0) ||
      (typeof item === 'string' && item.includes('\n'))
    ) {
      pushIndented(documentText([item]), indent, indent, out)
    } else pushFolded(`${indent}- `, scalarText(item, out), indent, out)
  }
}

/** Where decK's library begins to look for a place to break a line. */
const width = 80

/**
 * A value on its line; a long one goes on below, from the first single space beyond the width on, as decK's library folds plain and quoted texts.
 *
 * @param before what stands before the value
 * @param indent of the key, or of the list's dash
 */
function pushFolded(before: string, text: string, indent: string, { lines }: Output): void {
  if (before.length + text.length <= width) {
    lines.push(before + text)
    return
  }
  const inside = `${indent}  `
  const isQuoted = text.startsWith('"') || text.startsWith("'")
  let line = before
  for (let at = 0; at < text.length; at++) {
    const isBreak =
      text[at] === ' ' &&
      line.length > width &&
      text[at - 1] !== ' ' &&
      text[at + 1] !== ' ' &&
      !(isQuoted && (at === 1 || at === text.length - 2))
    if (isBreak) {
      lines.push(line)
      line = inside
    } else line += text[at]
  }
  lines.push(line)
}

function pushIndented(text: string, indent: string, first: string, out: Output): void {
  const all = text.replace(/\n$/, '').split('\n')
  const value = all.length === 1 ? text.indexOf('"') : -1
  if (value > 0) {
    pushFolded(`${first}${text.slice(0, value)}`, text.slice(value).trimEnd(), indent, out)
    return
  }
  for (const [index, line] of all.entries()) {
    out.lines.push(line === '' ? '' : `${index === 0 ? first : indent}${line}`)
  }
}

/** A text that reads as itself anywhere, whoever reads it. */
const isPlain = (text: string): boolean =>
  /^[A-Za-z/][\w./-]*$/.test(text) && text.length < 120 && !others.some(other => other.test(text))

function scalarText(value: unknown, { known }: Output): string {
  if (value === null || value === true || value === false) return String(value)
  if (Number.isSafeInteger(value)) return String(value)
  if (typeof value !== 'string') return documentText(value).trimEnd()
  const before = known.get(value)
  if (before !== undefined) return before
  const text = isPlain(value) ? value : documentText({ k: value }).slice('k: '.length).trimEnd()
  known.set(value, text)
  return text
}

function documentText(value: unknown): string {
  const document = new Document(value, {
    sortMapEntries: byName,
    aliasDuplicateObjects: false,
    compat: 'yaml-1.1',
  })
  visit(document, { Scalar: (_key, node) => quoteLikeDeck(node) })
  return document.toString({
    indentSeq: false,
    lineWidth: 0,
    singleQuote: true,
    doubleQuotedMinMultiLineLength: 1e9,
  })
}

const byName = (a: { key: unknown }, b: { key: unknown }): number => {
  const [left, right] = [
    String(isScalar(a.key) ? a.key.value : a.key),
    String(isScalar(b.key) ? b.key.value : b.key),
  ]
  return left < right ? -1 : left > right ? 1 : 0
}

/** What a YAML 1.1 reader would take for something else than a text. */
const others = [
  /^(?:|~|null|true|false|y|yes|n|no|on|off)$/i,
  /^[-+]?(?:0b[01_]+|0o[0-7_]+|0x[\da-f_]+)$/i,
  /^[-+]?(?:\.\d+|\d[\d_]*(?:\.[\d_]*)?)(?:e[-+]?\d+)?$/i,
  /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/,
  /^[-+]?\.(?:inf|nan)$/i,
  /^\d{4}-\d\d?-\d\d?(?:[Tt ]|$)/,
]

/** These, and lines with a tab in them, stand in double quotes, as decK's YAML library has them; other texts are quoted only where they must be. */
function quoteLikeDeck(node: Scalar): void {
  const { value } = node
  if (typeof value !== 'string') return
  const hasTab = value.includes('\t') && value.includes('\n')
  if (hasTab || others.some(other => other.test(value))) node.type = Scalar.QUOTE_DOUBLE
}
