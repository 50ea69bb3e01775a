/**
 * JSON → content, by `JSON.parse`, where that is certain to be what a reader of YAML makes of the same text:
 * the quick way for large files.
 */
import { isRecord } from '../../entities/language/values.ts'
import { maxDepth } from './tree.ts'

/** @returns undefined for what is left to the reader of YAML */
export function readJson(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{') || mayHoldExpressions.test(text)) return undefined
  try {
    const content: unknown = JSON.parse(text)
    return isRecord(content) && keysIn(content, 1) === keysWritten(text) ? content : undefined
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return undefined
  }
}

/** `${{`, or one of its signs as an escape. */
const mayHoldExpressions = /\$\{\{|\\u00(?:24|7[bB])/

/** More keys are written than there are: one comes twice. JSON takes the last, and does not say so. */
function keysWritten(text: string): number {
  let count = 0
  for (let open = text.indexOf('"'); open !== -1; ) {
    const close = closingQuote(text, open)
    let next = close + 1
    while (isBlank(text.charCodeAt(next))) next += 1
    if (text[next] === ':') count += 1
    open = text.indexOf('"', next)
  }
  return count
}

function closingQuote(text: string, open: number): number {
  for (let close = text.indexOf('"', open + 1); close !== -1; close = text.indexOf('"', close + 1)) {
    let backslashes = 0
    while (text[close - backslashes - 1] === '\\') backslashes += 1
    if (backslashes % 2 === 0) return close
  }
  return text.length
}

const isBlank = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9

/**
 * Keys that mean something else to YAML or to JavaScript count as not there, and so does a number that is too
 * large for JSON, or what is nested too deep: the reader of YAML looks at such a file.
 */
function keysIn(value: unknown, depth: number): number {
  if (typeof value === 'number') return Number.isFinite(value) ? 0 : Number.NaN
  if (typeof value !== 'object' || value === null) return 0
  if (depth > maxDepth) return Number.NaN
  let count = 0
  if (Array.isArray(value)) for (const item of value) count += keysIn(item, depth + 1)
  else
    for (const [name, item] of Object.entries(value))
      count += (name === '<<' || name === '__proto__' ? 0 : 1) + keysIn(item, depth + 1)
  return count
}
