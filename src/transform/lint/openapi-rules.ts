/**
 * Rules for OpenAPI documents that decK's engine has and Spectral has not, or judges otherwise: found at the
 * places and in the words of decK 1.65.
 */
import { isRecord } from '../../entities/language/values.ts'
import type { Finding, LintFunction } from './check.ts'

type Values = Readonly<Record<string, unknown>>
type Path = readonly (string | number)[]

const recordOf = (value: unknown): Values => (isRecord(value) ? value : {})
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** @param lineOf the line of a path */
type DocumentRule = (document: Values, lineOf: (path: Path) => number) => readonly Finding[]

/** A rule about the document as a whole. */
const about = (rule: DocumentRule): LintFunction => ({
  prepare: () => (target, _, context) => {
    const { document } = context as {
      document: { getRangeForJsonPath(path: Path): { start: { line: number } } }
    }
    return rule(recordOf(target.value), path => document.getRangeForJsonPath(path).start.line + 1)
  },
})

const verbs = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query']

interface Operation {
  readonly path: string
  readonly method: string
  readonly operation: Values
  readonly at: Path
}

function operationsIn(document: Values): Operation[] {
  return Object.entries(recordOf(document['paths'])).flatMap(([path, item]) =>
    Object.entries(recordOf(item))
      .filter(([key, value]) => verbs.includes(key) && isRecord(value))
      .map(([key, operation]) => ({
        path,
        method: key.toUpperCase(),
        operation: recordOf(operation),
        at: ['paths', path, key],
      })),
  )
}

/** Problems of an operation are reported at its method. */
const ofOperations = (wrong: (one: Operation) => string | undefined): LintFunction =>
  about(document =>
    operationsIn(document).flatMap(one => {
      const message = wrong(one)
      return message === undefined ? [] : [{ message, path: one.at, isKey: true }]
    }),
  )

const operationTags = ofOperations(({ operation, method }) =>
  listOf(operation['tags']).length > 0 ? undefined : `tags for \`${method}\` operation are missing`,
)

const operationId = ofOperations(({ operation, method }) =>
  textOf(operation['operationId']) === ''
    ? `the \`${method}\` operation does not contain an \`operationId\``
    : undefined,
)

const noRequestBody = ofOperations(({ operation, method }) =>
  ['GET', 'DELETE'].includes(method) && operation['requestBody'] !== undefined
    ? `\`${method}\` operation should not have a requestBody defined`
    : undefined,
)

const operationDescription = about(document =>
  operationsIn(document).flatMap(({ path, method, operation, at }) => {
    const named = (where: string, what: string, below: Path): Finding => ({
      message: `operation method \`${method}\` ${where} is missing a ${what}`,
      path: [...at, ...below],
      isKey: true,
    })
    const { requestBody, responses } = operation
    const isSilent = textOf(operation['description']) === '' && textOf(operation['summary']) === ''
    const unsaid = (value: unknown): boolean => isRecord(value) && textOf(value['description']) === ''
    const codes = Object.entries(recordOf(responses)).filter(
      ([code, one]) => code !== 'default' && unsaid(one),
    )
    return [
      ...(isSilent ? [named(`at path \`${path}\``, 'description or summary', [])] : []),
      ...(unsaid(requestBody)
        ? [named(`\`requestBody\` at path \`${path}\``, '`description`', ['requestBody'])]
        : []),
      ...codes
        .filter(([code]) => !code.startsWith('x-'))
        .map(([code]) =>
          named(`response code \`${code}\` \`responseBody\` at path \`${path}\``, '`description`', [
            'responses',
            code,
          ]),
        ),
    ]
  }),
)

const tagDefined = about(document => {
  const known = new Set(listOf(document['tags']).map(tag => recordOf(tag)['name']))
  return operationsIn(document).flatMap(({ method, operation, at }) =>
    listOf(operation['tags']).flatMap((tag, index) =>
      known.has(tag)
        ? []
        : [
            {
              message: `tag \`${String(tag)}\` for \`${method}\` operation is not defined as a global tag`,
              path: [...at, 'tags', index],
            },
          ],
    ),
  )
})

/** Problems of a path's name. */
const ofPaths = (wrong: (segments: readonly string[], path: string) => string | undefined): LintFunction =>
  about(document =>
    Object.keys(recordOf(document['paths'])).flatMap(path => {
      const message = wrong(path.split('/').slice(1), path)
      return message === undefined ? [] : [{ message, path: ['paths', path], isKey: true }]
    }),
  )

const kebabCase = ofPaths(segments => {
  const stray = segments.filter(one => one !== '' && !/^[{}a-z\d.-]+$/.test(one) && !/^\{[^{}]*\}$/.test(one))
  return stray.length === 0 ? undefined : `path segments \`${stray.join('`, `')}\` do not use kebab-case`
})

