/**
 * A file's text → texts and the expressions between `${{` and `}}`, with their blocks (`if`, `with`,
 * `range`): Go's text/template with decK's delimiters, and with decK's exception that comment lines are not
 * evaluated. `run.ts` evaluates the tree.
 */
import { type Pipeline, parseExpression } from './expression.ts'
import { close, commentLines, expressionEnds, firstSolid, open } from './scan.ts'
import { syntax, TemplateProblem } from './value.ts'

export interface Span {
  readonly from: number
  readonly to: number
}

export type Part =
  | ({ readonly type: 'text' } & Span)
  | ({ readonly type: 'value'; readonly pipeline: Pipeline } & Span)
  | Block
  | Leave

export interface Leave extends Span {
  readonly type: 'break' | 'continue'
}

export interface Block extends Span {
  readonly type: 'if' | 'with' | 'range'
  readonly pipeline: Pipeline
  readonly parts: Part[]
  otherwise?: Part[]
}

export interface TemplateError extends Span {
  readonly error: TemplateProblem
}

/** The unescaped expression, whose quotes are escaped because it is within quotes. */
export const unescaped = (expression: string): string =>
  /^[^"]*\\"/.test(expression) ? expression.replace(/\\(["\\])/g, '$1') : expression

/** Blocks that are open, the innermost last. */
interface Open {
  readonly block: Block
  /** Where what follows is put. */
  parts: Part[]
  /** An `else if` is a block inside the `else`, and ends with the same `end`. */
  readonly chained: boolean
  hasElse: boolean
}

/** @returns what could be read, and all that could not */
export function parseTemplate(text: string): { parts: readonly Part[]; errors: readonly TemplateError[] } {
  const builder = createBuilder()
  const [isComment, endOf] = [commentLines(text), expressionEnds(text)]
  let done = 0
  for (let from = text.indexOf(open); from !== -1; from = text.indexOf(open, done)) {
    const to = isComment(from) ? from + open.length : endOf(from)
    if (to === from + open.length) {
      builder.text(done, to)
      done = to
      continue
    }
    if (to === -1) {
      builder.text(done, from)
      builder.wrong(syntax('the expression is not closed with "}}"'), { from, to: from + open.length })
      done = from + open.length
      continue
    }
    const source = unescaped(text.slice(from + open.length, to - close.length))
    builder.text(done, /^-\s/.test(source) ? trimmedEnd(text, done, from) : from)
    done = /\s-$/.test(source) ? firstSolid(text, to) : to
    builder.action(source.replace(/^-(?=\s)|(?<=\s)-$/g, ''), { from, to })
  }
  builder.text(done, text.length)
  return builder.end()
}

const trimmedEnd = (text: string, from: number, to: number): number =>
  from + text.slice(from, to).trimEnd().length

/** More nested blocks than any real file has; an `else if` is a block within the previous one. */
const deepest = 500

/** A template while it is read. */
interface Building {
  readonly top: Part[]
  readonly errors: TemplateError[]
  readonly opened: Open[]
}

/** Where the next part is put. */
const here = ({ opened, top }: Building): Part[] => opened.at(-1)?.parts ?? top

function createBuilder() {
  const building: Building = { top: [], errors: [], opened: [] }
  const { top, errors, opened } = building
  return {
    text: (from: number, to: number): void => {
      if (to > from) here(building).push({ type: 'text', from, to })
    },
    wrong: (error: TemplateProblem, span: Span): void => {
      errors.push({ error, ...span })
    },
    action: (source: string, span: Span): void => {
      if (/^\s*\/\*[\s\S]*\*\/\s*$/.test(source)) return
      const [, word, rest = ''] =
        /^\s*(if|else|end|with|range|break|continue|define|template|block)\b([\s\S]*)$/.exec(source) ?? []
      try {
        if (word !== undefined) control(word, rest, span, building)
        else here(building).push({ type: 'value', pipeline: parsed(source, span, errors), ...span })
      } catch (error) {
        if (!(error instanceof TemplateProblem)) throw error
        errors.push({ error, ...span })
      }
    },
    end: () => {
      for (const { block } of opened.filter(({ chained }) => !chained)) {
        const { from, to } = block
        errors.push({ error: syntax(`this "${block.type}" has no "end"`), from, to })
      }
      return { parts: top, errors }
    },
  }
}

function control(word: string, rest: string, span: Span, building: Building): void {
  if (word === 'if' || word === 'with' || word === 'range') begin(word, rest, span, building)
  else if (word === 'else') orElse(rest, span, building)
  else if (word === 'end') endBlock(building)
  else if (word === 'break' || word === 'continue') {
    if (!building.opened.some(({ block }) => block.type === 'range'))
      throw syntax(`"${word}" outside of a "range"`)
    here(building).push({ type: word, ...span })
  } else
    throw syntax(
      `"${word}" is not supported in state files: use an anchor (&name) of YAML, or write it where it is wanted`,
    )
}

function begin(type: Block['type'], source: string, span: Span, building: Building, chained = false): void {
  const { opened, errors } = building
  const isTooDeep = opened.length >= deepest
  // Beyond the limit, blocks are scanned only for their ends and are not run.
  const pipeline = isTooDeep ? { commands: [] } : parsed(source, span, errors)
  const block: Block = { type, pipeline, parts: [], ...span }
  if (opened.length === deepest)
    errors.push({ error: syntax(`more than ${deepest} blocks stand within one another`), ...span })
  if (!isTooDeep) here(building).push(block)
  opened.push({ block, parts: block.parts, chained, hasElse: false })
}

/** An invalid expression gets an empty value, so that the blocks around it are still checked. */
function parsed(source: string, span: Span, errors: TemplateError[]): Pipeline {
  try {
    return parseExpression(source)
  } catch (error) {
    if (!(error instanceof TemplateProblem)) throw error
    errors.push({ error, ...span })
    return { commands: [] }
  }
}

function orElse(rest: string, span: Span, building: Building): void {
  const innermost = building.opened.at(-1)
  if (innermost === undefined) throw syntax('"else" without an "if" before it')
  if (innermost.hasElse) throw syntax('a second "else" of the same block')
  innermost.hasElse = true
  innermost.block.otherwise = []
  innermost.parts = innermost.block.otherwise
  const [, word, source = ''] = /^\s*(if|with)\b([\s\S]*)$/.exec(rest) ?? []
  if (word === 'if' || word === 'with') begin(word, source, span, building, true)
  else if (rest.trim() !== '') throw syntax(`unexpected ${JSON.stringify(rest.trim())} behind "else"`)
}

function endBlock({ opened }: Building): void {
  let last = opened.pop()
  if (last === undefined) throw syntax('"end" without an "if" before it')
  while (last?.chained) last = opened.pop()
}
