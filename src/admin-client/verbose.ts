/** `--verbose`: requests and answers as lines, without their secrets. */
import { isSecretName } from '../state/secrets.ts'

const secretHeaders =
  /^(authorization|proxy-authorization|cookie|set-cookie|.*(token|key|secret|password).*)$/i

export const masked = '[masked]'

/** Lines of one half of an exchange; `mark` is `>` or `<`. */
export function exchangeLines(
  mark: '>' | '<',
  first: string,
  headers: Readonly<Record<string, unknown>>,
  body: unknown,
  hidden: readonly string[] = [],
): string[] {
  const lines = [first]
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) lines.push(`${name}: ${secretHeaders.test(name) ? masked : String(value)}`)
  }
  if (body !== undefined && body !== '') lines.push(JSON.stringify(withoutSecrets(body, hidden)))
  return lines.map(line => `${mark} ${line}`)
}

/** The same value with what stands under secret names hidden. Names are all there is to go by: any kind, any plugin. */
function withoutSecrets(value: unknown, hidden: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map(item => withoutSecrets(item, hidden))
  if (typeof value === 'string')
    return hidden.some(text => value.includes(text)) ? withoutTexts(value, hidden) : value
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      isSecretName(name) && typeof inner === 'string' ? masked : withoutSecrets(inner, hidden),
    ]),
  )
}

const withoutTexts = (value: string, hidden: readonly string[]): string =>
  hidden.reduce((left, text) => left.replaceAll(text, masked), value)
