/**
 * YAML other than state files: settings, and output of a gateway. It has no expressions and no places. This
 * file loads the `yaml` package.
 */
import { parseDocument } from 'yaml'

/**
 * @returns null for a text without content;
 * @throws SyntaxError with the reason and the place, in one line
 */
export function readData(text: string): unknown {
  const document = parseDocument(text)
  const [error] = document.errors
  // The lines after the first are a picture of the place, which the first names.
  if (error !== undefined) throw new SyntaxError(error.message.split(':\n')[0])
  return document.toJS()
}
