/**
 * A document against what a state file may hold, without a gateway: keys, shapes, what an entity needs to be
 * one, and the rules for values that every Kong has. All problems are reported at once, each at its own line.
 * Kinds and fields come from the registry.
 */

import { everyKind, kindBySchema } from '../entities/enterprise.ts'
import { anyVersion, checkValue } from '../entities/language/check-value.ts'
import type { Definition } from '../entities/language/define.ts'
import { isRecord } from '../entities/language/values.ts'
import { didYouMean } from '../entities/text/did-you-mean.ts'
import type { Diagnostic } from '../errors.ts'
import type { Path } from '../state/state.ts'
import { checkMappings } from './check-mappings.ts'
import { checkMeta, metaKeys } from './check-meta.ts'
import { checkValues, type Doubt, offlineSchemas, type ValueContext } from './check-values.ts'
import type { Document } from './document.ts'
import { topPlaces } from './layout.ts'
import { mergeDocuments } from './merge.ts'
import { misplaced } from './misplaced.ts'
import { describe, type EntityList, entitiesOf, type FileEntity } from './nesting.ts'
import { inOrder, problem } from './problem.ts'
import { referenceText } from './references.ts'
import { shapeOf } from './shape.ts'
import { isUnsupported, unsupported } from './unsupported.ts'

/**
 * @param context settings of all documents of the run, and the schemas whose rules count. Default: the
 *   document's own settings, and those of every version that is known: a value is refused only if all of them
 *   refuse it.
 */
export function checkDocument(document: Document, context: Partial<ValueContext> = {}): Diagnostic[] {
  const full: ValueContext = {
    file: context.file ?? mergeDocuments([document]).file,
    schemas: context.schemas ?? offlineSchemas(),
    ...(context.leaveAlone && { leaveAlone: context.leaveAlone }),
    ...(context.doubt && { doubt: context.doubt }),
    ...(context.bundled && { bundled: context.bundled }),
    ...(context.lenient !== undefined && { lenient: context.lenient }),
    ...(context.isEnterprise !== undefined && { isEnterprise: context.isEnterprise }),
  }
  const diagnostics: Diagnostic[] = [...checkTopLevel(document), ...checkMeta(document)]
  const entities = entitiesOf(document, list => diagnostics.push(...checkList(list)))
  for (const entity of entities) {
    const unknown = unknownKeys(entity)
    const strange = unknown.map(({ diagnostic }) => diagnostic)
    const found = [
      ...checkKeys(entity, full),
      ...checkNulls(entity),
      ...checkOverwritten(entity),
      ...checkReferences(entity),
      ...checkMappings(entity),
    ]
    diagnostics.push(...found, ...checkIdentity(entity), ...(full.doubt ? [] : strange))
    for (const doubt of unknown) full.doubt?.(doubt)
    const reported = [...found, ...strange].filter(({ severity }) => severity === 'error')
    if (full.leaveAlone?.(entity.definition) !== true)
      diagnostics.push(...checkValues(entity, full, reported))
  }
  return inOrder(diagnostics, [document.name])
}

function checkTopLevel(document: Document): Diagnostic[] {
  const known = [...metaKeys, ...topPlaces.map(({ key }) => key)]
  return Object.keys(document.content).flatMap(key => {
    if (known.includes(key)) return []
    const where = document.whereIs([key], 'key')
    const nested = everyKind.find(definition => definition.fileKey === key)
    if (nested !== undefined) return [misplaced(nested, document, key)]
    if (isUnsupported(key, document.content[key])) return [unsupported(key, where)]
    return isSilent(key, document.content[key])
      ? []
      : [problem('unknown-field', `unknown key "${key}"`, where, { hint: didYouMean(key, known) })]
  })
}

/** An empty list of an unsupported kind loses nothing. */
const isSilent = (key: string, value: unknown): boolean =>
  isUnsupported(key, [key]) && !isUnsupported(key, value)

/**
 * An array of mappings, one per entity. Kong's guide writes a single entity without the dash, so that mistake
 * has its own message.
 */
