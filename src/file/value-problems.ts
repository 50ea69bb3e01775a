/**
 * Kong's sentences about values as diagnostics: which code, at which line, and what to write instead. A
 * secret value is never printed.
 */

import { checkValue } from '../entities/language/check-value.ts'
import { withDefaultsInside } from '../entities/language/defaults.ts'
import type { Field, Fields, Version, Violations } from '../entities/language/define.ts'
import { sentences } from '../entities/language/messages.ts'
import { isRecord, type Values } from '../entities/language/values.ts'
import { fieldsAt, parseVersion } from '../entities/language/versions.ts'
import { didYouMean } from '../entities/text/did-you-mean.ts'
import type { Diagnostic } from '../errors.ts'
import { mayBeSecret } from '../state/secret-names.ts'
import type { Path } from '../state/state.ts'
import { type Document, valueAt } from './document.ts'
import { mapProblems } from './map-problems.ts'
import { fieldAt, nearestWritten, offendingPath, type Written } from './offending-field.ts'
import { problem } from './problem.ts'

/** One sentence about one value. */
export interface Complaint {
  /** Within the entity; empty for the entity as a whole. */
  readonly path: Path
  readonly sentence: string
  /** It is about the key at the path, not about its value. */
  readonly isKey?: true
  /** It is about the record at the path as a whole. */
  readonly isWhole?: true
}

/** The sentences of a violation, each with the path that it is about. */
export function complaints(violation: unknown, path: Path = []): Complaint[] {
  if (typeof violation === 'string') return [{ path, sentence: violation }]
  if (Array.isArray(violation))
    return violation.flatMap((item: unknown, index) => complaints(item, [...path, index]))
  if (typeof violation !== 'object' || violation === null) return []
  return Object.entries(violation as Violations).flatMap(([name, inner]) => {
    if (name !== '@entity') return complaints(inner, [...path, name])
    return Array.isArray(inner)
      ? inner.map(sentence => ({ path, sentence: String(sentence), isWhole: true }))
      : []
  })
}

/** The same for one entity, with the keys of maps in the paths. */
export function complaintsAbout(
  violation: unknown,
  values: Values,
  fields: Fields,
  version: Version,
): Complaint[] {
  const found = complaints(violation).flatMap(one => {
    const inMap = mapProblems(one.path, values, fields, version)
    if (inMap === undefined) return [one]
    return inMap.flatMap(({ path, problem, isKey }) =>
      complaints(problem, path).map(inner => (isKey ? { ...inner, isKey } : inner)),
    )
  })
  // A map with two problems is reported once for each, and searched each time.
  return [...new Map(found.map(one => [JSON.stringify(one), one])).values()]
}

const typeSentences: ReadonlySet<string> = new Set([
  sentences.array,
  sentences.boolean,
  sentences.integer,
  sentences.map,
  sentences.number,
  sentences.record,
  sentences.set,
  sentences.string,
])

function codeOf(sentence: string): string {
  if (sentence === sentences.required) return 'missing-field'
  if (sentence === sentences.unknown) return 'unknown-field'
  return typeSentences.has(sentence) ? 'wrong-type' : 'invalid-value'
}

/** Where a complaint is about, seen from the entity. */
export interface About {
  readonly document: Document
  readonly path: Path
  /** For the message: `service "a"`. */
  readonly label: string
  readonly fields: Fields
  /** As written, completed by the file's settings. Default: the document's value at the path. */
  readonly values?: Values
  /** See `Written`. */
  readonly isSaid?: Written['isSaid']
  /** The new name of a field that Kong has no more. */
  readonly newName?: (path: Path) => string | undefined
}

/** `expected one of: …`: newer gateways, and those of Kong Enterprise, may take more. */
export const isAboutAList = ({ sentence }: Complaint): boolean => sentence.startsWith(sentences.oneOf([]))

/** A complaint and how it is reported. */
export interface ReportedComplaint {
  readonly complaint: Complaint
  readonly diagnostic: Diagnostic
}

/**
 * All complaints about one entity. A rule across fields complains of the record and of the field: the field,
 * which has a line, is reported; where the file does not have it, it is missing because of the field that the
 * rule depends on.
 */
export function diagnosticsOf(all: readonly Complaint[], about: About): ReportedComplaint[] {
  const echoes = all.filter(({ sentence }) => sentence.startsWith(conditional))
  const others = all.filter(one => !echoes.includes(one))
  const [echo] = echoes.length === 1 ? echoes : []
  const name = echo?.sentence.slice(conditional.length).split("'")[0]
  const condition = echo && name !== undefined ? [...echo.path, ...name.split('.')] : undefined
  const found = others.length === 0 ? all : others
  return found.map(complaint => ({
    complaint,
    diagnostic: complaintAsDiagnostic(complaint, about, condition),
  }))
}

const conditional = sentences.conditional('').slice(0, -1)

