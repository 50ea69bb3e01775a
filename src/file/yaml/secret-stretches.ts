/**
 * The ranges of a file that no message may show, not even as part of a printed line: values below names of
 * secrets, passwords in addresses, private keys, and the same in comments. Expressions (`${{ env "DECK_X"
 * }}`) are no values and stay readable.
 */
import { mayBeSecret } from '../../state/secret-names.ts'
import type { InSource } from '../environment.ts'
import type { Stretch } from './lines.ts'
import { eachChild, type Node, type ScalarNode } from './tree.ts'

export interface SourceText {
  /** The file as written. */
  readonly text: string
  /** From the text that was read to that. */
  readonly inSource: InSource
  /** Whether a scalar's text holds a placeholder of an expression. */
  readonly isFilled: (text: string) => boolean
}

/** For a parsed text. @returns ranges of the file as written, in order */
export function secretStretches(root: Node, { text, inSource, isFilled }: SourceText): Stretch[] {
  const isSecret = mayBeSecret()
  const stretches: Stretch[] = []
  let read = 0

  /** Text between two scalars: comments, besides signs. */
  function between(to: number): void {
    const comment = text.slice(read, to).indexOf('#')
    if (comment !== -1) stretches.push(...secretsInLines(text, isSecret, read + comment, to))
  }

  function scalar(node: ScalarNode, isHidden: boolean): void {
    const [from, to] = inSource(node.start, node.end)
    if (from < read) return
    between(from)
    read = to
    // A placeholder takes three characters: there is nothing beside it.
    const isExpression = isFilled(node.text) && node.text.length === 3
    if (isExpression || from === to) return
    // `hide_credentials: "true"`: no secret is a boolean.
    if ((isHidden && !/^(true|false)$/i.test(node.text)) || /PRIVATE KEY-----/.test(node.text))
      stretches.push([from, to])
    else if (node.style === 'plain' || node.style === 'single' || node.style === 'double')
      stretches.push(...secretsWithin(text.slice(from, to), isSecret, from))
    else stretches.push(...secretsInLines(text, isSecret, from, to))
  }

  function visit(node: Node, isHidden: boolean): void {
    if (node.type === 'scalar') scalar(node, isHidden)
    else if (node.type === 'mapping') {
      for (const { key, value } of node.pairs) {
        visit(key, false)
        visit(value, isHidden || (key.type === 'scalar' && isSecret(key.text)))
      }
    } else eachChild(node, child => visit(child, isHidden))
  }

  visit(root, false)
  between(text.length)
  return stretches
}

/** For a text that is not valid YAML: by its lines only, and rather too much. */
export const likelySecrets = (text: string): Stretch[] => secretsInLines(text, mayBeSecret(), 0, text.length)

/** Lines below a name of a secret that are indented deeper, or the first of them, belong to it. */
function secretsInLines(
  text: string,
  isSecret: (name: string) => boolean,
  begin: number,
  end: number,
): Stretch[] {
  const stretches: Stretch[] = []
  let open: { readonly column: number; hasValue: boolean } | undefined
  const lines = /[^\n]+/g
  lines.lastIndex = begin
  for (let found = lines.exec(text); found !== null && found.index < end; found = lines.exec(text)) {
    const [start, line] = [found.index, found[0].slice(0, end - found.index)]
    const column = line.search(/[^\s#]/)
    if (column === -1) continue
    if (open !== undefined && (!open.hasValue || column > open.column || isItem(line, column, open.column))) {
      open.hasValue = true
      stretches.push([start + column, start + line.trimEnd().length])
      continue
    }
    const name = [...line.matchAll(/([\w-]+)["']?\s*[:=]/g)].find(([, one = '']) => isSecret(one))
    open = undefined
    if (name === undefined) {
      stretches.push(...secretsWithin(line, isSecret, start))
      continue
    }
    const from = name.index + name[0].length
    stretches.push(...addresses(line.slice(0, name.index), start))
    stretches.push([start + from, start + line.trimEnd().length])
    open = { column: name.index, hasValue: line.slice(from).trim() !== '' }
  }
  return stretches.filter(([from, to]) => from < to)
}

const isItem = (line: string, column: number, of: number): boolean =>
  column === of && /^\s*-\s/.test(line) && line[of] === '-'

/** Within one value: a password, or a header with its name (`authorization: Bearer x`). */
function secretsWithin(value: string, isSecret: (name: string) => boolean, start: number): Stretch[] {
  const [before, name = ''] = /^["']?([\w-]+)\s*[:=]\s*(?!\/\/)/.exec(value) ?? ['']
  return isSecret(name) ? [[start + before.length, start + value.trimEnd().length]] : addresses(value, start)
}

const addresses = (value: string, start: number): Stretch[] =>
  [...value.matchAll(/:\/\/[^\s/@]*@/g)].map(({ index, 0: found }) => [
    start + index + 3,
    start + index + found.length - 1,
  ])