function checkList({ definition, document, path, value }: EntityList): Diagnostic[] {
  const key = String(path.at(-1))
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) =>
      isRecord(item)
        ? checkKindOf(definition, document, [...path, index], item)
        : [
            problem(
              'wrong-type',
              `${key}: expected a mapping for each ${definition.kind}`,
              document.whereIs([...path, index]),
              { hint: `write "- ${exampleField(definition)}: …"` },
            ),
          ],
    )
  }
  if (isRecord(value)) return [notAList(definition, document, path, value)]
  return [problem('wrong-type', `${key}: expected a list of ${key}`, document.whereIs(path))]
}

/**
 * An entity with its kind in a field: an unknown kind would be ignored, and then deleted from the gateway.
 */
function checkKindOf(definition: Definition, document: Document, path: Path, item: object): Diagnostic[] {
  if (definition.wrapped !== true) return []
  const kinds = everyKind.filter(({ fileKey }) => fileKey === definition.fileKey).map(({ kind }) => kind)
  const type = 'type' in item ? String(item.type) : undefined
  if (type !== undefined && kinds.includes(type)) return []
  const message = type === undefined ? '"type" is missing' : `unknown entity type: ${type}`
  const hint = (type !== undefined && didYouMean(type, kinds)) || `type: ${kinds.join(' or ')}`
  return [problem('unknown-type', message, document.whereIs([...path, 'type']), { hint })]
}

const exampleField = (definition: Definition): string => shapeOf(definition).names[0] ?? 'id'

function notAList(definition: Definition, document: Document, path: Path, value: object): Diagnostic {
  const key = String(path.at(-1))
  const [first = '', inside] = Object.entries(value)[0] ?? []
  const field = exampleField(definition)
  const where = first === '' ? document.whereIs(path) : document.whereIs([...path, first], 'key')
  const named = isRecord(inside) && !(first in definition.fields)
  const hint = named ? `write "- ${field}: ${first}" with the rest below it` : `write "- ${first}: …"`
  return problem(
    'not-a-list',
    `${key} must be a list, this is a single mapping: each ${definition.kind} begins with a dash ("- ${field}: …")`,
    where,
    { hint: first === '' ? `write ${key}: []` : hint },
  )
}

function checkKeys(entity: FileEntity, { file }: ValueContext): Diagnostic[] {
  const { definition, values, document, path } = entity
  const known = shapeOf(definition).keys
  return Object.entries(values).flatMap(([key, value]) => {
    const isParent = entity.owner?.field === key
    if (known.has(key) && key !== '_config' && !isParent) return []
    const where = document.whereIs([...path, key], 'key')
    if (isParent) {
      return [
        problem(
          'nested-own-parent',
          `${describe(entity)} stands inside its ${key} already: "${key}" must not be given`,
          where,
          { hint: `leave "${key}" out, or write it at the top of the file` },
        ),
      ]
    }
    if (key === '_config' && known.has(key))
      return checkSharedConfig(entity, value, file.pluginConfigs.keys())
    if (isUnsupported(key, [value]))
      return isSilent(key, value) ? [] : [unsupported(key, where, describe(entity))]
    return []
  })
}

/** Keys that no Kong known here has. */
function unknownKeys(entity: FileEntity): Doubt[] {
  const { definition, values, document, path } = entity
  const known = shapeOf(definition).keys
  return Object.entries(values).flatMap(([key, value]) => {
    if (known.has(key) || entity.owner?.field === key || isUnsupported(key, [value])) return []
    const message = `unknown field "${key}" (${describe(entity)})`
    const hint = didYouMean(key, known) ?? ofDeclarativeFormat(key) ?? otherHolders(key)
    const diagnostic = problem('unknown-field', message, document.whereIs([...path, key], 'key'), { hint })
    return [{ definition, path: [key], value, diagnostic }]
  })
}

/** Kong's own format for nodes without a database has two fields that no entity has. */
const ofDeclarativeFormat = (key: string): string | undefined =>
  key === '_comment' || key === '_ignore'
    ? `write a comment of YAML: # …; only Kong's own declarative format (deck serve --db-less) has "${key}"`
    : undefined

/** Where a field belongs that is spelt well and stands in the wrong place. */
function otherHolders(key: string): string | undefined {
  const holders = everyKind.filter(definition => shapeOf(definition).keys.has(key))
  return holders.length === 0
    ? undefined
    : `this is a field of: ${holders.map(({ kind }) => kind).join(', ')}`
}

