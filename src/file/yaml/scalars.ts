/**
 * The scalars of a tree: values go in where `environment.ts` left placeholders, plain ones get their type,
 * and what YAML 1.1 reads otherwise is reported.
 */
import type { FilledText } from '../../state/state.ts'
import type { Slots } from '../environment.ts'
import { booleanFields, oldBoolean, otherReading, plainValue } from './plain-values.ts'
import type { Report } from './report.ts'
import { eachChild, followed, type Node, type Pair, type ScalarNode } from './tree.ts'

/** Which nodes must not be shown, and how the secret texts were put together. */
export interface Secrets {
  isIn(node: Node | undefined): boolean
  /** Whether a placeholder for a variable that is not set is in it. */
  holdsPlaceholder(node: Node | undefined): boolean
  /** The texts of a scalar, or of a list of scalars. */
  textsAt(node: Node | undefined): readonly FilledText[]
}

/** Gives each scalar its value. */
export function fillScalars(root: Node, slots: Slots, report: Report): Secrets {
  const texts = new Map<Node, FilledText>()
  let booleans: ReadonlySet<string> | undefined

  /** @param name of its key; undefined for a key */
  function scalar(node: ScalarNode, name: string | undefined): void {
    if (slots.areIn(node.text)) {
      const parts = fill(node, slots)
      if (parts.some(part => part.secret)) texts.set(node, parts)
    } else if (node.value === undefined)
      node.value = node.style === 'plain' ? plainValue(node.text) : slots.withoutExpressions(node.text)
    if (name === undefined) node.value = keyText(node)
    if (name === undefined || node.style !== 'plain') return
    const source = slots.areIn(node.text) ? String(node.value) : node.text
    if (typeof node.value === 'number' && !Number.isFinite(node.value))
      report.add('yaml-number', `${source} is no number that JSON has`, node.start, node.end - node.start)
    if (otherReading(source) === undefined) return
    booleans ??= booleanFields()
    compareReadings(node, source, { isBoolean: booleans.has(name), isSecret: texts.has(node) }, report)
  }

  function visit(node: Node, name: string | undefined): void {
    if (node.type === 'scalar') scalar(node, name)
    else if (node.type === 'sequence') for (const item of node.items) visit(item, '')
    else if (node.type === 'mapping') for (const pair of node.pairs) visitPair(pair)
  }

  function visitPair({ key, value }: Pair): void {
    visit(key, undefined)
    visit(value, key.type === 'scalar' ? key.text : '')
  }

  visit(root, '')
  const parts = (node: Node): FilledText => texts.get(node) ?? []
  const secret = texts.size === 0 ? noNodes : holders(root, node => texts.has(node))
  const unknown =
    texts.size === 0 ? noNodes : holders(root, node => parts(node).some(part => part.isPlaceholder === true))
  return {
    isIn: node => node !== undefined && secret.has(node),
    holdsPlaceholder: node => node !== undefined && unknown.has(node),
    textsAt: node => {
      const items = (node?.type === 'sequence' ? node.items : node === undefined ? [] : [node]).map(followed)
      if (!items.every(item => item?.type === 'scalar')) return []
      return items.map(item => texts.get(item) ?? [{ text: String(item.value), secret: false }])
    },
  }
}

const noNodes: ReadonlySet<Node> = new Set()

/** The scalars that a test accepts, and the nodes around them: lists, mappings (of keys too), aliases. */
function holders(root: Node, isHolder: (scalar: Node) => boolean): ReadonlySet<Node> {
  const found = new Set<Node>()
  function visit(node: Node): boolean {
    let holds = node.type === 'scalar' && isHolder(node)
    if (node.type === 'alias') holds = node.target !== undefined && found.has(node.target)
    eachChild(node, child => {
      holds = visit(child) || holds
    })
    if (holds) found.add(node)
    return holds
  }
  visit(root)
  return found
}

/** A key is a text: `80` and `1.0` stay as written. */
const keyText = ({ value, text }: ScalarNode): string => (typeof value === 'string' ? value : text)

/** A plain scalar of a value that came from the environment has the type that the text would have had. */
function fill(node: ScalarNode, slots: Slots): FilledText {
  const parts = slots.fillIn(slots.withoutExpressions(node.text), node.block?.indent)
  const text = parts.map(part => part.text).join('')
  node.value = node.style === 'plain' ? plainValue(text) : chomped(text, node.block?.chomp)
  return parts
}

function chomped(text: string, chomp: '' | '-' | '+' | undefined): string {
  if (chomp === undefined || chomp === '+') return text
  return text.replace(/[\r\n]+$/, '') + (chomp === '-' ? '' : '\n')
}

interface Seen {
  /** Whether the field can only be true or false. */
  readonly isBoolean: boolean
  readonly isSecret: boolean
}

function compareReadings(node: ScalarNode, source: string, seen: Seen, report: Report): void {
  // After a %YAML 1.1 directive the old words are booleans already.
  const old = typeof node.value === 'string' ? oldBoolean(source) : undefined
  const length = node.end - node.start
  const shown = seen.isSecret ? 'this value' : source
  if (old !== undefined && seen.isBoolean) {
    node.value = old
    const hint = `write ${old}`
    report.add('yaml-1.1', `${shown} was read as ${old}`, node.start, length, { severity: 'warning', hint })
    return
  }
  if (typeof node.value === 'boolean') return
  const read = typeof node.value === 'string' ? 'a text' : `the number ${node.value}`
  const ours = seen.isSecret ? 'YAML 1.2 has it' : read
  const theirs = seen.isSecret ? 'something else' : otherReading(source)
  report.add('yaml-1.1', `${shown} was read as ${ours}; YAML 1.1 reads ${theirs}`, node.start, length, {
    severity: 'warning',
    hint: 'put it in quotes, or write what is meant',
  })
}
