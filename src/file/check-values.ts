/**
 * The values of one entity against Kong's rules, without a gateway: after what the file's own settings add,
 * as Kong would see it. The gateway's version is not known yet, so only what every version refuses is an
 * error here; the rest is the gateway's to say. `file validate` judges by the version that the file is for,
 * and knows the plugins that Kong bundles (`schemasFor`).
 */

import { everyKind } from '../entities/enterprise.ts'
import { type RouterFlavor, stockFlavor } from '../entities/expressions/router-flavors.ts'
import { completeEntity } from '../entities/language/defaults.ts'
import type { Definition, Version } from '../entities/language/define.ts'
import { sentences } from '../entities/language/messages.ts'
import { isPlainlyValid } from '../entities/language/plainly-valid.ts'
import { createSchemas, type PluginSchema, type Schemas } from '../entities/language/schemas.ts'
import { entityFields } from '../entities/language/subschemas.ts'
import { validateEntity } from '../entities/language/validate.ts'
import { holdsAt, parseVersion } from '../entities/language/versions.ts'
import type { Diagnostic } from '../errors.ts'
import type { Path } from '../state/state.ts'
import { newPluginField } from './deprecated-fields.ts'
import { isPlaceholder, valueAt } from './document.ts'
import { byEdition, isForEnterprise, ofCommunity } from './edition.ts'
import type { StateFile } from './merge.ts'
import { describe, type FileEntity } from './nesting.ts'
import { problem } from './problem.ts'
import { withSettings } from './settings.ts'
import { shapeOf } from './shape.ts'
import {
  type Complaint,
  complaintsAbout,
  diagnosticsOf,
  isAboutAList,
  type ReportedComplaint,
} from './value-problems.ts'

export interface ValueContext {
  /** For `_info.defaults` and `_plugin_configs`, wherever they are written. */
  readonly file: StateFile
  /** The schemas that apply; a value is refused only if all of them refuse it. */
  readonly schemas: readonly Schemas[]
  /** Kinds that the run is not about. */
  readonly leaveAlone?: (definition: Definition) => boolean
  /**
   * Called for fields and values that are unknown here but may exist in the gateway. Default: they are
   * reported as problems.
   */
  readonly doubt?: (doubt: Doubt) => void
  /** The files are for Kong Enterprise, which has fields and values beside those that are known here. */
  readonly isEnterprise?: boolean
  /** The plugins that Kong bundles, for the new names of fields. */
  readonly bundled?: BundledPlugin
  /** Values out of range are warnings: the files are not about to be sent anywhere. Default: false. */
  readonly lenient?: boolean
}

/** A field or a value for the gateway to judge, which knows its own (`doubts.ts`). */
export interface Doubt {
  readonly definition: Definition
  /** Within the entity. */
  readonly path: Path
  readonly value: unknown
  /** For when the gateway does not take it either. */
  readonly diagnostic: Diagnostic
}

const offline = [
  ['3.9', stockFlavor],
  ['3.9', 'expressions'],
  ['2.8', stockFlavor],
] as const

/**
 * The newest supported version of each major version, and 3.x with expressions; any plugin is assumed to
 * exist.
 */
export function offlineSchemas(): Schemas[] {
  return offline.flatMap(([text, routerFlavor]) => {
    const version = parseVersion(text)
    if (version === undefined) return []
    return [createSchemas(version, anyPlugin, { routerFlavor, definitions: everyKind })]
  })
}

/** The Kong that files are judged for. */
export interface Strictly {
  readonly bundled: BundledPlugin
  /** Default: by what the files say. */
  readonly version?: Version
  /** Default: expressions where the files have one. */
  readonly flavor?: RouterFlavor
}

/** A plugin's schema at a version; undefined for one that Kong does not bundle. */
export type BundledPlugin = (name: string, version: Version) => PluginSchema | undefined

/**
 * The schemas that apply to a file, with those of Kong's bundled plugins: of the requested version, else of
 * `_format_version` (only Kong 3.x reads 3.0), else of all supported versions.
 */
