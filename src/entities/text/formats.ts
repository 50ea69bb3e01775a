/**
 * Kong's rules that are Lua functions, by the name in a field's `format`. Each returns Kong's sentence for
 * a value that it refuses (source: the recorded responses of Kong 2.8 and 3.9).
 */

import { isIPv4, isIPv6 } from 'node:net'
import type { Version } from '../language/define.ts'
import { pcre } from '../regex/pcre.ts'
import { asBytes, fromBytes, PatternError } from '../regex/regex.ts'
import { type NoAddress, parseAddress, readAddress } from './addresses.ts'
import { parseCertificate, parseKey } from './certificates.ts'
import { keepsEscape, resolveDots, unescapePath } from './url-path.ts'

export type Format =
  | 'host'
  | 'host-with-optional-port'
  | 'host-port'
  | 'upstream-name'
  | 'wildcard-host'
  | 'ip-or-cidr'
  | 'path'
  | 'router-path'
  | 'name'
  | 'tag'
  | 'header-name'
  | 'cookie-name'
  | 'sni'
  | 'wildcard-sni'
  | 'regex'
  | 'url'
  | 'redirect-uri'
  | 'certificate'
  | 'pem-key'
  | 'uuid'

type Check = (value: string, version: Version) => string | undefined

const invalid = (value: string): string => `invalid value: ${value}`

/** The problem of an invalid address, or of one with a port: a number that is too high counts as a port. */
const portlessProblem = (value: string): string | undefined => {
  const address = readAddress(value)
  const hasPort = 'problem' in address ? isPortProblem(address) : address.port !== undefined
  if (hasPort) return 'must not have a port'
  return 'problem' in address ? invalid(value) : undefined
}

const isPortProblem = ({ problem }: NoAddress): boolean => problem === 'invalid port number'

const host: Check = portlessProblem

const hostWithOptionalPort: Check = value => {
  const address = readAddress(value)
  return 'problem' in address ? address.problem : undefined
}

const upstreamName: Check = value => {
  const address = parseAddress(value)
  if (address === undefined) return `Invalid name ('${value}'); must be a valid hostname`
  if (address.type !== 'name') return `Invalid name ('${value}'); no ip addresses allowed`
  return address.port === undefined ? undefined : `Invalid name ('${value}'); no port allowed`
}

const hostPort: Check = value =>
  parseAddress(value) === undefined
    ? `Invalid target ('${value}'); not a valid hostname or ip address`
    : undefined

/** Kong replaces the wildcard by letters, and its message shows them. */
const wildcardHost: Check = (value, version) => hostWithOptionalPort(value.replaceAll('*', 'abc'), version)

const ipOrCidr: Check = value => {
  const [ip = '', bits, ...rest] = value.split('/')
  const width = isIPv4(ip) ? 32 : isIPv6(ip) ? 128 : -1
  const fits = bits === undefined || (/^(?:0|[1-9]\d*)$/.test(bits) && Number(bits) <= width)
  return width !== -1 && fits && rest.length === 0 ? undefined : `invalid ip or cidr range: '${value}'`
}

const encodingProblem = (value: string): string | undefined => {
  const bad = /%(?![0-9A-Fa-f]{2}).{0,2}/s.exec(value)
  return bad === null ? undefined : `invalid url-encoded value: '${bad[0]}'`
}

