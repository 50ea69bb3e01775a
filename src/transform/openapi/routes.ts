/**
 * An operation of an OpenAPI document as a route; where headers choose among values, as one for each choice
 * too.
 */
import { DeckError } from '../../errors.ts'
import { followed, kongObject, listOf, sortedJson, textOf, type Values } from './document.ts'
import type { Naming } from './names.ts'
import { pluginIdName } from './plugins.ts'
import { type Marking, withId } from './services.ts'
import { type Place, parametersOf } from './validator.ts'

export interface RouteSource {
  readonly name: string
  /** The path as in the document: `/users/{id}`. */
  readonly path: string
  /** In capitals. */
  readonly method: string
  readonly defaults: Values | undefined
  readonly plugins: readonly Values[]
  readonly place: Place
}

export const routeDefaults = (holder: Values, document: Values): Values | undefined =>
  kongObject(holder, 'x-kong-route-defaults', document)

/** A path with parameters gives way to one without (OpenAPI's rule). */
const priorities = { plain: 200, withParameters: 100 }

/** @param byHeader false with `--skip-route-by-header` */
export function createRoutes(
  source: RouteSource,
  marking: Marking,
  naming: Naming,
  byHeader: boolean,
): Values[] {
  const { name, defaults = {}, plugins, path, method } = source
  const { service, ...given } = defaults
  const route = {
    strip_path: false,
    ...structuredClone(given),
    plugins,
    paths: [pathPattern(source, naming)],
    ...withId(marking, `${name}.route`),
    name,
    methods: [method],
    tags: marking.tags,
    regex_priority: priority(given['regex_priority'], /\{[^}]+\}/.test(path)),
  }
  const choices = byHeader ? headerChoices(source.place) : []
  return [...choices.map((headers, index) => choiceRoute(route, headers, index, marking)), route]
}

function choiceRoute(
  route: Values & { readonly name: string; readonly plugins: readonly Values[] },
  headers: Values,
  index: number,
  marking: Marking,
): Values {
  const name = `${route.name}_${index}`
  const base = `${route.name}${sortedJson(headers)}`
  return {
    ...structuredClone(route),
    headers,
    name,
    ...withId(marking, name),
    plugins: route.plugins.map(plugin => ({
      ...structuredClone(plugin),
      ...withId(marking, pluginIdName(base, String(plugin['name']))),
    })),
  }
}

/** @throws DeckError for a default that is no number */
function priority(given: unknown, hasParameters: boolean): number {
  if (given === undefined) return hasParameters ? priorities.withParameters : priorities.plain
  if (typeof given === 'number' && Number.isInteger(given)) return hasParameters ? given - 1 : given
  throw new DeckError("failed to parse 'regex_priority' from route defaults: it is no integer")
}

/** `/users/{id}` → `~/users/(?<id>[^#?/]+)$` */
function pathPattern({ path, place }: RouteSource, naming: Naming): string {
  const escaped = path.replace(/[().+?*[$]/g, '\\$&')
  const parameters = parametersOf(place)
  const all = [...parameters.operation, ...parameters.path]
  const pattern = escaped.replace(/\{([^}]+)\}/g, (_, name: string) => {
    const group = naming.capture(name)
    const schema = all.find(parameter => parameter['name'] === name)?.['schema']
    const mayBeEmpty = followed(schema, place.document)['minLength'] === 0
    return `(?<${group}>[^#?/]${mayBeEmpty ? '*' : '+'})`
  })
  return `~${pattern}$`
}

/** Since Kong 3.8; 31 before. */
const longestGroup = 127

/** Problems of a path's parameters that a router would refuse. */
export function pathProblems(path: string, naming: Naming): string[] {
  const names = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name)
  const groups = names.map(naming.capture)
  const found = groups.flatMap((group, index) => {
    const name = names[index]
    if (group.length > longestGroup)
      return [`path-parameter name exceeds ${longestGroup} characters: '${name}' (sanitized to '${group}')`]
    if (!/^[a-z_]/i.test(group))
      return [`path parameter '${name}' cannot name a group of a regular expression`]
    const first = groups.indexOf(group)
    return first === index
      ? []
      : [`path parameters '${names[first]}' and '${name}' have the same name in Kong: '${group}'`]
  })
  const rest = path.replace(/\{[^}]+\}/g, '')
  return /[{}]/.test(rest) ? [...found, `path '${path}' has a brace without its partner`] : found
}

/**
 * Every combination of the values of required headers that have a list of them. Names that differ in case
 * alone are one header (the first counts); values are compared without case by Kong, and come out in small
 * letters, as decK 1.65 writes them.
 */
function headerChoices(place: Place): Values[] {
  const parameters = parametersOf(place)
  const [own, outer] = [choosing(parameters.operation, place), choosing(parameters.path, place)]
  // An operation's parameter takes the place of its path's.
  const headers = [...own, ...[...outer].filter(([key]) => !own.has(key))].map(([, header]) => header)
  if (headers.length === 0) return []
  return headers.reduce<Values[]>(
    (choices, { name, values }) =>
      choices.flatMap(choice => values.map(value => ({ ...choice, [name]: [value] }))),
    [{}],
  )
}

interface Header {
  readonly name: string
  readonly values: readonly string[]
}

function choosing(parameters: readonly Values[], { document }: Place): Map<string, Header> {
  const headers = new Map<string, Header>()
  for (const parameter of parameters) {
    const values = listOf(followed(parameter['schema'], document)['enum']).flatMap(headerValue)
    if (parameter['in'] !== 'header' || parameter['required'] !== true || values.length === 0) continue
    const name = textOf(parameter['name'])
    const key = name.toLowerCase()
    const header = headers.get(key) ?? { name, values: [] }
    headers.set(key, { ...header, values: [...new Set([...header.values, ...values])] })
  }
  return headers
}

/** A header without a value is the fallback route's. */
const headerValue = (value: unknown): string[] =>
  value === null || value === '' || typeof value === 'object' ? [] : [String(value).toLowerCase()]