export function schemasFor(file: StateFile, { bundled, version: asked, flavor }: Strictly): Schemas[] {
  const definitions = isForEnterprise(file, asked) ? everyKind : everyKind.map(ofCommunity)
  const isFor3 = file.formatVersion?.value.startsWith('3') === true
  // Only a file with expressions is for a gateway that reads them.
  const hasFlavor = file.entities.some(entity => flavoredFields(entity).length > 0)
  return offline.flatMap(([text, routerFlavor]) => {
    const known = parseVersion(text)
    if (flavor === undefined ? !hasFlavor && routerFlavor !== stockFlavor : !isLike(routerFlavor, flavor))
      return []
    if (known === undefined || (asked === undefined && isFor3 && known.major < 3)) return []
    if (asked !== undefined && asked.major !== known.major) return []
    const version = asked ?? known
    const plugin = once((name: string) => bundled(name, version) ?? anyPlugin(name))
    return [createSchemas(version, plugin, { routerFlavor, definitions })]
  })
}

/** Kong has two forms of routes: with expressions, and without. */
const isLike = (one: RouterFlavor, other: RouterFlavor): boolean =>
  (one === 'expressions') === (other === 'expressions')

/** Caches results by name: other code caches values per schema object. */
function once<T>(make: (name: string) => T): (name: string) => T {
  const made = new Map<string, T>()
  return name => {
    const known = made.get(name) ?? make(name)
    made.set(name, known)
    return known
  }
}

/** Stands for an id that is not known yet. */
const anyId = '00000000-0000-4000-8000-000000000000'

const anyPlugin = (name: string): PluginSchema => ({ name, fields: {} })

/** @param reported existing diagnostics of the entity; a field is reported once */
export function checkValues(
  entity: FileEntity,
  context: ValueContext,
  reported: readonly Diagnostic[],
): Diagnostic[] {
  const { values, document } = withSettings(entity, context.file)
  const badShort = badShorthands(entity)
  const judging = judges(entity, context.schemas)
  const wrong = unanimous(judging, schemas => complaintsAt(entity, values, schemas))
  const [first] = judging
  if (wrong.length === 0 || first === undefined) return badShort
  const fields = entityFields(first.of(entity.definition.kind), values, first)
  const isSaid = (sentence: string, other: Readonly<Record<string, unknown>>): boolean =>
    complaintsAt(entity, other, first).some(one => one.sentence === sentence)
  const { doubt, bundled } = context
  const newName = (path: Path) => bundled && newPluginField(entity.definition, values, path, bundled)
  const about = { document, path: entity.path, label: describe(entity), fields, values, isSaid, newName }
  const plain = wrong
    .filter(({ path }) => badShort.length === 0 || isWritten(entity, path))
    .filter(one => !isInsideList(one) && !isPlaceholder(document, [...entity.path, ...one.path]))
  const found = diagnosticsOf(plain, about).filter(
    ({ diagnostic: one }) => !reported.some(other => isSamePlace(one, other) || isMisspelt(one, other)),
  )
  const isDoubtful = ({ complaint }: ReportedComplaint): boolean =>
    doubt !== undefined && isAboutAList(complaint)
  for (const { complaint, diagnostic } of found.filter(isDoubtful)) {
    const { path } = complaint
    doubt?.({ definition: entity.definition, path, value: valueAt(values, path), diagnostic })
  }
  const certain = found.filter(one => !isDoubtful(one)).map(one => weighed(one, entity, context))
  return [...badShort, ...certain]
}

/**
 * A value out of range; not what is missing, nor what decK 1.65 refuses too: a certificate that cannot be
 * read, `strip_path` of gRPC.
 */
const isAboutValue = ({ complaint: { path, sentence }, diagnostic: { code } }: ReportedComplaint): boolean =>
  code === 'invalid-value' &&
  path.length > 0 &&
  !/^(invalid certificate|cannot set 'strip_path')/.test(sentence)

function weighed(
  one: ReportedComplaint,
  entity: FileEntity,
  { isEnterprise, lenient }: ValueContext,
): Diagnostic {
  if (lenient === true && isAboutValue(one)) return asWarning(one)
  return byEdition(one, entity, isEnterprise === true)
}

/** Kong takes a list for a mapping with the keys 1, 2, …; the list itself is reported. */
const isInsideList = ({ path, sentence }: Complaint): boolean =>
  sentence === sentences.unknown && typeof path.at(-1) === 'number'

const asWarning = ({ diagnostic }: ReportedComplaint): Diagnostic => ({ ...diagnostic, severity: 'warning' })

