/**
 * An update as decK shows it: the whole entity as JSON, with `-` and `+` before the lines that differ. The
 * short form is in `changes.ts`.
 */
import { isRecord } from '../entities/language/values.ts'
import type { Colours } from './colour.ts'

type Values = Readonly<Record<string, unknown>>
type Mark = ' ' | '-' | '+'

interface Line {
  readonly mark: Mark
  readonly depth: number
  readonly text: string
}

/** Whether masked values differ. */
export type Differs = (path: readonly (string | number)[]) => boolean

/**
 * Keys by name, those that are new after the others; a comma after all but the last of the old object's, and
 * none after what is new (decK 1.65's library).
 *
 * @returns lines without their newlines, the first one being ` {`
 * @example
 *  {
 * -  "port": 80,
 * +  "port": 81,
 *    "protocol": "http"
 *  }
 */
export function renderDifference(
  before: Values,
  after: Values,
  differs: Differs,
  colours: Colours,
): string[] {
  const lines = [open(' ', 0, '{'), ...fields(before, after, [], differs), open(' ', 0, '}')]
  const paint = { ' ': (text: string) => text, '-': colours.red, '+': colours.green }
  return lines.map(({ mark, depth, text }) => paint[mark](`${mark}${'  '.repeat(depth)}${text}`))
}

const open = (mark: Mark, depth: number, text: string): Line => ({ mark, depth, text })

type Path = readonly (string | number)[]

function fields(before: Values, after: Values, path: Path, differs: Differs): Line[] {
  const depth = path.length + 1
  const old = Object.keys(before).sort()
  const added = Object.keys(after)
    .filter(name => !Object.hasOwn(before, name))
    .sort()
  const kept = old.flatMap((name, index) => {
    const [head, comma] = [`${JSON.stringify(name)}: `, index < old.length - 1 ? ',' : '']
    if (!Object.hasOwn(after, name)) return printed('-', depth, head, before[name], comma)
    return compared(before[name], after[name], { head, comma, path: [...path, name], differs })
  })
  return [
    ...kept,
    ...added.flatMap(name => printed('+', depth, `${JSON.stringify(name)}: `, after[name], '')),
  ]
}

interface Place {
  readonly head: string
  readonly comma: string
  readonly path: Path
  readonly differs: Differs
}

function compared(before: unknown, after: unknown, place: Place): Line[] {
  const { head, comma, path, differs } = place
  const depth = path.length
  if (isRecord(before) && isRecord(after)) {
    return [
      open(' ', depth, `${head}{`),
      ...fields(before, after, path, differs),
      open(' ', depth, `}${comma}`),
    ]
  }
  const looksSame = JSON.stringify(before) === JSON.stringify(after)
  if (looksSame && !differs(path)) return printed(' ', depth, head, before, comma)
  if (looksSame || !Array.isArray(before) || !Array.isArray(after)) {
    return [...printed('-', depth, head, before, comma), ...printed('+', depth, head, after, comma)]
  }
  return [open(' ', depth, `${head}[`), ...elements(before, after, depth + 1), open(' ', depth, `]${comma}`)]
}

/** Common elements in the same order stay; others are shown as removed or added at their places. */
function elements(before: readonly unknown[], after: readonly unknown[], depth: number): Line[] {
  const line = (mark: Mark, list: readonly unknown[], index: number) =>
    printed(mark, depth, '', list[index], index < before.length - 1 ? ',' : '')
  const lines: Line[] = []
  let [i, j] = [0, 0]
  for (const [left, right] of commonPairs(before, after)) {
    while (i < left) lines.push(...line('-', before, i++))
    while (j < right) lines.push(...line('+', after, j++))
    lines.push(...line(' ', before, left))
    i = left + 1
    j = right + 1
  }
  while (i < before.length) lines.push(...line('-', before, i++))
  while (j < after.length) lines.push(...line('+', after, j++))
  return lines
}

/** The longest common subsequence of two lists, as pairs of places. */
function commonPairs(before: readonly unknown[], after: readonly unknown[]): (readonly [number, number])[] {
  const [a, b] = [before.map(item => JSON.stringify(item)), after.map(item => JSON.stringify(item))]
  // length[i][j]: how much a from i on and b from j on have in common.
  const length = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0))
  const at = (i: number, j: number): number => length[i]?.[j] ?? 0
  for (let i = a.length - 1; i >= 0; i--) {
    const row = length[i] ?? []
    for (let j = b.length - 1; j >= 0; j--) {
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const pairs: (readonly [number, number])[] = []
  let [i, j] = [0, 0]
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) pairs.push([i++, j++])
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1
    else j += 1
  }
  return pairs
}

function printed(mark: Mark, depth: number, head: string, value: unknown, comma: string): Line[] {
  if (Array.isArray(value)) {
    return [
      open(mark, depth, `${head}[`),
      ...value.flatMap((item, index) =>
        printed(mark, depth + 1, '', item, index < value.length - 1 ? ',' : ''),
      ),
      open(mark, depth, `]${comma}`),
    ]
  }
  if (isRecord(value)) {
    const names = Object.keys(value).sort()
    return [
      open(mark, depth, `${head}{`),
      ...names.flatMap((name, index) =>
        printed(
          mark,
          depth + 1,
          `${JSON.stringify(name)}: `,
          value[name],
          index < names.length - 1 ? ',' : '',
        ),
      ),
      open(mark, depth, `}${comma}`),
    ]
  }
  return [open(mark, depth, `${head}${JSON.stringify(value) ?? 'null'}${comma}`)]
}
