/** Declarative files as texts. This file loads the `yaml` package: only a node without a database imports it, when it starts. */
import { parse, stringify, YAMLParseError } from 'yaml'

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
    return parse(text, {
      version: '1.1',
      // Of a name that stands twice, the last counts.
      uniqueKeys: false,
      // Dates stay the texts that they are.
      customTags: tags => tags.filter(tag => typeof tag === 'string' || !tag.tag.endsWith(':timestamp')),
    })
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error
    const { line, col } = error.linePos?.[0] ?? { line: 1, col: 1 }
    throw new SyntaxError(`${line}:${col}: ${error.message.split(/ at line | \(|\n/)[0]}`, { cause: error })
  }
}

export const writeText = (content: unknown): string =>
  stringify(content, { version: '1.1', nullStr: '~', singleQuote: true, lineWidth: 0, indentSeq: false })
