/**
 * Reports all parts of an OpenAPI document that cannot be converted, before anything is converted: an
 * omitted operation would be a route without its plugins.
 */
import { isRecord } from '../../entities/language/values.ts'
import { kongObject, kongTags, listOf, type Values } from './document.ts'
import { checkExtensions } from './extensions.ts'
import type { Naming } from './names.ts'
import { operationsOf } from './operations.ts'
import type { Problems } from './problems.ts'
import { pathProblems } from './routes.ts'
import { refuseServer } from './services.ts'

/** Fields of a path item that are no methods (OpenAPI 3.2). */
const itemFields = new Set([
  '$ref',
  'summary',
  'description',
  'servers',
  'parameters',
  'additionalOperations',
])

/** @returns whether there is a document to look at: one of version 3 with paths */
export function checkDocument(document: Values, naming: Naming, problems: Problems): void {
  const { paths } = document
  checkLevel(document, document, problems)
  problems.attempt(() => kongTags(document), document, 'x-kong-tags')
  checkExtensions(document, problems)
  if (!isRecord(paths)) {
    if (paths !== undefined && paths !== null) problems.error('paths must be a mapping', document, 'paths')
    else
      problems.error(
        'must have `.paths` in the root of the document. See examples https://github.com/Kong/go-apiops/tree/main/docs',
        document,
      )
    return
  }
  for (const [path, item] of Object.entries(paths)) {
    if (!path.startsWith('x-')) checkPath(path, item, paths, document, naming, problems)
  }
}

function checkPath(
  path: string,
  item: unknown,
  paths: Values,
  document: Values,
  naming: Naming,
  problems: Problems,
): void {
  if (!path.startsWith('/')) problems.error(`path '${path}' must begin with a slash`, paths, path)
  for (const message of pathProblems(path, naming)) problems.error(message, paths, path)
  if (!isRecord(item)) {
    problems.error(`path '${path}' must be a mapping of methods`, paths, path, 'an empty one is {}')
    return
  }
  // A broken reference is reported at its place.
  if ('$ref' in item) return
  checkLevel(item, document, problems)
  checkParameters(item, problems)
  const operations = operationsOf(item)
  for (const [method, operation, holder] of operations)
    checkOperation(path, method, operation, holder, document, problems)
  const methods = new Set(operations.map(([method]) => method))
  for (const [key, value] of Object.entries(item)) {
    if (itemFields.has(key) || key.startsWith('x-') || methods.has(key)) continue
    if (isRecord(value) || value === null) {
      const hint = methodHint(key)
      problems.error(`'${key}' of path '${path}' is no method`, item, key, hint)
    } else problems.warn(`unknown field '${key}' of path '${path}'`, item, key)
  }
}

const methodHint = (key: string): string =>
  key !== key.toLowerCase()
    ? `methods are written in small letters: ${key.toLowerCase()}`
    : 'an extension begins with x-'

function checkOperation(
  path: string,
  method: string,
  operation: unknown,
  holder: Values,
  document: Values,
  problems: Problems,
): void {
  if (!isRecord(operation)) {
    const found = operation === null || operation === undefined ? 'says nothing' : 'is no mapping'
    problems.error(
      `operation ${method} of path '${path}' ${found}`,
      holder,
      method,
      'an operation without details is {}',
    )
    return
  }
  if ('$ref' in operation) return
  checkLevel(operation, document, problems)
  checkParameters(operation, problems)
}

const kongObjects = ['x-kong-service-defaults', 'x-kong-upstream-defaults', 'x-kong-route-defaults']

/** Extensions that the document, a path and an operation may have. */
function checkLevel(holder: Values, document: Values, problems: Problems): void {
  const { servers } = holder
  if (isPresent(servers) && !Array.isArray(servers))
    problems.error('servers must be a list', holder, 'servers')
  for (const [index, server] of listOf(servers).entries()) {
    const [at, key] = isRecord(server) && 'url' in server ? [server, 'url'] : [servers as object, index]
    problems.attempt(() => refuseServer(server), at, key)
  }
  for (const key of Object.keys(holder)) {
    const isPlugin = key.startsWith('x-kong-plugin-')
    if (!isPlugin && !kongObjects.includes(key)) continue
    if (holder[key] === null && isPlugin)
      problems.error(`failed to parse JSON object for '${key}': it says nothing`, holder, key)
    else problems.attempt(() => kongObject(holder, key, document), holder, key)
  }
}

const isPresent = (value: unknown): boolean => value !== undefined && value !== null

function checkParameters(holder: Values, problems: Problems): void {
  const { parameters } = holder
  if (isPresent(parameters) && !Array.isArray(parameters))
    problems.error('parameters must be a list', holder, 'parameters')
  for (const [index, parameter] of listOf(parameters).entries()) {
    if (isRecord(parameter) && '$ref' in parameter) continue
    const missing = isRecord(parameter)
      ? ['name', 'in'].filter(key => typeof parameter[key] !== 'string')
      : ['name', 'in']
    if (missing.length > 0)
      problems.error(`a parameter must have a ${missing.join(' and a ')}`, parameters as object, index)
  }
}
