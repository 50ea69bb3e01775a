/** New values as lines of YAML or as one line of a flow collection, in the look of the file around them. */
import { isRecord } from '../../../entities/language/values.ts'
import { literalOpen } from '../../environment.ts'
import { open } from '../../template/scan.ts'
import { doubleQuoted, scalarText, singleQuoted } from '../scalar-text.ts'
import type { Style } from '../tree.ts'
import { leafValueText } from '../write.ts'

/** How a file is laid out. */
export interface Look {
  /** Columns from a key to the keys of the mapping below it. */
  readonly step: number
  /** Columns from a key to the dashes of the list below it. */
  readonly listStep: number
  /** Whether lists of single values stand between brackets. */
  readonly hasFlowLists: boolean
  readonly isJson: boolean
  /** What stands between two items of a flow collection on one line. */
  readonly comma: string
  /** What stands right inside of the braces of a flow mapping. */
  readonly padding: string
}

/** @param column of the key */
export function pairLines(name: string, value: unknown, column: number, look: Look): string[] {
  const before = `${' '.repeat(column)}${keyText(name)}:`
  const list = listOf(value, look)
  if (list !== undefined) return [before, ...listLines(list, column + look.listStep, 2, look)]
  if (isFilled(value)) return [before, ...mappingLines(value, column + look.step, look)]
  const [first = '', ...others] = leafLines(value, column, look)
  return [`${before} ${first}`, ...others]
}

export function mappingLines(value: Readonly<Record<string, unknown>>, column: number, look: Look): string[] {
  return entriesOf(value).flatMap(([name, item]) => pairLines(name, item, column, look))
}

/** @param gap columns from a dash to what follows it */
export function listLines(items: readonly unknown[], column: number, gap: number, look: Look): string[] {
  return items.flatMap(item => itemLines(item, column, gap, look))
}

export function itemLines(item: unknown, column: number, gap: number, look: Look): string[] {
  const dash = `${' '.repeat(column)}-${' '.repeat(gap - 1)}`
  const list = listOf(item, look)
  const lines =
    list !== undefined
      ? listLines(list, column + gap, 2, look)
      : isFilled(item)
        ? mappingLines(item, column + gap, look)
        : leafLines(item, column, look)
  const [first = '', ...others] = lines
  return [dash + first.trimStart(), ...others]
}

/** A list that stands below its key: others fit behind it. */
const listOf = (value: unknown, look: Look): readonly unknown[] | undefined =>
  Array.isArray(value) && value.length > 0 && !(look.hasFlowLists && value.every(isLeaf)) ? value : undefined

const isLeaf = (value: unknown): boolean => typeof value !== 'object' || value === null

const isFilled = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isRecord(value) && entriesOf(value).length > 0

/** Whether a value stands on the lines below its key. */
export const isNested = (value: unknown, look: Look): boolean =>
  listOf(value, look) !== undefined || isFilled(value)

const entriesOf = (value: Readonly<Record<string, unknown>>): [string, unknown][] =>
  Object.entries(value).filter(([, item]) => item !== undefined)

/** @param column of the key or dash before it */
function leafLines(value: unknown, column: number, look: Look): string[] {
  if (typeof value !== 'string') return [flowText(value, look)]
  return textLines(value, column)
}

/** Not broken at a width. A text that ends with empty lines is quoted: `|+` takes in what follows it. */
export function textLines(text: string, column: number): string[] {
  const isKey = /^\n$|\n\n$/.test(text)
  const place = { column: Number.NEGATIVE_INFINITY, indent: ' '.repeat(column + 2), isKey }
  return scalarText(text, { ...place, expressions: 'kept' }).split('\n')
}

export const keyText = (name: string): string => oneLine(name)

const oneLine = (text: string): string =>
  scalarText(text, { column: Number.NEGATIVE_INFINITY, indent: '', isKey: true, expressions: 'kept' })

/** Characters that mean something between brackets, or would where a plain text begins. */
const flowIndicator = /[,[\]{}]|^[-?:]/

/** On one line. */
export function flowText(value: unknown, look: Look): string {
  if (Array.isArray(value)) return `[${value.map(item => flowText(item, look)).join(look.comma)}]`
  if (isRecord(value)) {
    const pairs = entriesOf(value).map(([name, item]) => flowPair(name, item, look))
    return pairs.length === 0 ? '{}' : `{${look.padding}${pairs.join(look.comma)}${look.padding}}`
  }
  return typeof value === 'string' ? flowString(value, look) : leafText(value, look)
}

export function flowPair(name: string, value: unknown, look: Look): string {
  const colon = look.isJson && !look.comma.endsWith(' ') ? ':' : ': '
  return `${flowString(name, look)}${colon}${flowText(value, look)}`
}

/** Of a number, a boolean or nothing. YAML has decK's numbers (`1.0000005e+06`), JSON `1000000.5`. */
const leafText = (value: unknown, { isJson }: Look): string =>
  isJson ? JSON.stringify(value) : leafValueText(value)

function flowString(text: string, look: Look): string {
  if (look.isJson) return jsonString(text)
  const written = oneLine(text)
  return written === text && flowIndicator.test(text) ? quoted(text) : written
}

/** Raw, these are line breaks or forbidden in YAML 1.1, by which decK reads JSON too. */
const unsafeInYaml = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g

const jsonString = (text: string): string =>
  JSON.stringify(text)
    .replaceAll(literalOpen, '\\u0024{{')
    .replace(unsafeInYaml, one => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)

const quoted = (text: string): string => doubleQuoted(text, { column: Number.NEGATIVE_INFINITY, indent: '' })

/**
 * JSON over several lines, as `JSON.stringify` lays it out.
 *
 * @param indent what its further lines begin with
 */
export function jsonLines(value: unknown, indent: string, step: string): string {
  const plain = (item: unknown): string =>
    typeof item === 'string' ? jsonString(item) : JSON.stringify(item)
  const below = indent + step
  if (Array.isArray(value) && value.length > 0) {
    const items = value.map(item => below + jsonLines(item, below, step))
    return `[\n${items.join(',\n')}\n${indent}]`
  }
  if (isFilled(value)) {
    const pairs = entriesOf(value).map(
      ([name, item]) => `${below}${jsonString(name)}: ${jsonLines(item, below, step)}`,
    )
    return `{\n${pairs.join(',\n')}\n${indent}}`
  }
  return Array.isArray(value) ? '[]' : isRecord(value) ? '{}' : plain(value)
}

/**
 * A single value in the place of another, with the quotes of that one.
 *
 * @param column of the key or dash before it
 */
export function likeScalar(
  style: Style,
  value: unknown,
  where: { readonly column: number; readonly isFlow: boolean; readonly look: Look },
): string[] {
  if (typeof value !== 'string') return [leafText(value, where.look)]
  if (where.look.isJson) return [jsonString(value)]
  const hasExpression = value.includes(open) || value.includes(literalOpen)
  if (!hasExpression && style === 'double') return [quoted(value)]
  const single = !hasExpression && style === 'single' ? singleQuoted(value) : undefined
  if (single !== undefined) return [single]
  return where.isFlow ? [flowString(value, where.look)] : textLines(value, where.column)
}
