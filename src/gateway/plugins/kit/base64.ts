/** Base64 as nginx reads it: up to the first `=`, padding not needed, nothing else beside the alphabet. */

/** @returns undefined if the text is not base64 */
export function decodeBase64(text: string, alphabet: 'base64' | 'base64url' = 'base64'): Buffer | undefined {
  const [significant = ''] = text.split('=', 1)
  const isClean = alphabet === 'base64' ? /^[A-Za-z0-9+/]*$/ : /^[A-Za-z0-9_-]*$/
  if (!isClean.test(significant) || significant.length % 4 === 1) return undefined
  return Buffer.from(significant, alphabet)
}

/** Converts either alphabet to that of URLs. */
export const base64url = (text: string): string => text.replaceAll('+', '-').replaceAll('/', '_')
