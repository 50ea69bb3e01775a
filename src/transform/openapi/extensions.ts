/**
 * Extensions of Kong that nothing is made of, because of their name or their place: reported, since a plugin
 * may be among them.
 */
import { isRecord } from '../../entities/language/values.ts'
import { nearest } from '../../entities/text/did-you-mean.ts'
import { listOf, recordOf, type Values } from './document.ts'
import { operationsOf } from './operations.ts'
import type { Problems } from './problems.ts'

const prefix = 'x-kong-'
const plugin = 'x-kong-plugin-'
const everyLevel = ['name', 'service-defaults', 'upstream-defaults', 'route-defaults']

/**
 * Extensions by the object that may have them, without their prefix; plugins are allowed where `everyLevel`
 * is.
 */
const known = {
  document: [...everyLevel, 'tags', 'mcp-default-acl', 'mcp-proxy'],
  path: everyLevel,
  operation: [...everyLevel, 'mcp-tool-name', 'mcp-tool-description', 'mcp-exclude'],
  scheme: ['security-openid-connect', 'mcp-acl'],
  other: [],
} satisfies Readonly<Record<string, readonly string[]>>

type Place = keyof typeof known

export function checkExtensions(document: Values, problems: Problems): void {
  const { paths, components, ...rest } = document
  checkAt(document, 'document', problems)
  checkBelow(rest, problems)
  for (const item of Object.values(recordOf(paths)).filter(isRecord)) checkItem(item, problems)
  for (const scheme of Object.values(recordOf(recordOf(components)['securitySchemes'])).filter(isRecord))
    checkAt(scheme, 'scheme', problems)
}

function checkItem(item: Values, problems: Problems): void {
  checkAt(item, 'path', problems)
  const operations = operationsOf(item)
  const methods = new Set(operations.map(([method]) => method))
  checkBelow(Object.fromEntries(Object.entries(item).filter(([key]) => !methods.has(key))), problems)
  for (const [, operation] of operations) {
    if (!isRecord(operation)) continue
    checkAt(operation, 'operation', problems)
    checkBelow(operation, problems)
  }
}

/** Other objects than documents, paths, operations and schemes may have no extension of Kong. */
function checkBelow(holder: Values | readonly unknown[], problems: Problems): void {
  if (Array.isArray(holder)) {
    for (const item of listOf(holder)) checkInside(item, problems)
    return
  }
  for (const [key, value] of Object.entries(holder)) if (!isFree(key)) checkInside(value, problems)
}

function checkInside(value: unknown, problems: Problems): void {
  if (isRecord(value)) checkAt(value, 'other', problems)
  if (isRecord(value) || Array.isArray(value)) checkBelow(value, problems)
}

/** Other extensions and examples may hold anything. */
const isFree = (key: string): boolean => key.startsWith('x-') || key === 'example' || key === 'examples'

function checkAt(holder: Values, place: Place, problems: Problems): void {
  const names: readonly string[] = known[place]
  const hasPlugins = names.includes('service-defaults')
  for (const key of Object.keys(holder)) {
    if (!key.startsWith(prefix)) continue
    if (names.includes(key.slice(prefix.length)) || (hasPlugins && key.startsWith(plugin))) continue
    problems.warn(`nothing is made of '${key}' here`, holder, key, hintFor(key, names, hasPlugins))
  }
}

function hintFor(key: string, names: readonly string[], hasPlugins: boolean): string {
  if (key.startsWith(plugin)) return 'plugins belong to the document, to a path or to an operation'
  const candidates = [...names.map(name => prefix + name), ...(hasPlugins ? [plugin] : [])]
  const [near] = nearest(key.startsWith('x-kong-plugin') ? plugin : key, candidates)
  if (near === plugin) return `a plugin is written as ${plugin}<name>`
  if (near !== undefined) return `did you mean '${near}'?`
  return candidates.length === 0 ? 'no extension is looked for here' : `here may be ${candidates.join(', ')}`
}