const isOfRfc3986 = (value: string): boolean => /^\/[\w\-.~!$&'()*+,;=:@/%]*$/.test(value)

const path: Check = value =>
  isOfRfc3986(value)
    ? encodingProblem(value)
    : `invalid path: '${value}' (characters outside of the reserved list of RFC 3986 found)`

/** `/a/../b` → `/b`, `/%41` → `/A`, `/%C3%BC` → `/ü`: how Kong 3 writes a path that it takes as a prefix. */
function normalisedPath(value: string): string {
  const bytes = Buffer.from(value).toString('latin1')
  const plain = unescapePath(bytes, one => (keepsEscape(one) ? undefined : one))
  return Buffer.from(resolveDots(plain), 'latin1').toString()
}

/** Whether PCRE takes a pattern. */
export const isRegex = (pattern: string, version?: Version): boolean =>
  pcreError(pattern, version) === undefined

function pcreError(pattern: string, version: Version | undefined): PatternError | undefined {
  try {
    pcre(asBytes(pattern), { isOld: version !== undefined && version.major < 3 })
    return undefined
  } catch (error) {
    if (error instanceof PatternError) return error
    throw error
  }
}

/** Reasons that PCRE 8.45, which Kong 2.8 has, words otherwise than PCRE2. */
const pcre8Reasons: Readonly<Record<string, string>> = {
  'missing closing parenthesis': 'missing )',
  'quantifier does not follow a repeatable item': 'nothing to repeat',
  'unmatched closing parenthesis': 'unmatched parentheses',
}

/** The problem of a pattern, in nginx's words. */
export function regexProblem(pattern: string, version: Version): string | undefined {
  const error = pcreError(pattern, version)
  if (error === undefined) return undefined
  const library = version.major >= 3 ? 'pcre2_compile' : 'pcre_compile'
  const reason = (version.major < 3 ? pcre8Reasons[error.message] : undefined) ?? error.message
  const rest = fromBytes(error.rest) ?? ''
  const place = `"${pattern}"${rest === '' ? '' : ` at "${rest}"`}`
  return `invalid regex: '${pattern}' (PCRE returned: ${library}() failed: ${reason} in ${place})`
}

/**
 * A route's path: in 3.x `~` marks a regex, and other paths are normalised prefixes; in 2.8 a path that is
 * not plain is a regex.
 */
const routerPath: Check = (value, version) => {
  if (version.major >= 3 && value.startsWith('~')) return regexProblem(value.slice(1), version)
  // A path that does not follow RFC 3986 may have invalid escapes.
  const encoding = isOfRfc3986(value) ? encodingProblem(value) : undefined
  if (encoding !== undefined) return encoding
  if (version.major < 3) return /^[\w.\-~/%]*$/.test(value) ? undefined : regexProblem(value, version)
  const normalised = normalisedPath(value)
  return normalised === value ? undefined : `non-normalized path, consider use '${normalised}' instead`
}

const name: Check = value =>
  /[^\w.\-~\u0080-\u{10ffff}]/u.test(value)
    ? `invalid value '${value}': the only accepted ascii characters are alphanumerics or ., -, _, and ~`
    : undefined

const tag: Check = (value, version) => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the rule is about them
  const forbidden = version.major >= 3 ? /[,/\x00-\x1f\x7f]/ : /[,/\x00-\x20\x7f]/
  return forbidden.test(value)
    ? `invalid tag '${value}': expected printable ascii (except \`,\` and \`/\`) or valid utf-8 sequences`
    : undefined
}

const headerName: Check = value =>
  /^[\w-]+$/.test(value)
    ? undefined
    : `bad header name '${value}', allowed characters are A-Z, a-z, 0-9, '_', and '-'`

const cookieName: Check = (value, version) => {
  if (version.major < 3) {
    return /^[\w-]+$/.test(value)
      ? undefined
      : `bad cookie name '${value}', allowed characters are A-Z, a-z, 0-9, '_', and '-'`
  }
  return /^[\x21-\x7e]*$/.test(value) && !/[()<>@,;:\\"/?={}[\]]/.test(value)
    ? undefined
    : 'contains one or more invalid characters. ASCII control characters (0-31;127), space, tab and the characters ()<>@,;:\\"/?={}[] are not allowed.'
}

const sni: Check = value => {
  const address = readAddress(value)
  if ('problem' in address) return isPortProblem(address) ? 'must not have a port' : invalid(value)
  if (address.type !== 'name') return 'must not be an IP'
  return address.port === undefined ? undefined : 'must not have a port'
}

const wildcardSni: Check = (value, version) => {
  const at = value.indexOf('*')
  if (at > 0 && at < value.length - 1) return 'wildcard must be leftmost or rightmost character'
  if (value.split('*').length > 2) return 'only one wildcard must be specified'
  return sni(value.replace('*', 'wildcard'), version)
}

const uuid: Check = value => (isUuid(value) ? undefined : 'expected a valid UUID')

/** Kong's URL parser splits `scheme:`, then `//user@host:port`. A text that it can split is a URL. */
const url: Check = value => {
  const [, scheme, authority] = /^(?:([A-Za-z0-9][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?/.exec(value) ?? []
  const host = authority?.replace(/^.*@/, '').replace(/:[^:\]]*$/, '')
  if (host === undefined || host === '') return 'missing host in url'
  return scheme === undefined ? 'missing scheme in url' : undefined
}

const redirectUri: Check = value => {
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/?#]/i.test(value)) return `cannot parse '${value}'`
  return value.includes('#') ? `fragment not allowed in '${value}'` : undefined
}

const certificate: Check = value =>
  parseCertificate(value) === undefined ? 'invalid certificate: x509.new: error' : undefined

const pemKey: Check = value =>
  parseKey(value) === undefined ? 'invalid key: pkey.new:load_key: error' : undefined

const regex: Check = (value, version) => (isRegex(value, version) ? undefined : `not a valid regex: ${value}`)

export const isUuid = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)

export const formats: Readonly<Record<Format, Check>> = {
  host,
  'host-with-optional-port': hostWithOptionalPort,
  'host-port': hostPort,
  'upstream-name': upstreamName,
  'wildcard-host': wildcardHost,
  'ip-or-cidr': ipOrCidr,
  path,
  'router-path': routerPath,
  name,
  tag,
  'header-name': headerName,
  'cookie-name': cookieName,
  sni,
  'wildcard-sni': wildcardSni,
  regex,
  url,
  'redirect-uri': redirectUri,
  certificate,
  'pem-key': pemKey,
  uuid,
}
