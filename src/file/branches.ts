/** `${{ if … }}`, `else`, `else if`, `end` in a state file: which parts of the text count. What does not is blanked, so that all else keeps its place. */
import { TemplateProblem } from './template.ts'

interface Branch {
  readonly offset: number
  /** Whether what stands around it counts. */
  readonly around: boolean
  /** Whether one of its parts has counted. */
  taken: boolean
  counts: boolean
}

export interface Branches {
  /** Whether the text here counts. */
  counts(): boolean
  /**
   * @param inside what stands between the braces
   * @param isTrue evaluates a condition
   * @returns whether it was one of these words, and nothing to evaluate
   * @throws TemplateProblem
   */
  take(inside: string, offset: number, isTrue: (condition: string) => boolean): boolean
  /** Where the `if` stands that has no `end`. */
  unclosed(): number | undefined
}

export function createBranches(): Branches {
  const open: Branch[] = []
  const counts = (): boolean => open.at(-1)?.counts ?? true
  const innermost = (word: string): Branch => {
    const branch = open.at(-1)
    if (branch === undefined) throw new TemplateProblem('env-syntax', `"${word}" without an "if" before it`)
    return branch
  }
  return {
    counts,
    unclosed: () => open.at(-1)?.offset,
    take: (inside, offset, isTrue) => {
      const [, word = '', rest = ''] =
        /^\s*(if|else\s+if|else|end|range|with|define|template|block)\b(.*)$/s.exec(inside) ?? []
      if (word === 'if') {
        const around = counts()
        const truth = around && isTrue(rest)
        open.push({ offset, around, taken: truth, counts: truth })
      } else if (word.startsWith('else')) {
        const branch = innermost('else')
        const isNext = branch.around && !branch.taken
        branch.counts = isNext && (word === 'else' || isTrue(rest))
        branch.taken ||= branch.counts
      } else if (word === 'end') {
        innermost('end')
        open.pop()
      } else if (word !== '') {
        throw new TemplateProblem('env-syntax', `"${word}" is not supported in state files`)
      }
      return word !== ''
    },
  }
}

/** As long as the text, with its line breaks. */
export const blanked = (text: string): string => text.replace(/[^\r\n]/g, ' ')
