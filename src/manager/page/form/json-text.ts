/**
 * JSON as typed, read without an unnoticed change: `JSON.parse` keeps the last of two equal names, and
 * rounds long numbers.
 */
import { isExact, type Parsed } from './numbers.ts'

/** @param text not empty */
export function parseJson(text: string): Parsed {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { problem: `This is not JSON: ${(error as Error).message}` }
  }
  const problem = lossIn(text)
  return problem === undefined ? { value } : { problem }
}

/** Data of a valid text that `JSON.parse` would drop or change. */
function lossIn(text: string): string | undefined {
  /** The names so far of each object that is open; undefined for a list. */
  const open: (Set<string> | undefined)[] = []
  const tokens = text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|-?\d[\d.eE+-]*|[[\]{}]/g)
  for (const [token, string, colon] of tokens) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(undefined)
    else if (token === '}' || token === ']') open.pop()
    else if (string === undefined) {
      if (!isExact(token)) return `A number cannot hold ${token}: it would become ${Number(token)}.`
    } else if (colon !== undefined) {
      const name: string = JSON.parse(string)
      if (open.at(-1)?.has(name)) return `The name ${string} stands twice in one object.`
      open.at(-1)?.add(name)
    }
  }
  return undefined
}
