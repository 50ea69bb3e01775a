/**
 * A quick reader of plain YAML: block mappings and lists of simple scalars, as people and `dump` write state files. It gives the content where it is certain
 * that the `yaml` package would give the same without a word of complaint, and nothing where it is not: `parse.ts` then asks that package, which takes ten times
 * as long, and which knows anchors, tags, block texts, comments behind values, and what is wrong in which line. Placeholders of values (`environment.ts`) stay
 * in the texts, those outside of quotes with a mark before them.
 */
import { hasPlaceholder } from './environment.ts'

type Content = Record<string, unknown>

/** Thrown where the text is not plain; caught here. */
const notPlain = new Error('not plain')

/** @returns undefined for what this reader leaves to the `yaml` package */
export function readPlain(text: string): Content | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\ud800-\udfff]/.test(text)) return undefined
  const lines = linesOf(text)
  if (lines[0]?.indent !== 0 || text.startsWith(' ')) return undefined
  try {
    const reader = { lines, at: 0 }
    const content = readMapping(reader, 0)
    return reader.at === lines.length ? content : undefined
  } catch (error) {
    if (error !== notPlain) throw error
    return undefined
  }
}

interface Line {
  indent: number
  text: string
}

interface Reader {
  readonly lines: readonly Line[]
  /** The line that is next. */
  at: number
}

function linesOf(text: string): Line[] {
  const lines: Line[] = []
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf('\n', start)
    const end = found === -1 ? text.length : found
    let first = start
    while (first < end && text.charCodeAt(first) === 32) first += 1
    if (first < end && text.charCodeAt(first) !== 35) {
      lines.push({ indent: first - start, text: text.slice(first, end).trimEnd() })
    }
    start = end + 1
  }
  return lines
}

const isItem = ({ text }: Line): boolean => text.startsWith('- ')

const keyed = /^([A-Za-z_][\w-]*):(?: +(.*))?$/
/** Keys that mean something else than themselves to one YAML or another. */
const words = /^(?:null|true|false|y|yes|n|no|on|off)$/i

function readMapping(reader: Reader, indent: number): Content {
  const content: Content = {}
  for (let line = reader.lines[reader.at]; line?.indent === indent; line = reader.lines[reader.at]) {
    const [, key = '', value] = keyed.exec(line.text) ?? []
    if (key === '' || words.test(key) || key === '__proto__' || key in content) throw notPlain
    reader.at += 1
    content[key] =
      value === undefined || value === '' ? readBelow(reader, indent) : inline(reader, value, indent)
  }
  return leave(reader, indent, content)
}

/** What stands below a key: a mapping further in, a list there or at the key's own column, or nothing. */
function readBelow(reader: Reader, indent: number): unknown {
  const next = reader.lines[reader.at]
  if (next === undefined || next.indent < indent) return null
  if (isItem(next)) return readList(reader, next.indent)
  return next.indent === indent ? null : readMapping(reader, next.indent)
}

function readList(reader: Reader, indent: number): unknown[] {
  const items: unknown[] = []
  for (
    let line = reader.lines[reader.at];
    line?.indent === indent && isItem(line);
    line = reader.lines[reader.at]
  ) {
    const rest = line.text.slice(2).trimStart()
    if (isItem({ indent, text: `${rest} ` })) throw notPlain
    if (keyed.test(rest)) {
      // The item's first key stands on the line of its dash.
      line.indent += line.text.length - rest.length
      line.text = rest
      items.push(readMapping(reader, line.indent))
    } else {
      reader.at += 1
      items.push(inline(reader, rest, indent))
    }
  }
  return leave(reader, indent, items)
}

/** A line further in than what ends belongs to nothing; one at its own column goes on with what is around a list. */
function leave<T>(reader: Reader, indent: number, value: T): T {
  const next = reader.lines[reader.at]
  if (next !== undefined && (next.indent > indent || (next.indent === indent && isItem(next)))) throw notPlain
  return value
}

/** A value on its own line; a line further in would be the rest of it. */
function inline(reader: Reader, text: string, indent: number): unknown {
  const next = reader.lines[reader.at]
  if (next !== undefined && next.indent > indent) throw notPlain
  if (text === '[]') return []
  if (text === '{}') return {}
  if (text.startsWith('[') && text.endsWith(']')) return text.slice(1, -1).split(',').map(flowScalar)
  if (text.startsWith('{') && text.endsWith('}')) return flowMapping(text.slice(1, -1))
  return scalar(text)
}

function flowMapping(text: string): Content {
  const content: Content = {}
  for (const pair of text.split(',')) {
    const [, key = '', value = ''] = keyed.exec(pair.trim()) ?? []
    if (key === '' || words.test(key) || key === '__proto__' || key in content) throw notPlain
    content[key] = flowScalar(value)
  }
  return content
}

/** Within brackets, placeholders among it. */
const simple =
  /^(?:[\w./\ue000-\ue4ff][\w./\ue000-\ue4ff-]*|"[\w ./\ue000-\ue4ff-]*"|'[\w ./\ue000-\ue4ff-]*')$/

function flowScalar(text: string): unknown {
  const plain = text.trim()
  if (!simple.test(plain)) throw notPlain
  return scalar(plain)
}

/** Before a text outside of quotes that holds placeholders: what type it has is known when it is filled. Unicode's private use area, as they are. */
export const plainMark = '\ue002'

const quoted = /^(?:"[^"\\]*"|'[^']*')$/
const whole = /^(?:0|-?[1-9]\d{0,14})$/
const fraction = /^(?:0|[1-9]\d{0,9})\.\d{1,9}$/
/** A word or path; blanks may stand between. What begins with a digit is a text only where it can be nothing else. */
const plainText = /^(?:[A-Za-z/\ue000]|~\/|\d+\.\d+\.\d|[\da-f]{8}-[\da-f]{4}-)[^#:]*(?::[^#: ]+)*$/

function scalar(text: string): unknown {
  if (quoted.test(text)) return text.slice(1, -1)
  if (hasPlaceholder(text) && plainText.test(text)) return plainMark + text
  const typed = typedScalar(text)
  if (typed !== undefined) return typed.value
  if (words.test(text) || !plainText.test(text)) throw notPlain
  return text
}

function typedScalar(text: string): { readonly value: unknown } | undefined {
  if (text === 'true') return { value: true }
  if (text === 'false') return { value: false }
  if (text === 'null' || text === '~') return { value: null }
  return whole.test(text) || fraction.test(text) ? { value: Number(text) } : undefined
}

const maybeNumber = /^[-+]?\.?\d|^[-+]?\.(?:inf|nan)$/i
const surelyText = /^(?:\d+\.\d+\.\d|[\da-f]{8}-[\da-f]{4}-)/

/**
 * What a text outside of quotes comes to, in which a colon or a number sign means nothing any more.
 *
 * @returns undefined for what two versions of YAML read differently, or this reader does not know
 */
export function certainScalar(text: string): { readonly value: unknown } | undefined {
  if (text === '') return { value: null }
  const typed = typedScalar(text)
  if (typed !== undefined || words.test(text)) return typed
  return maybeNumber.test(text) && !surelyText.test(text) ? undefined : { value: text }
}
