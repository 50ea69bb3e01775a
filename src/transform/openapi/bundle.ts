/**
 * An OpenAPI document and its referenced files as one document: each part of another file becomes a
 * component, and references to it become local. The place of every object is known.
 */
import { basename, dirname, isAbsolute, join, normalize } from 'node:path'
import { isRecord } from '../../entities/language/values.ts'
import { StateFileError } from '../../errors.ts'
import type { Document } from '../../file/document.ts'
import { recordOf, type Values } from './document.ts'
import { createOrigins, type Spot } from './origins.ts'
import { resolvedPaths } from './path-items.ts'
import { findBelow, stepsOf } from './pointer.ts'
import { createProblems, type Problems } from './problems.ts'

export interface Bundle {
  readonly content: Values
  readonly problems: Problems
}

/** Reads and parses a file. @returns the reason of a failure; @throws StateFileError for invalid YAML */
export type Load = (name: string) => Document | string

/**
 * How a value is copied: references are resolved; unresolvable ones stay (lenient); or there are none
 * (data).
 */
type Manner = 'follow' | 'lenient' | 'data'

/**
 * Below these, keys are names that the author chose, so that `default` or `example` there is a name like any
 * other.
 */
const named = new Set(
  [
    'properties patternProperties dependentSchemas definitions $defs variables responses headers callbacks links',
    'paths webhooks content encoding examples schemas parameters requestBodies securitySchemes pathItems',
  ].flatMap(line => line.split(' ')),
)

/** Values of these keys are examples and constants of the API, whatever is in them. */
const data = new Set(['example', 'default', 'enum', 'const', 'value'])

/** Components from other files are stored here, because schemas from other files become `definitions`. */
const kept = '#/components/schemas/'

export function bundle(document: Document, load: Load): Bundle {
  const origins = createOrigins()
  const problems = createProblems(origins.whereIs)
  const files = createFiles(document, load, problems)
  const components = createComponents(document)

  const take = (value: unknown, spot: Spot): unknown => {
    const taken = withReferences(value, spot, local)
    origins.add(taken, spot)
    return taken
  }

  /** The reference as one within the bundle. */
  const local = (reference: string, spot: Spot, manner: Manner): string => {
    const [file = '', ...rest] = reference.split('#')
    const fragment = rest.join('#')
    const refuse = (message: string, hint?: string): string => {
      if (manner === 'follow') {
        const place = spot.document.whereIs([...spot.path, '$ref'])
        problems.reference(message, place, hint)
      }
      return reference
    }
    if (/^(?:[a-z][a-z\d+.-]+:|\/\/)/i.test(file)) {
      return refuse(
        `reference '${reference}' is a URL, and deck reads files only`,
        'save it beside the document and refer to the file',
      )
    }
    const target = file === '' ? spot.document : files.get(file, spot.document, refuse)
    if (target === undefined) return reference
    const steps = stepsOf(fragment)
    const found = steps && findBelow(target.content, steps)
    if (steps === undefined || found === undefined) {
      return refuse(
        target === document
          ? `component '${reference}' does not exist in the document`
          : `reference '${reference}' leads nowhere: ${target.name} has no '#${fragment}'`,
      )
    }
    if (target === document) return `#${fragment}`
    const { value, path } = found
    return kept + components.nameOf(target, steps, () => take(value, { document: target, path }))
  }

  const content = recordOf(take(document.content, { document, path: [] }))
  const own = recordOf(content['components'])
  const schemas = { ...recordOf(own['schemas']), ...components.made() }
  const withComponents = { ...content, components: { ...own, schemas } }
  const whole = { ...withComponents, ...resolvedPaths(withComponents, origins) }
  origins.combine(whole, [content])
  return { content: whole, problems }
}

/**
 * A part of a document with other references; what has none is shared with the document.
 *
 * @param rewrite gets the place of the mapping that has the reference
 */
