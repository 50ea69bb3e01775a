/**
 * Which responses' types proxy-cache takes: 2.8 wants the very text, 3.x the same type with the same
 * parameters, `*` for any.
 */
import type { Version } from '../../../entities/language/define.ts'

export function typeMatcher(wanted: readonly string[], { major }: Version): (type: string) => boolean {
  if (major < 3) return type => wanted.includes(type)
  const patterns = wanted.flatMap(text => parsed(text) ?? [])
  return text => {
    const type = parsed(text)
    return type !== undefined && patterns.some(pattern => includes(pattern, type))
  }
}

interface MediaType {
  readonly type: string
  readonly subtype: string
  readonly parameters: ReadonlyMap<string, string>
}

const token = `[^\\x00-\\x20\\x7f()<>@,;:\\\\"/[\\]?={}]+`
const whole = new RegExp(`^(?:(${token})/(${token})|\\*)((?:[ \\t]*;[ \\t]*${token}=(?:${token}|"[^"]*"))*)$`)
const parameter = new RegExp(`;[ \\t]*(${token})=(?:(${token})|"([^"]*)")`, 'g')

function parsed(text: string): MediaType | undefined {
  const match = whole.exec(text)
  if (match === null) return undefined
  const [, type = '*', subtype = '*', rest = ''] = match
  const parameters = [...rest.matchAll(parameter)].map(
    ([, name = '', plain, quoted]) => [name.toLowerCase(), plain ?? quoted ?? ''] as const,
  )
  return {
    type: type.toLowerCase(),
    subtype: subtype.toLowerCase(),
    parameters: new Map(parameters),
  }
}

const includes = (pattern: MediaType, one: MediaType): boolean =>
  (pattern.type === '*' || pattern.type === one.type) &&
  (pattern.subtype === '*' || pattern.subtype === one.subtype) &&
  pattern.parameters.size === one.parameters.size &&
  [...pattern.parameters].every(([name, value]) => one.parameters.get(name) === value)