const noVerbs = ofPaths((segments, path) => {
  const verb = segments.find(one => verbs.includes(one.toLowerCase()))
  return verb === undefined ? undefined : `path \`${path}\` contains an HTTP Verb \`${verb}\``
})

const infoDescription = about(({ info }) =>
  isRecord(info) && textOf(info['description']) === ''
    ? [{ message: '`info` section must have a `description`', path: ['info'], isKey: true }]
    : [],
)

const described = [
  'schemas',
  'parameters',
  'requestBodies',
  'responses',
  'examples',
  'headers',
  'links',
  'securitySchemes',
]

const componentDescription = about(({ components }) =>
  described.flatMap(type =>
    Object.entries(recordOf(recordOf(components)[type])).flatMap(([name, component]) =>
      isRecord(component) && textOf(component['description']) === ''
        ? [
            {
              message: `\`${type}\` component \`${name}\` is missing a description`,
              path: ['components', type, name],
              isKey: true,
            },
          ]
        : [],
    ),
  ),
)

const apiServers = about(document => {
  const { servers } = document
  if (servers === undefined) return [{ message: 'no servers defined for the specification', path: [] }]
  const list = listOf(servers)
  if (list.length === 0)
    return [{ message: 'servers definition is empty, contains no servers!', path: ['servers'] }]
  return list.flatMap((server, index) => {
    const { url } = recordOf(server)
    const path = ['servers', index]
    if (url === undefined) return [{ message: 'server definition is missing a URL', path }]
    const message = serverProblem(textOf(url))
    return message === undefined ? [] : [{ message, path: [...path, 'url'], isKey: true }]
  })
})

function serverProblem(url: string): string | undefined {
  if ((url.includes('{') && url.includes('}')) || url === '' || url === '/') return undefined
  const [, rest = ''] = /^(?:[a-z][a-z\d+.-]*:)?(.*)$/i.exec(url) ?? []
  const [, host = '', path = ''] = /^(?:\/\/([^/?#]*))?([^?#]*)/.exec(rest) ?? []
  if (host === '' && path === '') return 'Server URL is not valid: no hostname or path provided'
  return path.endsWith('/') ? 'Server URL is not valid: must not have a trailing slash' : undefined
}

/** For parameters at all places. */
const parameterDescription: LintFunction = {
  prepare: () => target => {
    const { name, description } = recordOf(target.value)
    if (!isRecord(target.value) || textOf(description) !== '') return []
    return [{ message: `the parameter \`${String(name)}\` does not contain a description`, path: [] }]
  },
}

interface Said {
  readonly text: string
  readonly path: Path
}

/** All texts under a name, in the order of the document; examples and extensions say nothing of the API. */
function textsNamed(name: string, value: unknown, path: Path = []): Said[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => textsNamed(name, item, [...path, index]))
  return Object.entries(recordOf(value)).flatMap(([key, inner]) => {
    if (key === name && typeof inner === 'string') return [{ text: inner, path: [...path, key] }]
    if (/^(?:x-.*|examples?|default|enum)$/.test(key) && path.at(-1) !== 'properties') return []
    return textsNamed(name, inner, [...path, key])
  })
}

const descriptionDuplication = about((document, lineOf) => {
  const lines = { Description: new Map<string, number>(), Summary: new Map<string, number>() }
  const repeated = (kind: keyof typeof lines, { text, path }: Said): Finding[] => {
    const first = lines[kind].get(text)
    const line = lineOf(path)
    if (first === undefined) lines[kind].set(text, line)
    if (first === undefined) return []
    return [{ message: `${kind} at line \`${line}\` is a duplicate of line \`${first}\``, path }]
  }
  const descriptions = textsNamed('description', document).flatMap(one => repeated('Description', one))
  const summaries = textsNamed('summary', document)
  return [...descriptions, ...summaries.flatMap(one => repeated('Summary', one))]
})

const missing = (field: string, words: (name: string) => string): LintFunction =>
  about(document => {
    const value = document[field]
    const isThere = Array.isArray(value) ? value.length > 0 : textOf(value) !== ''
    return isThere ? [] : [{ message: words(field), path: [] }]
  })

export const openApiFunctions = {
  apiHost: missing(
    'host',
    name => `OpenAPI \`host\` must be present and a non-empty string: \`${name}\` must be set`,
  ),
  apiSchemes: missing(
    'schemes',
    name =>
      `OpenAPI host \`schemes\` must be present and non-empty array: \`${name}\`, is missing and is required`,
  ),
  apiServers,
  componentDescription,
  descriptionDuplication,
  infoDescription,
  kebabCase,
  noRequestBody,
  noVerbs,
  operationDescription,
  operationId,
  operationTags,
  parameterDescription,
  tagDefined,
} as const satisfies Readonly<Record<string, LintFunction>>
