/** `--verbose`: requests and responses as lines, without their secrets. */
import { type Hidden, secretsIn, shownJson, shownSentence } from '../state/echoes.ts'
import { mayBeSecret } from '../state/secret-names.ts'
import { masked } from '../state/secrets.ts'
import { isSecretHeader, secretsInLog } from './own-secrets.ts'
import type { ClientSettings } from './settings.ts'

/** One half of an exchange. */
export interface Half {
  /** `PUT http://…`, `200 OK`. */
  readonly first: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: unknown
}

export interface Log {
  request(half: Half): void
  /** @param sent the body of the request, whose secrets the response may repeat */
  response(half: Half, sent: unknown): void
  /** Fields that have values of variables somewhere: in every entity they are not shown. */
  hideFields(names: Iterable<string>): void
}

/** @returns undefined where nothing is logged */
export function createLog(settings: ClientSettings): Log | undefined {
  const { verbose = 0, log } = settings
  if (verbose === 0 || log === undefined) return undefined
  const own = secretsInLog(settings)
  const [isNamedSecret, fields] = [mayBeSecret(), new Set<string>()]
  const isSecret = (name: string): boolean => fields.has(name) || isNamedSecret(name)
  const given = new Set(Object.keys(settings.headers ?? {}).map(name => name.toLowerCase()))
  const isHidden = (name: string): boolean => isSecretHeader(name) || given.has(name.toLowerCase())
  const write = (mark: '>' | '<', { first, headers, body }: Half, sent?: unknown): void => {
    const values = sent === undefined ? own : [...own, ...secretsIn(sent, isSecret)]
    const lines = [first, ...headerLines(headers, isHidden, values)]
    if (body !== undefined && body !== '') lines.push(JSON.stringify(shownJson(body, values, isSecret)))
    for (const line of lines) log(`${mark} ${line}`)
  }
  return {
    request: half => write('>', half),
    response: (half, sent) => write('<', half, sent),
    hideFields: names => {
      for (const name of names) fields.add(name)
    },
  }
}

const headerLines = (
  headers: Half['headers'],
  isHidden: (name: string) => boolean,
  values: readonly Hidden[],
): string[] =>
  Object.entries(headers).flatMap(([name, value]) => {
    if (value === undefined) return []
    const shown = isHidden(name) ? undefined : shownSentence(String(value), values)
    return [`${name}: ${shown ?? masked}`]
  })
