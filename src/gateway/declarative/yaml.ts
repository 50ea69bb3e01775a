/**
 * Declarative files as texts. This file loads the `yaml` package: only a node without a database imports it,
 * when it starts.
 */
import { type Document, parseDocument, stringify, visit } from 'yaml'

/** JSON, or else YAML as Kong's own reader takes it. @throws SyntaxError telling place and reason */
export function readText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return readYaml(text)
  }
}

function readYaml(text: string): unknown {
  try {
    const document = parseDocument(text, {
      version: '1.1',
      prettyErrors: false,
      logLevel: 'silent',
      // Of a repeated name, the last one counts.
      uniqueKeys: false,
      // Dates stay the texts that they are.
      customTags: tags => tags.filter(tag => typeof tag === 'string' || !tag.tag.endsWith(':timestamp')),
    })
    const [error] = document.errors
    if (error !== undefined) throw placed(text, error.pos[0], error.message.split('\n')[0] ?? '')
    refuseCircles(document, text)
    return document.toJS()
  } catch (error) {
    // Aliases that expand beyond any memory.
    if (error instanceof ReferenceError) throw new SyntaxError(`1:1: ${error.message}`, { cause: error })
    if (error instanceof RangeError) throw new SyntaxError('1:1: it is nested too deeply', { cause: error })
    throw error
  }
}

function refuseCircles(document: Document, text: string): void {
  visit(document, {
    Alias: (_key, alias, ancestors) => {
      const target = alias.resolve(document)
      if (target === undefined || !ancestors.includes(target)) return
      throw placed(
        text,
        alias.range?.[0] ?? 0,
        `the alias *${alias.source} stands inside of what it stands for`,
      )
    },
  })
}

function placed(text: string, offset: number, message: string): SyntaxError {
  const before = text.slice(0, offset).split('\n')
  return new SyntaxError(`${before.length}:${(before.at(-1)?.length ?? 0) + 1}: ${message}`)
}

export const writeText = (content: unknown): string =>
  stringify(content, { version: '1.1', nullStr: '~', singleQuote: true, lineWidth: 0, indentSeq: false })
