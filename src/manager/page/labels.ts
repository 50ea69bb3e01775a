/** Field names as people read them: `connect_timeout` → "Connect timeout", `tls_verify` → "TLS verify". */

const capitals = new Set(
  'acl api aws ca http https id ip jwk jwt kid ldap oauth2 pem rsa sni snis ssl tcp tls ttl udp uri uris url url2 uuid grpc hmac dns cors kb mb ms'.split(
    ' ',
  ),
)

export function labelOf(name: string): string {
  const words = name.split('_').filter(word => word !== '')
  return words
    .map((word, at) => {
      if (capitals.has(word.toLowerCase()))
        return word.endsWith('s') && word.length === 4 && word !== 'cors'
          ? `${word.slice(0, -1).toUpperCase()}s`
          : word.toUpperCase()
      return at === 0 ? word.charAt(0).toUpperCase() + word.slice(1) : word
    })
    .join(' ')
}

/** `Services` → `Service`, `Entries` → `Entry`. */
export const singular = (word: string): string => word.replace(/ies$/, 'y').replace(/(?<!s)s$/, '')

/** `Service` → `a service`; an abbreviation keeps its capitals. */
export const inSentence = (word: string): string =>
  /^[A-Z][a-z]/.test(word) ? word.charAt(0).toLowerCase() + word.slice(1) : word

export function countOf(count: number | string, one: string, many: string): string {
  return `${count} ${inSentence(count === 1 ? one : many)}`
}