function checkSharedConfig(entity: FileEntity, value: unknown, names: Iterable<string>): Diagnostic[] {
  const where = entity.document.whereIs([...entity.path, '_config'])
  if (typeof value !== 'string')
    return [problem('wrong-type', `_config: expected a string (${describe(entity)})`, where)]
  const known = [...names]
  if (known.includes(value)) return []
  return [
    problem('dangling-reference', `_plugin_config "${value}" not found (${describe(entity)})`, where, {
      hint: didYouMean(value, known),
    }),
  ]
}

/** Null has no effect, unless it suppresses a default. Inside a configuration the plugin decides. */
function checkNulls({ definition, values, document, path }: FileEntity): Diagnostic[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const field = definition.fields[key]
    const meansSomething = field?.default !== undefined && field.default !== null
    if (value !== null || field === undefined || meansSomething || field.overwritten === true) return []
    const where = document.whereIs([...path, key])
    if (field.required === true || field.never_null === true) {
      const hint = field.required === true ? 'give it a value' : 'leave the field out, or give it a value'
      return [problem('null-value', `${key}: there is no value`, where, { hint })]
    }
    return [
      problem('null-value', `${key}: null has no effect`, where, {
        severity: 'warning',
        hint: 'leave the field out, or give it a value',
      }),
    ]
  })
}

/** Kong takes any value for what it sets itself at every write. */
function checkOverwritten({ definition, values, document, path }: FileEntity): Diagnostic[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const field = definition.fields[key]
    if (field?.overwritten !== true || checkValue(value, field, anyVersion) === undefined) return []
    return [
      problem('ignored-value', `${key}: Kong ignores this value`, document.whereIs([...path, key]), {
        severity: 'warning',
        hint: 'leave the field out: Kong sets it at every write',
      }),
    ]
  })
}

/** An entity must be identifiable by its name (a natural key) or an id. */
function checkIdentity({ definition, values, document, path, owner }: FileEntity): Diagnostic[] {
  if (definition.link !== undefined) return []
  // The entity rules report the fields that they require.
  const isOnlyHere = (name: string) =>
    definition.fields[name]?.required !== true && values[name] === undefined
  const missing = definition.demandedInFiles?.filter(isOnlyHere) ?? []
  if (missing.length > 0) {
    return missing.map(name =>
      problem('missing-field', `${definition.kind} needs "${name}"`, document.whereIs(path), {
        hint: `without it, the ${definition.kind} could not be found again`,
      }),
    )
  }
  // The required fields identify the entity.
  if (definition.demandedInFiles !== undefined) return []
  const shape = shapeOf(definition)
  // An entity without a name is identified by its owner.
  const names = shape.names.length > 0 ? shape.names : shape.foreign.map(({ name }) => name)
  if (owner !== undefined && shape.names.length === 0) return []
  if (names.some(name => values[name] !== undefined && values[name] !== null)) return []
  const made = names.some(name => definition.fields[name]?.auto === true)
  const demanded = names.some(name => definition.fields[name]?.required === true)
  // The entity rules report the fields that they require.
  if (demanded || definition.entity_checks?.some(check => check.at_least_one_of !== undefined)) return []
  if (values['id'] !== undefined && !made) return []
  const wanted = names.map(name => `"${name}"`).join(' or ')
  return [
    problem(
      'missing-field',
      made ? `${definition.kind} needs ${wanted}` : `${definition.kind} needs ${wanted} or an "id"`,
      document.whereIs(path),
      { hint: `without it, the ${definition.kind} could not be found again` },
    ),
  ]
}

/** References are a name or an id, plain or as a mapping. */
function checkReferences({ definition, values, document, path }: FileEntity): Diagnostic[] {
  return shapeOf(definition).foreign.flatMap(({ name, field }) => {
    const value = values[name]
    if (value === undefined || value === null) return []
    if (referenceText(value, kindBySchema(field.reference)) !== undefined) return []
    return [
      problem(
        'wrong-type',
        `${name}: expected the name or id of one of the ${field.reference}`,
        document.whereIs([...path, name]),
      ),
    ]
  })
}