const isSamePlace = (a: Diagnostic, b: Diagnostic): boolean =>
  a.where?.line === b.where?.line && a.where?.column === b.where?.column

/** A field that is missing because it is misspelt needs no second message. */
const isMisspelt = (missing: Diagnostic, unknown: Diagnostic): boolean =>
  missing.code === 'missing-field' &&
  unknown.code === 'unknown-field' &&
  unknown.hint === `did you mean "${missing.message.split(':')[0]}"?`

/** The fields of an entity that it has only where the router's flavour is another than the stock one. */
export const flavoredFields = ({ definition, values }: FileEntity): string[] =>
  Object.values(definition.flavors ?? {}).flatMap(({ fields = {} }) =>
    Object.keys(fields).filter(name => name in values && !(name in definition.fields)),
  )

/**
 * The schemas that have the kind and know every field of the entity: only they can judge a route's
 * expression.
 */
function judges(entity: FileEntity, all: readonly Schemas[]): readonly Schemas[] {
  const { definition } = entity
  const flavored = flavoredFields(entity)
  const having = all.filter(({ version }) => holdsAt(version, definition))
  if (flavored.length === 0) return having
  const knowing = having.filter(({ bySchema }) =>
    flavored.every(name => name in (bySchema(definition.schema)?.fields ?? {})),
  )
  return knowing.length > 0 ? knowing : having
}

/** Problems that all schemas report. */
function unanimous(all: readonly Schemas[], at: (schemas: Schemas) => Complaint[]): Complaint[] {
  const [first, ...others] = all
  if (first === undefined) return []
  return others.reduce((left, schemas) => {
    if (left.length === 0) return left
    const here = new Set(at(schemas).map(({ path }) => path.join('.')))
    // A version that does not have the record refuses what is in it.
    const isRefused = ({ path }: Complaint): boolean =>
      here.has(path.join('.')) || path.some((_step, end) => end > 0 && here.has(path.slice(0, end).join('.')))
    return left.filter(isRefused)
  }, at(first))
}

function complaintsAt(
  entity: FileEntity,
  values: Readonly<Record<string, unknown>>,
  schemas: Schemas,
): Complaint[] {
  const { kind } = entity.definition
  const input = comparableInput(entity, values, schemas)
  if (isPlainlyValid(kind, input, schemas, true)) return []
  const options = { defaulted: input, offline: true }
  const complete = completeEntity(kind, input, schemas)
  const violations = validateEntity(kind, complete, schemas, options)
  if (violations === undefined) return []
  const fields = entityFields(schemas.of(kind), complete, schemas)
  return complaintsAbout(violations, complete, fields, schemas.version)
}

/** References as ids, without fields that Kong does not have (reported elsewhere). */
function comparableInput(
  { definition, owner }: FileEntity,
  values: Readonly<Record<string, unknown>>,
  schemas: Schemas,
): Record<string, unknown> {
  // Fields of other versions stay, so that they are reported as too old or too new.
  const ofFlavors = Object.values(definition.flavors ?? {}).map(({ fields = {} }) => fields)
  const known = [
    definition.fields,
    schemas.of(definition.kind).fields,
    definition.shorthand_fields ?? {},
    ...ofFlavors,
  ]
  const input: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(values))
    if (known.some(fields => Object.hasOwn(fields, name))) input[name] = value
  for (const { name } of shapeOf(definition).foreign) {
    if (input[name] !== undefined && input[name] !== null) input[name] = { id: anyId }
  }
  // Missing fields of a plugin's configuration are reported even if the file has none.
  const { abstract } = shapeOf(definition)
  if (abstract !== undefined) input[abstract] ??= {}
  if (owner !== undefined) input[owner.field] = { id: anyId }
  return input
}

/** An invalid short form; problems of its replacement are not reported then. */
function badShorthands({ definition, values, document, path }: FileEntity): Diagnostic[] {
  return Object.entries(definition.shorthand_fields ?? {}).flatMap(([name, shorthand]) => {
    const value = values[name]
    if (shorthand.expand !== 'url' || typeof value !== 'string' || isPlaceholder(document, [...path, name]))
      return []
    if (/^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]/i.test(value)) return []
    const where = document.whereIs([...path, name])
    return [problem('invalid-value', `${name}: expected protocol://host[:port][/path]`, where)]
  })
}

const isWritten = ({ values }: FileEntity, path: Path): boolean => String(path[0]) in values
