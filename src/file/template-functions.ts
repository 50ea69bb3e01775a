/** The functions that Go's text/template has of itself, as far as they make sense of texts: comparing, choosing, quoting (source: Go's documentation). */
import type { Result } from './template.ts'

export type PlainFunction = (args: readonly Result[]) => Omit<Result, 'secret'>

/** Whether a value counts as true: texts that are not empty, numbers that are not 0. */
export const isTrue = ({ text, truth }: Result): boolean => truth ?? text !== ''

const boolean = (truth: boolean): Omit<Result, 'secret'> => ({ text: String(truth), truth })

const number = (value: number): Omit<Result, 'secret'> => ({ text: String(value), truth: value !== 0 })

/** Numbers by value, all else letter by letter. */
function order(a: Result | undefined, b: Result | undefined): number {
  const [left = '', right = ''] = [a?.text, b?.text]
  const [x, y] = [Number(left), Number(right)]
  if (left.trim() !== '' && right.trim() !== '' && !Number.isNaN(x) && !Number.isNaN(y)) return x - y
  return left < right ? -1 : left > right ? 1 : 0
}

const comparing =
  (holds: (order: number) => boolean): PlainFunction =>
  ([a, b]) =>
    boolean(holds(order(a, b)))

/** The first that decides, else the last: Go's `and` and `or` give one of their arguments. */
const choosing =
  (decides: boolean): PlainFunction =>
  args =>
    args.find(one => isTrue(one) === decides) ?? args.at(-1) ?? { text: '' }

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
}

export const plainFunctions: Readonly<Record<string, PlainFunction>> = {
  and: choosing(false),
  or: choosing(true),
  not: ([value]) => boolean(value === undefined || !isTrue(value)),
  eq: ([value, ...others]) => boolean(others.some(other => other.text === value?.text)),
  ne: ([a, b]) => boolean(a?.text !== b?.text),
  lt: comparing(one => one < 0),
  le: comparing(one => one <= 0),
  gt: comparing(one => one > 0),
  ge: comparing(one => one >= 0),
  len: ([value]) => number(Buffer.byteLength(value?.text ?? '')),
  slice: ([value, from, to]) => ({
    text: (value?.text ?? '').slice(Number(from?.text ?? 0), to === undefined ? undefined : Number(to.text)),
  }),
  println: args => ({ text: `${args.map(({ text }) => text).join(' ')}\n` }),
  html: args => ({ text: joined(args).replace(/[&<>"']/g, mark => entities[mark] ?? mark) }),
  js: args => ({ text: JSON.stringify(joined(args)).slice(1, -1).replaceAll("'", "\\'") }),
  urlquery: args => ({ text: encodeURIComponent(joined(args)).replaceAll('%20', '+') }),
}

const joined = (args: readonly Result[]): string => args.map(({ text }) => text).join('')