function withReferences(
  part: unknown,
  { document, path: above }: Spot,
  rewrite: (reference: string, spot: Spot, manner: Manner) => string,
): unknown {
  const path = [...above]

  const copyAt = (step: string | number, inner: unknown, manner: Manner, within: string): unknown => {
    path.push(step)
    const made = copy(inner, manner, within)
    path.pop()
    return made
  }

  const copyField = (key: string, inner: unknown, manner: Manner, within: string): unknown => {
    if (key === '$ref' && typeof inner === 'string') return rewrite(inner, { document, path }, manner)
    return copyAt(key, inner, mannerOf(key, inner, manner, within), named.has(within) ? '' : key)
  }

  const copy = (value: unknown, manner: Manner, within: string): unknown => {
    if (manner === 'data') return value
    if (Array.isArray(value)) {
      const items = value.map((item, index) => copyAt(index, item, manner, ''))
      return items.every((item, index) => item === value[index]) ? value : items
    }
    if (!isRecord(value)) return value
    const keys = Object.keys(value)
    const values = keys.map(key => copyField(key, value[key], manner, within))
    if (keys.every((key, index) => value[key] === values[index])) return value
    return Object.fromEntries(keys.map((key, index) => [key, values[index]]))
  }

  return copy(part, 'follow', '')
}

function mannerOf(key: string, value: unknown, outer: Manner, within: string): Manner {
  if (outer === 'data' || named.has(within)) return outer
  // References in Kong's own extensions are of another kind; a schema's examples are a list of values.
  if (data.has(key) || key.startsWith('x-kong') || (key === 'examples' && Array.isArray(value))) return 'data'
  return key.startsWith('x-') ? 'lenient' : outer
}

interface Files {
  get(file: string, from: Document, refuse: (message: string) => void): Document | undefined
}

/**
 * Each file is read once, relative to the document that refers to it; the first document may be referred to
 * as well.
 */
function createFiles(root: Document, load: Load, problems: Problems): Files {
  const read = new Map<string, Document | string>([[normalize(root.name), root]])
  const loaded = (name: string): Document | string => {
    try {
      return load(name)
    } catch (error) {
      if (!(error instanceof StateFileError)) throw error
      for (const diagnostic of error.diagnostics) problems.add(diagnostic)
      return 'it is no valid YAML or JSON'
    }
  }
  return {
    get: (file, from, refuse) => {
      const given = decoded(file)
      const name = isAbsolute(given) ? normalize(given) : join(dirname(from.name), given)
      const document = read.get(name) ?? loaded(name)
      read.set(name, document)
      if (typeof document !== 'string') return document
      refuse(`file ${name} cannot be read: ${document}`)
      return undefined
    },
  }
}

function decoded(file: string): string {
  try {
    return decodeURIComponent(file)
  } catch {
    return file
  }
}

interface Components {
  /** Its name, the same for the same part of the same file. @param make called the first time */
  nameOf(document: Document, steps: readonly string[], make: () => unknown): string
  made(): Values
}

function createComponents({ content }: Document): Components {
  const taken = new Set(Object.keys(recordOf(recordOf(content['components'])['schemas'])))
  const names = new Map<string, string>()
  const values = new Map<string, unknown>()
  return {
    nameOf: (document, steps, make) => {
      const key = JSON.stringify([document.name, ...steps])
      const known = names.get(key)
      if (known !== undefined) return known
      const name = freeName(steps.at(-1) ?? basename(document.name).replace(/\.[^.]+$/, ''), taken)
      names.set(key, name)
      taken.add(name)
      // After its name is known: what it holds may refer to itself.
      values.set(name, make())
      return name
    },
    made: () => Object.fromEntries(values),
  }
}

function freeName(wish: string, taken: ReadonlySet<string>): string {
  const name = wish.replace(/[^\w.-]/g, '_') || 'part'
  if (!taken.has(name)) return name
  let number = 2
  while (taken.has(`${name}_${number}`)) number += 1
  return `${name}_${number}`
}
