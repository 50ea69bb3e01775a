/**
 * Checks that are Lua functions in several of Kong's plugins, in Kong's sentences (source: the schemas of
 * Kong 2.8.5 and 3.9.1). Checks of a single plugin are in its schema.
 */
import { luaProblem } from '../../text/lua/syntax.ts'

type Check = (value: string) => string | undefined

/** `name:value`, as the transformers write pairs. */
const pairOf = (entry: string): { name: string | undefined; value: string } => {
  const [, name, value = ''] = /^([^:]+):*([\s\S]*)$/.exec(entry) ?? []
  return { name, value }
}

const headerProblem = (name: string | undefined): string | undefined =>
  name !== undefined && /^[\w-]+$/.test(name) ? undefined : `'${name ?? 'nil'}' is not a valid header`

/** The part before the first colon, or the whole entry, is a header name. */
export const namesHeader: Check = entry => headerProblem(pairOf(entry).name)

/** Both sides are headers' names. */
export const renamesHeader: Check = entry => {
  const { name, value } = pairOf(entry)
  return headerProblem(name) ?? headerProblem(value)
}

/** There is something after the colon, and what it has in `$(…)` is a Lua expression. */
export const hasValue: Check = entry => {
  const { name, value } = pairOf(entry)
  if (name === undefined || value === '') return `key '${name ?? 'nil'}' has no value`
  for (const expression of templates(value)) {
    const problem = luaProblem(`return (${expression})`)
    if (problem !== undefined) return `value '${value}' is not in supported format, error:${problem}`
  }
  return undefined
}

/** The contents of each `$(…)`, with balanced brackets. An unclosed one is text. */
function templates(value: string): string[] {
  const found: string[] = []
  for (let at = value.indexOf('$('); at !== -1; at = value.indexOf('$(', at + 1)) {
    let depth = 0
    for (let end = at + 1; end < value.length; end++) {
      if (value[end] === '(') depth++
      else if (value[end] === ')' && --depth === 0) {
        found.push(value.slice(at + 2, end))
        break
      }
    }
  }
  return found
}

/** Lua code as pre-function and post-function take it. */
export const loadsAs =
  (plugin: string): Check =>
  code => {
    const problem = luaProblem(code)
    return problem === undefined ? undefined : `error parsing ${plugin}: ${problem}`
  }

/** Lua code as the log plugins take it. */
export const isLuaFunction: Check = code => {
  const problem = luaProblem(code)
  return problem === undefined ? undefined : `Error parsing function: ${problem}`
}

/** nginx's shared dictionaries: those that Kong's own nginx configuration declares. */
const dictionaries = new Set([
  'kong',
  'kong_cluster_events',
  'kong_core_db_cache',
  'kong_core_db_cache_miss',
  'kong_db_cache',
  'kong_db_cache_miss',
  'kong_healthchecks',
  'kong_locks',
  'kong_rate_limiting_counters',
  'prometheus_metrics',
])

export const isDictionary = (name: unknown): boolean => typeof name !== 'string' || dictionaries.has(name)
