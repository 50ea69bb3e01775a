/**
 * Origins that the cors plugin allows: names, and expressions, which look at the whole origin where they have
 * a colon, else at its host.
 */
import type { Version } from '../../../entities/language/define.ts'
import { pcreOrNever } from '../../../entities/regex/or-never.ts'
import { asBytes, type Regex } from '../../../entities/regex/regex.ts'

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

export function originMatchers(origins: readonly string[], version: Version): OriginMatcher[] {
  return origins.map(origin => {
    if (!/[^A-Za-z0-9.:/-]/.test(origin)) {
      const { domain: wanted } = normaliseOrigin(origin)
      return domain => domain === wanted
    }
    const byHost = !origin.includes(':')
    const regex = anchored(origin, version)
    return (domain, host) => regex.test(byHost ? host : domain)
  })
}

/** From the beginning, where each alternative may begin, to the end, which is that of the last one. */
function anchored(text: string, version: Version): Regex {
  const ended = text.endsWith('$') ? text : `${text}$`
  return pcreOrNever(asBytes(ended.replace(/^\^/, '')), version, { anchored: true })
}
