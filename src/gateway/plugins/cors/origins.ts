/** Origins that the cors plugin allows: names, and expressions, which look at the whole origin where they have a colon, else at its host. */
import { pcre } from '../../../entities/text/pcre.ts'

export type OriginMatcher = (domain: string, host: string) => boolean

/** `http://a.example:80` is `http://a.example`; what has no host is its own. */
export function normaliseOrigin(text: string): { readonly domain: string; readonly host: string } {
  const [, scheme, authority] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?\/\/([^/?#]*)/.exec(text) ?? []
  if (authority === undefined || authority === '') return { domain: text, host: text }
  const [, host = '', port] = /^(?:[^@]*@)?(.*?)(?::(\d*))?$/.exec(authority) ?? []
  const isUsual = (scheme === 'http' && port === '80') || (scheme === 'https' && port === '443')
  const name = port === undefined || isUsual ? host : `${host}:${port}`
  return { domain: scheme === undefined ? name : `${scheme}://${name}`, host }
}

export function originMatchers(origins: readonly string[]): OriginMatcher[] {
  return origins.map(origin => {
    if (!/[^A-Za-z0-9.:/-]/.test(origin)) {
      const { domain: wanted } = normaliseOrigin(origin)
      return domain => domain === wanted
    }
    const byHost = !origin.includes(':')
    const expression = anchored(origin)
    return (domain, host) => expression?.test(byHost ? host : domain) === true
  })
}

/** From the beginning to the end; undefined where it is no expression: then it allows nobody. */
function anchored(text: string): RegExp | undefined {
  const ended = text.endsWith('$') ? text : `${text}$`
  try {
    return pcre(`^(?:${ended.replace(/^\^/, '')})`)
  } catch {
    return undefined
  }
}
