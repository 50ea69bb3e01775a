/**
 * Values in Terraform's language, laid out as decK 1.65 lays them out: `enabled`, `name` and `username` first,
 * other keys by name; a blank line between the mappings of a list's item.
 */
import { isRecord, type Values } from '../../entities/language/values.ts'
import { goFloat } from '../../file/yaml/numbers.ts'

/** How a resource's fields are written. */
export interface Style {
  /** Fields whose value is a function's argument: `config = jsonencode({ … })`. */
  readonly encoded: ReadonlySet<string>
  /** A field whose value names the mapping that some other fields are written in. */
  readonly wrapping?: { readonly by: string; readonly fields: readonly string[] }
  /** Write values so that Terraform reads the same values, which decK's layout does not see to. */
  readonly exact: boolean
}

interface Place {
  readonly style: Style
  readonly depth: number
  /** The mapping is an item of a list. */
  readonly isItem: boolean
}

/** @returns the lines of a mapping's fields, without the braces around them */
export function attributes(record: Values, style: Style, depth = 1, isItem = false): string {
  const place = { style, depth, isItem }
  const { wrapping } = style
  const kind = wrapping && record[wrapping.by]
  if (wrapping === undefined || typeof kind !== 'string') return inOrder(record, place)
  const wrapped = Object.fromEntries(wrapping.fields.map(name => [name, record[name]]))
  const hidden = new Set([wrapping.by, ...wrapping.fields])
  const others = Object.entries(record).filter(([name]) => !hidden.has(name))
  const name = kind.toLowerCase().replaceAll('-', '_')
  return mapping(name, wrapped, { ...place, isItem: false }) + inOrder(Object.fromEntries(others), place)
}

const first = ['enabled', 'name', 'username']

function inOrder(record: Values, place: Place): string {
  const names = [...first, ...sorted(Object.keys(record).filter(name => !first.includes(name)))]
  return names.map(name => attribute(name, record[name], place)).join('')
}

/** By code points, as Go sorts. */
const sorted = (names: readonly string[]): string[] => names.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))

function attribute(name: string, value: unknown, place: Place): string {
  // Inside of a value a null is one; of a resource it says nothing.
  const isInside = place.depth > 1 && place.style.exact
  if (value === undefined || (value === null && !isInside)) return ''
  const key = isInside ? keyText(name) : name
  if (Array.isArray(value)) return list(key, value, place)
  if (isRecord(value)) return mapping(key, value, place)
  return `${indent(place.depth)}${key} = ${literal(value, place.style)}\n`
}

const keyText = (name: string): string =>
  /^[\p{L}_][\p{L}\p{Nd}_-]*$/u.test(name) ? name : exactText(name, true)

const indent = (depth: number): string => '  '.repeat(depth)

function mapping(name: string, value: Values, { style, depth, isItem }: Place): string {
  const isEncoded = style.encoded.has(name)
  const [open, close] = isEncoded ? ['jsonencode({', '})'] : ['{', '}']
  const inner = attributes(value, style, depth + 1)
  return `${isItem ? '\n' : ''}${indent(depth)}${name} = ${open}\n${inner}${indent(depth)}${close}\n`
}

function list(name: string, items: readonly unknown[], { style, depth }: Place): string {
  const start = `${indent(depth)}${name} = [`
  const written = items.map(item =>
    isRecord(item)
      ? `\n${indent(depth + 1)}{\n${attributes(item, plain(style), depth + 2, true)}${indent(depth + 1)}},\n`
      : `${literal(item, style, true)}, `,
  )
  const text = `${start}${written.join('')}`.replace(/[, ]+$/, '')
  return isRecord(items.at(-1)) ? `${text}${indent(depth)}]\n` : `${text}]\n`
}

/** Inside of lists no field is written in another way. */
const plain = ({ exact }: Style): Style => ({ encoded: new Set(), exact })

function literal(value: unknown, { exact }: Style, isItem = false): string {
  if (exact) return exactValue(value, isItem)
  if (value === null || value === undefined) return ''
  if (typeof value === 'object') return `"${goText(value)}"`
  if (typeof value !== 'string') return goText(value)
  return value.includes('\n')
    ? `\n<<EOF\n${value.replace(/\n+$/, '')}\nEOF\n`
    : `"${value.replaceAll('"', '\\"')}"`
}

/** On one line, except for blocks of text. @param isItem in a list, which cannot contain such a block */
function exactValue(value: unknown, isItem: boolean): string {
  if (typeof value === 'string') return exactText(value, isItem)
  if (Array.isArray(value)) return `[${value.map(item => exactValue(item, true)).join(', ')}]`
  if (!isRecord(value)) return value === null || value === undefined ? 'null' : goText(value)
  const fields = Object.entries(value).map(([name, one]) => `${keyText(name)} = ${exactValue(one, true)}`)
  return `{ ${fields.join(', ')} }`
}

/** A block of lines where the text is one, and else in double quotes. */
function exactText(text: string, isItem: boolean): string {
  const plain = text.replace(/[$%](?=\{)/g, '$&$&')
  const isBlock = !isItem && /^[^\r]*[^\n\r]\n$/.test(text) && !/^\s*EOF$/m.test(text)
  return isBlock ? `<<EOF\n${plain}EOF` : `"${plain.replace(quotedOnly, escaped)}"`
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const quotedOnly = /["\\\u0000-\u001f\u007f]/g

const short: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

const escaped = (one: string): string => short[one] ?? `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`

/** decK's layout of these is another text to Terraform, or none at all. */
export const isMisread = (text: string): boolean => /[$%]\{|[\n\\]/.test(text)

/** How Go prints a value (`%v`). */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (typeof value === 'number') return goFloat(value)
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`
  if (!isRecord(value)) return String(value)
  return `map[${sorted(Object.keys(value))
    .map(name => `${name}:${goText(value[name])}`)
    .join(' ')}]`
}
