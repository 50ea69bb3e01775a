/** Content → text, in the style of decK's dumps. It loads the `yaml` package: import it where it is used. */
import { Document, isScalar, Scalar, visit } from 'yaml'

export type Format = 'yaml' | 'json'

/**
 * @returns YAML: keys by name at every level, lists not indented, a line break at the end; JSON: keys as they come, indented by two, no line break
 *   at the end. The same bytes for the same content.
 */
export function write(content: Readonly<Record<string, unknown>>, format: Format): string {
  if (format === 'json') return JSON.stringify(content, null, 2)
  const document = new Document(content, {
    sortMapEntries: byName,
    aliasDuplicateObjects: false,
    compat: 'yaml-1.1',
  })
  visit(document, { Scalar: (_key, node) => quoteLikeDeck(node) })
  return document.toString({ indentSeq: false, lineWidth: 0, singleQuote: true })
}

const byName = (a: { key: unknown }, b: { key: unknown }): number => {
  const [left, right] = [
    String(isScalar(a.key) ? a.key.value : a.key),
    String(isScalar(b.key) ? b.key.value : b.key),
  ]
  return left < right ? -1 : left > right ? 1 : 0
}

/** What a YAML 1.1 reader would take for something else than a text. */
const others = [
  /^(?:|~|null|true|false|y|yes|n|no|on|off)$/i,
  /^[-+]?(?:0b[01_]+|0o[0-7_]+|0x[\da-f_]+)$/i,
  /^[-+]?(?:\.\d+|\d[\d_]*(?:\.[\d_]*)?)(?:e[-+]?\d+)?$/i,
  /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/,
  /^[-+]?\.(?:inf|nan)$/i,
  /^\d{4}-\d\d?-\d\d?(?:[Tt ]|$)/,
]

/** These stand in double quotes, as decK's YAML library has them; other texts are quoted only where they must be. */
function quoteLikeDeck(node: Scalar): void {
  const { value } = node
  if (typeof value === 'string' && others.some(other => other.test(value))) node.type = Scalar.QUOTE_DOUBLE
}
