/** A text that a message quotes, however long what it quotes is. */

const longest = 500

/** @example shortened('x'.repeat(1000)) // 'xxx… (600 more characters) …xxx' */
export function shortened(text: string): string {
  if (text.length <= longest) return text
  const left = text.length - 400
  return `${text.slice(0, 300)}… (${left} more characters) …${text.slice(-100)}`
}
