/**
 * The scalars of a parsed file: values go in where `environment.ts` left placeholders, and what YAML 1.1 reads otherwise is told. This file loads the
 * `yaml` package.
 */
import type { Alias, Node, Pair, Scalar, Document as YamlDocument } from 'yaml'
import { isAlias, isScalar, isSeq, visit } from 'yaml'
import type { Diagnostic } from '../errors.ts'
import type { FilledText } from '../state/state.ts'
import { fillIn, hasPlaceholder } from './environment.ts'
import { booleanFields, oldBoolean, otherReading } from './scalars.ts'
import type { Value } from './template/value.ts'

/** Where what is wrong is told; offsets are those of the text that was read. */
export interface Report {
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

/** The scalars that must not be shown, and how they were put together. */
export type Secrets = ReadonlyMap<Node, FilledText>

/** Fills the environment in, and tells of plain scalars that other programs read otherwise. Returns what must not be shown. */
export function readScalars(root: YamlDocument, slots: readonly Value[], report: Report): Secrets {
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
      if (slots.length > 0 && typeof node.value === 'string' && hasPlaceholder(node.value)) {
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

/** Whether a node or anything in it is one of the secrets. */
export function holds(node: Node | undefined, secrets: Secrets): boolean {
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
export function filledTexts(
  node: Node | undefined,
  secrets: Secrets,
  root: YamlDocument,
): readonly FilledText[] {
  const items = (isSeq(node) ? node.items : [node]).map(item => (isAlias(item) ? item.resolve(root) : item))
  return items.every(item => isScalar(item))
    ? items.map(item => secrets.get(item) ?? [{ text: String(item.value), secret: false }])
    : []
}
