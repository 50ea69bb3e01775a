/**
 * Candidates for a place of the command line. A shell completes file names by itself; it only needs their
 * endings.
 */

export interface Candidate {
  readonly word: string
  readonly text?: string
}

export interface Candidates {
  readonly words: readonly Candidate[]
  /** Files too: with these endings, any, or folders only. Undefined: none. */
  readonly files?: readonly string[] | 'any' | 'folders'
  /** The word continues: no space follows. */
  readonly isOpen?: boolean
}

export const nothing: Candidates = { words: [] }

export const onlyWords = (words: readonly string[]): Candidates => ({ words: words.map(word => ({ word })) })

/** The bits of cobra's protocol (`spf13/cobra`, shell completions), on the last line of an answer. */
const bits = { noSpace: 2, noFiles: 4, endings: 8, folders: 16 } as const

/**
 * Cobra's protocol: a line for each word, with a description after a tab; then `:` and bits. Scripts that
 * decK has printed for zsh, fish and PowerShell read it too.
 *
 * @param current what is typed of the word; only candidates that begin with it are offered
 */
export function answerText(
  { words, files, isOpen = false }: Candidates,
  current: string,
  hasTexts: boolean,
): string {
  const fitting = words.filter(({ word }) => word.startsWith(current))
  const lines = fitting.map(({ word, text }) => (hasTexts && text !== undefined ? `${word}\t${text}` : word))
  // The protocol has no words beside endings: files of all names are offered then.
  const endings = Array.isArray(files) && fitting.length === 0 ? files : []
  const isAny = files === 'any' || (Array.isArray(files) && fitting.length > 0)
  const sum =
    (isOpen ? bits.noSpace : 0) +
    (endings.length > 0 ? bits.endings : 0) +
    (files === 'folders' ? bits.folders : 0) +
    (files === undefined ? bits.noFiles : 0)
  return [...lines, ...endings, `:${isAny ? sum & ~bits.noFiles : sum}`].map(line => `${line}\n`).join('')
}
