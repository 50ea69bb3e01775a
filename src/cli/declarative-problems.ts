/**
 * Problems that a gateway finds in the file of `--declarative-config`, at their lines. The gateway reports
 * them as Kong does: nested like the content.
 */
import { everyKind } from '../entities/enterprise.ts'
import type { Definition } from '../entities/language/define.ts'
import { isRecord } from '../entities/language/values.ts'
import { type DeclarativeError, type Diagnostic, StateFileError } from '../errors.ts'
import { type Document, valueAt } from '../file/document.ts'
import { inOrder, problem } from '../file/problem.ts'
import type { NamedText } from '../file/read.ts'
import { isSecretName } from '../state/secrets.ts'
import type { Path } from '../state/state.ts'

/** @returns what is thrown instead: all problems, each at its place */
export async function atItsLines(error: DeclarativeError, text: NamedText): Promise<StateFileError> {
  const { parseDocument } = await import('../file/yaml/parse.ts')
  const unread = syntaxProblem(error, text.name)
  // Kong fills in no variables.
  const { document, diagnostics } = parseDocument(text, { mode: 'skip' })
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  const found = unread === undefined && document !== undefined ? problemsIn(error, document) : []
  const all = found.length > 0 ? found : errors.length > 0 ? errors : [unread ?? asWhole(error, text.name)]
  return new StateFileError(inOrder(all, [text.name]), 'the declarative file')
}

/** Kong gives the place of the first mistake in the text of its sentence. */
function syntaxProblem({ violations }: DeclarativeError, file: string): Diagnostic | undefined {
  const sentence = isRecord(violations) ? String(violations['error']) : ''
  const [, line, column, message] = /^failed parsing [^:]*: (\d+):(\d+): (.*)$/s.exec(sentence) ?? []
  return message === undefined
    ? undefined
    : problem('yaml-syntax', message, { file, line: Number(line), column: Number(column) })
}

const asWhole = ({ message }: DeclarativeError, file: string): Diagnostic =>
  problem('invalid-value', withoutSecret(message), { file, line: 1, column: 1 })

function problemsIn({ violations }: DeclarativeError, document: Document): Diagnostic[] {
  return leaves(violations, []).map(({ path, sentence }) => {
    const { content } = document
    if (sentence === noKey) return danglingReference(path.slice(0, -1), document)
    const place = placeIn(content, path, sentence)
    const field = place.findLast(step => typeof step === 'string')
    const isAbout = field !== undefined && !/^uniqueness|^invalid reference/.test(sentence)
    const message = isAbout ? `${field}: ${withoutSecret(sentence)}` : withoutSecret(sentence)
    const part = sentence === 'unknown field' ? 'key' : 'value'
    const hint = hintFor(valueAt(content, place))
    return problem('invalid-value', message, document.whereIs(place, part), { hint })
  })
}

/** Kong's message about an unresolved reference by name, if the file has other problems too. */
const noKey = 'missing primary key'

const danglingReference = (path: Path, document: Document): Diagnostic =>
  problem('dangling-reference', `${path.at(-1)}: nothing of this name is in the file`, document.whereIs(path))

interface Leaf {
  readonly path: Path
  readonly sentence: string
}

/** The sentences with their paths; `@entity` is about the whole. */
function leaves(violations: unknown, path: Path): Leaf[] {
  if (typeof violations === 'string') return [{ path, sentence: violations }]
  if (Array.isArray(violations)) return violations.flatMap((one, index) => leaves(one, [...path, index]))
  if (!isRecord(violations)) return []
  return Object.entries(violations).flatMap(([name, one]) =>
    name === '@entity'
      ? [one].flat().map(sentence => ({ path, sentence: String(sentence) }))
      : leaves(one, [...path, name]),
  )
}

/**
 * Most paths are those of the content. References, and values that come twice, are reported by the name of an
 * entity or by a place in no list of the file: `{ routes: { r: ["invalid reference 'service: nope' …"] } }`.
 */
function placeIn(content: unknown, path: Path, sentence: string): Path {
  const [schema, name] = path
  const [, twice = '', key = '', value] =
    /^uniqueness .*'(\w+)' entity with (\w+) set to '(.*)' already/s.exec(sentence) ?? []
  const repeated = entityWith(content, twice, one => one[key] === value, [])
  if (repeated !== undefined) return [...repeated, key]
  const definition = everyKind.find(one => one.schema === schema)
  if (definition === undefined || typeof name !== 'string') return path
  const named = entityWith(content, definition.schema, one => isNamed(one, definition, name), [])
  const [, field] = /^invalid reference '(\w+):/.exec(sentence) ?? []
  if (named === undefined) return [definition.schema]
  return field === undefined ? named : [...named, field]
}

type Values = Readonly<Record<string, unknown>>

/** The last one in a list of that name, at any place. */
function entityWith(
  value: unknown,
  schema: string,
  isWanted: (entity: Values) => boolean,
  path: Path,
): Path | undefined {
  for (const [step, inner] of stepsOf(value).toReversed()) {
    const found = entityWith(inner, schema, isWanted, [...path, step])
    if (found !== undefined) return found
  }
  return path.at(-2) === schema && isRecord(value) && isWanted(value) ? path : undefined
}

const stepsOf = (value: unknown): (readonly [string | number, unknown])[] => {
  if (Array.isArray(value)) return value.map((one, index) => [index, one] as const)
  return isRecord(value) ? Object.entries(value) : []
}

const isNamed = (
  entity: Readonly<Record<string, unknown>>,
  { endpointKey = 'id' }: Definition,
  name: string,
) => entity[endpointKey] === name || entity['id'] === name

/** Kong repeats the value that comes twice. */
const withoutSecret = (sentence: string): string =>
  sentence.replace(/( with (\w+) set to )'.*'( already declared)$/s, (all, before, field, after) =>
    isSecretName(field) ? `${before}[masked]${after}` : all,
  )

const hintFor = (value: unknown): string | undefined =>
  typeof value === 'string' && /^\$|\$\{/.test(value)
    ? 'variables are not filled in in Kong\'s declarative files; sync a state file instead, with ${{ env "DECK_NAME" }}'
    : undefined