/** @param condition the field that a missing one depends on */
function complaintAsDiagnostic(complaint: Complaint, about: About, condition?: Path): Diagnostic {
  const { path, sentence, isKey, isWhole = false } = complaint
  const { document, label } = about
  const written = writtenOf(about)
  const at = offendingPath(path, sentence, isWhole, written)
  const whole = [...about.path, ...at]
  const name = (isWhole ? path : at).join('.')
  const code = codeOf(sentence)
  const value = valueAt(document.content, whole)
  const sentenceOnly = withoutSecret(sentence, value, document, whole)
  const message = name === '' ? `${sentenceOnly} (${label})` : `${name}: ${sentenceOnly} (${label})`
  if (code === 'unknown-field') {
    const known = siblings(about.fields, path)
    const few = path.length > 1 && known.length > 0 && known.length <= 6 ? known : undefined
    const renamed = about.newName?.(path)
    const hint =
      (renamed && `renamed to ${renamed}`) ??
      didYouMean(String(path.at(-1)), known) ??
      (few && `its fields are ${few.toSorted().join(', ')}`)
    return problem(code, `unknown field "${name}" (${label})`, document.whereIs(whole, 'key'), { hint })
  }
  const isMissing = valueAt(written.values, at) === undefined
  const near = nearestWritten(isMissing && condition !== undefined ? condition : at, written)
  const part = isKey === true || near.length < at.length ? 'key' : 'value'
  return problem(code, message, document.whereIs([...about.path, ...near], part), {
    hint:
      hintFor(sentence, value, document, whole) ??
      (isSecretAt(document, whole) ? undefined : otherCase(value, at, about)),
  })
}

function writtenOf({ document, path, fields, isSaid, values }: About): Written {
  const found = values ?? valueAt(document.content, path)
  return { values: isRecord(found) ? found : {}, fields, ...(isSaid && { isSaid }) }
}

/** Some of Kong's sentences repeat the value. */
function withoutSecret(sentence: string, value: unknown, document: Document, path: Path): string {
  const repeats =
    sentence.includes('invalid') || (typeof value === 'string' && value !== '' && sentence.includes(value))
  return repeats && isSecretAt(document, path) ? 'invalid value' : sentence
}

const isSecretAt = (document: Document, path: Path): boolean =>
  document.isSecret(path) || path.filter(step => typeof step === 'string').some(mayBeSecret())

/** The fields beside the one at a path, for suggestions. */
function siblings(fields: Readonly<Record<string, Field>>, path: Path): string[] {
  let inside = fields
  for (const step of path.slice(0, -1)) {
    const field = inside[String(step)]
    inside = field?.fields ?? field?.elements?.fields ?? (typeof step === 'number' ? inside : {})
  }
  return Object.keys(inside)
}

function hintFor(sentence: string, value: unknown, document: Document, path: Path): string | undefined {
  if (document.isSecret(path)) return undefined
  if (sentence === sentences.string && (typeof value === 'number' || typeof value === 'boolean'))
    return 'put it in quotes'
  if ((sentence === sentences.set || sentence === sentences.array) && typeof value === 'string')
    return 'write it as a list: one "- " for each, or in square brackets'
  const isNumber = typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))
  if ((sentence === sentences.integer || sentence === sentences.number) && isNumber)
    return 'write it without quotes'
  if (sentence === sentences.boolean && typeof value === 'string') return booleanHint(value)
  if (typeof value === 'string' && /\$\{?[A-Za-z_]/.test(value))
    return 'a variable of the environment is written ${{ env "DECK_NAME" }}'
  if (sentence.startsWith(oneOf) && typeof value === 'string')
    return didYouMean(value.trim().toLowerCase(), sentence.slice(oneOf.length).split(', '))
  return undefined
}

/** @example booleanHint('yes') // 'write true' */
function booleanHint(value: string): string | undefined {
  const word = value.trim().toLowerCase()
  if (value === 'true' || value === 'false') return 'write it without quotes'
  if (/^(true|yes|on|y)$/.test(word)) return 'write true'
  return /^(false|no|off|n)$/.test(word) ? 'write false' : undefined
}

/** For values that are not secret, since it repeats them. @example `methods: [get]`: 'did you mean "GET"?' */
function otherCase(value: unknown, at: Path, { fields }: About): string | undefined {
  const field = fieldAt({ type: 'record', fields }, at)
  if (typeof value !== 'string' || field === undefined || newest === undefined) return undefined
  if (!/^[A-Za-z_-]+$/.test(value) || checkValue(value, field, newest) === undefined) return undefined
  const right = [value.toUpperCase(), value.toLowerCase()].find(
    one => one !== value && checkValue(one, field, newest) === undefined,
  )
  return right === undefined ? undefined : `did you mean "${right}"?`
}

const oneOf = sentences.oneOf([])

const newest = parseVersion('3.9')

/**
 * A default against its field, by the newest rules. What it leaves out has Kong's default, or is said by each
 * entity.
 */
export function defaultProblems(
  name: string,
  field: Field,
  document: Document,
  path: Path,
  label: string,
): Diagnostic[] {
  const value = valueAt(document.content, path)
  const current = newest === undefined ? field : fieldsAt({ [name]: field }, newest)[name]
  if (value === null || value === undefined || newest === undefined || current === undefined) return []
  if (current.type === 'foreign') return []
  const about = { document, path: path.slice(0, -1), label, fields: { [name]: current } }
  const complete = withDefaultsInside(value, current, newest)
  const violation = { [name]: checkValue(complete, current, newest) }
  return complaintsAbout(violation, { [name]: complete }, { [name]: current }, newest)
    .filter(
      ({ path: at, sentence }) => sentence !== sentences.required || isWrittenAt(document, about.path, at),
    )
    .map(one => complaintAsDiagnostic(one, about))
}

const isWrittenAt = (document: Document, above: Path, path: Path): boolean =>
  valueAt(document.content, [...above, ...path]) !== undefined
