/**
 * Changes a file as a person would: what is to be changed is changed where it stands, and all other bytes
 * stay as they are. Loads a parser: import it where it is used.
 */
import { isDeepStrictEqual } from 'node:util'
import { DeckError } from '../../../errors.ts'
import type { Path } from '../../../state/state.ts'
import { substitute } from '../../environment.ts'
import type { NamedText } from '../../read.ts'
import type { Content } from '../content.ts'
import { parseDocument, treeToEdit } from '../parse.ts'
import { lastLeaf } from '../tree.ts'
import { align } from './align.ts'
import { editsOf } from './edits.ts'
import { isBlockText } from './extent.ts'
import { lookOf } from './look.ts'
import { type Splice, spliced } from './splices.ts'

export interface EditedText {
  readonly text: string
  /** Where an alias or merge key gave way to values of its own, because only one of its users changed. */
  readonly copied: readonly Path[]
}

const byteOrderMark = '\ufeff'

/**
 * @param before the content of the text, with `${{ … }}` as texts
 * @param after what the content is to be
 * @param originals see `TrackedCopy`
 * @throws DeckError for a layout that cannot be edited; nothing is half done
 */
export function editText(
  { name, text }: NamedText,
  before: Content,
  after: Content,
  originals: ReadonlyMap<unknown, unknown>,
): EditedText {
  if (isDeepStrictEqual(before, after)) return { text, copied: [] }
  const mark = text.startsWith(byteOrderMark) ? byteOrderMark : ''
  const [plain, added] = withLastBreak(text.slice(mark.length))
  const substituted = substitute(plain, {}, 'skip')
  const root = treeToEdit(substituted)
  if (root === undefined) throw notEditable(name)
  const look = lookOf(root, substituted.text, isJson(name, plain))
  const { splices, copied } = editsOf(align(root, before, after, originals), substituted.text, look)
  const inFile = splices.map((splice): Splice => {
    const [from, to] = substituted.inSource(splice.from, splice.to)
    return { from, to: splice.from === splice.to ? from : to, text: splice.text }
  })
  const edited = mark + spliced(plain, inFile)
  const saysIt = (one: string): boolean =>
    isDeepStrictEqual(parseDocument({ name, text: one }, { mode: 'skip' }).document?.content, after)
  const cut = edited.slice(0, edited.length - added.length)
  if (added !== '' && !endsInBlockText(edited) && saysIt(cut)) return { text: cut, copied }
  if (!saysIt(edited)) throw notEditable(name)
  return { text: edited, copied }
}

/** Every line ends with a line break while it is edited. @returns the break that was added, too */
function withLastBreak(text: string): [text: string, added: string] {
  const added = text.endsWith('\n') ? '' : text.includes('\r\n') ? '\r\n' : '\n'
  return [text + added, added]
}

/** To some readers a block text without a line break behind it says something else. */
function endsInBlockText(text: string): boolean {
  const root = treeToEdit(substitute(text, {}, 'skip'))
  const last = root && lastLeaf(root)
  return last !== undefined && isBlockText(last)
}

const notEditable = (name: string): DeckError =>
  new DeckError(`${name}: the layout of this file cannot be edited in place`, {
    hint: 'without --in-place the result is written anew, as decK writes it',
  })

function isJson(name: string, text: string): boolean {
  if (name.toLowerCase().endsWith('.json')) return true
  if (!text.trimStart().startsWith('{')) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
