/**
 * The quick way from a file's text to its content, for the files that most are: plain YAML, and JSON. It gives the content where it is certain that the `yaml`
 * package would give the same without a word of complaint, and nothing where it is not: `parse.ts` then asks that package, which takes ten times as long.
 */
import { isRecord } from '../entities/language/values.ts'
import type { FilledText, Path } from '../state/state.ts'
import { valueAt } from './document.ts'
import { fillIn, hasPlaceholder } from './environment.ts'
import { certainScalar, plainMark, readPlain } from './plain-yaml.ts'
import type { Value } from './template/value.ts'

type Content = Record<string, unknown>

/** Thrown where it is not certain; caught here. */
const uncertain = new Error('uncertain')

export interface QuickContent {
  readonly content: Content
  isSecret(path: Path): boolean
  filledAt(path: Path): readonly FilledText[]
}

/**
 * @param text with placeholders
 * @param slots the values for them
 */
export function readQuickly(text: string, slots: readonly Value[]): QuickContent | undefined {
  const content = text.startsWith('{') ? readJson(text) : readPlain(text)
  if (content === undefined) return undefined
  if (slots.length === 0) return { content, isSecret: () => false, filledAt: () => [] }
  try {
    const secrets = createSecrets()
    const whole = filled(content, slots, [], secrets.add) as Content
    return { content: whole, isSecret: secrets.has, filledAt: path => secrets.at(path, valueAt(whole, path)) }
  } catch (error) {
    if (error !== uncertain) throw error
    return undefined
  }
}

/** Which values are secret, by their paths. */
function createSecrets() {
  const texts = new Map<string, FilledText>()
  /** Paths of all that holds one. */
  const holders = new Set<string>()
  const at = (path: Path): FilledText | undefined => texts.get(JSON.stringify(path))
  return {
    add: (path: Path, text: FilledText): void => {
      texts.set(JSON.stringify(path), text)
      for (let length = 0; length <= path.length; length++) holders.add(JSON.stringify(path.slice(0, length)))
    },
    has: (path: Path): boolean => holders.has(JSON.stringify(path)),
    at: (path: Path, value: unknown): readonly FilledText[] => {
      const own = at(path)
      if (own !== undefined) return [own]
      const isFlat = Array.isArray(value) && value.every(item => typeof item !== 'object' || item === null)
      if (!isFlat || !holders.has(JSON.stringify(path))) return []
      return value.map((item, index) => at([...path, index]) ?? [{ text: String(item), secret: false }])
    },
  }
}

type Tell = (path: Path, text: FilledText) => void

function filled(value: unknown, slots: readonly Value[], path: Path, tell: Tell): unknown {
  if (typeof value === 'string') return hasPlaceholder(value) ? filledText(value, slots, path, tell) : value
  if (Array.isArray(value)) return value.map((item, index) => filled(item, slots, [...path, index], tell))
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      if (hasPlaceholder(name)) throw uncertain
      return [name, filled(item, slots, [...path, name], tell)]
    }),
  )
}

/** What was in quotes is a text; what was not has the type that the text has. */
function filledText(value: string, slots: readonly Value[], path: Path, tell: Tell): unknown {
  const isPlain = value.startsWith(plainMark)
  const parts = fillIn(isPlain ? value.slice(plainMark.length) : value, slots)
  if (parts.some(part => part.secret)) tell(path, parts)
  const text = parts.map(part => part.text).join('')
  if (!isPlain) return text
  const found = certainScalar(text)
  if (found === undefined) throw uncertain
  return found.value
}

const strings = /"(?:[^"\\]|\\.)*"(\s*:)?/g
const stringsAndPlaceholders = /"(?:[^"\\]|\\.)*"|\ue000[\ue100-\ue4ff]{2}/g

/** Values outside of quotes are put in quotes, marked as such. */
function readJson(text: string): Content | undefined {
  const quoted = hasPlaceholder(text)
    ? text.replace(stringsAndPlaceholders, one => (one.startsWith('"') ? one : `"${plainMark}${one}"`))
    : text
  try {
    const content: unknown = JSON.parse(quoted)
    return isRecord(content) && keysIn(content) === keysWritten(quoted) ? content : undefined
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return undefined
  }
}

/** More keys are written than there are: one comes twice. JSON takes the last, and does not tell. */
function keysWritten(text: string): number {
  let count = 0
  for (const [, colon] of text.matchAll(strings)) if (colon !== undefined) count += 1
  return count
}

/** Those that mean something else to YAML or to JavaScript count as not there. */
function keysIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((count: number, item) => count + keysIn(item), 0)
  if (!isRecord(value)) return 0
  return Object.entries(value).reduce(
    (count, [name, item]) => count + (name === '<<' || name === '__proto__' ? 0 : 1) + keysIn(item),
    0,
  )
}
