/**
 * Breaks each rule of a field once, by the field's definition: a value that breaks it, and Kong's error. The
 * errors are written out here, as in the recordings of real Kong, so that they do not come from the tested
 * code.
 */
import type { Field, Rules, Version } from '../../src/entities/language/define.ts'
import { sampleValue } from './sample-entity.ts'

export interface Broken {
  readonly rule: string
  readonly value: unknown
  /** The violation of the field: a sentence, or the violations of its content. */
  readonly said: unknown
}

const typeSentences: Readonly<Record<Field['type'], string>> = {
  string: 'expected a string',
  integer: 'expected an integer',
  number: 'expected a number',
  boolean: 'expected a boolean',
  set: 'expected a set',
  array: 'expected an array',
  map: 'expected a map',
  record: 'expected a record',
  foreign: '',
  json: '',
}

const formats: Readonly<
  Record<NonNullable<Field['format']>, (version: Version) => readonly [value: string, said: string | RegExp]>
> = {
  host: () => ['a b', 'invalid value: a b'],
  'host-with-optional-port': () => ['a:70000', 'invalid port number'],
  'host-port': () => ['a b', "Invalid target ('a b'); not a valid hostname or ip address"],
  'upstream-name': () => ['1.2.3.4', "Invalid name ('1.2.3.4'); no ip addresses allowed"],
  'wildcard-host': () => ['a b', 'invalid hostname: a b'],
  'ip-or-cidr': () => ['1.2.3.4/33', "invalid ip or cidr range: '1.2.3.4/33'"],
  path: () => ['/a b', "invalid path: '/a b' (characters outside of the reserved list of RFC 3986 found)"],
  'router-path': ({ major }) =>
    major >= 3
      ? ['/a/../b', "non-normalized path, consider use '/b' instead"]
      : ['/(', 'invalid regex: \'/(\' (PCRE returned: pcre_compile() failed: missing ) in "/(")'],
  name: () => [
    'a b',
    "invalid value 'a b': the only accepted ascii characters are alphanumerics or ., -, _, and ~",
  ],
  tag: () => [
    'a,b',
    "invalid tag 'a,b': expected printable ascii (except `,` and `/`) or valid utf-8 sequences",
  ],
  'header-name': () => ['a b', "bad header name 'a b', allowed characters are A-Z, a-z, 0-9, '_', and '-'"],
  'cookie-name': ({ major }) =>
    major >= 3
      ? ['a b', /^contains one or more invalid characters\. ASCII control characters/]
      : ['a b', "bad cookie name 'a b', allowed characters are A-Z, a-z, 0-9, '_', and '-'"],
  sni: () => ['1.2.3.4', 'must not be an IP'],
  'wildcard-sni': () => ['a.*.b', 'wildcard must be leftmost or rightmost character'],
  regex: () => ['(', 'not a valid regex: ('],
  url: () => ['nowhere', 'missing host in url'],
  'redirect-uri': () => ['nowhere', "cannot parse 'nowhere'"],
  certificate: () => ['x', /^invalid certificate: x509.new/],
  'pem-key': () => ['x', /^invalid key: pkey.new:load_key/],
  uuid: () => ['x', 'expected a valid UUID'],
}

/** @yields nothing for what a write cannot set */
export function* brokenRules(field: Field, version: Version): Generator<Broken> {
  if (field.auto === true && field.timestamp === true) return
  if (field.eq === null) {
    yield { rule: 'eq', value: sampleOf(field), said: field.err ?? 'value must be null' }
    return
  }
  if (field.type === 'foreign') {
    // An invalid reference is checked like a part of the entity; the protocols decide the kind of a route.
    const isRoute = field.reference === 'routes'
    const said = isRoute ? { protocols: 'required field missing' } : { id: 'missing primary key' }
    yield { rule: 'foreign', value: {}, said }
    if (!isRoute) {
      yield { rule: 'foreign uuid', value: { id: 'x' }, said: { id: 'expected a valid UUID' } }
    }
    return
  }
  if (field.type === 'json') return
  yield { rule: 'type', value: field.type === 'boolean' ? 'text' : true, said: typeSentences[field.type] }
  if (field.required === true && field.auto !== true) {
    yield { rule: 'required', value: null, said: 'required field missing' }
  }
  // A field's own words are said in the place of a rule's.
  for (const broken of brokenWords(field, version)) yield { ...broken, said: field.err ?? broken.said }
  yield* brokenInside(field, version)
}

const sampleOf = (field: Field): unknown =>
  field.type === 'foreign' ? { id: '11111111-1111-4111-8111-111111111111' } : sampleValue(field, 'sample')

function* brokenWords(field: Field, version: Version): Generator<Broken> {
  if (field.eq !== undefined) yield { rule: 'eq', value: unlike(field.eq), said: `value must be ${field.eq}` }
  if (field.one_of !== undefined) {
    const value = field.type === 'string' ? 'none of these' : -12345
    yield { rule: 'one_of', value, said: `expected one of: ${field.one_of.join(', ')}` }
  }
  if (field.not_one_of?.[0] !== undefined) {
    const list = field.not_one_of.join(', ')
    yield { rule: 'not_one_of', value: field.not_one_of[0], said: `must not be one of: ${list}` }
  }
  yield* brokenSizes(field)
  yield* brokenTexts(field, version)
}

const unlike = (value: unknown): unknown => (typeof value === 'boolean' ? !value : `not ${value}`)

function* brokenSizes(field: Field): Generator<Broken> {
  if (field.gt !== undefined) {
    yield { rule: 'gt', value: field.gt, said: `value must be greater than ${field.gt}` }
  }
  if (field.between !== undefined && field.one_of === undefined) {
    const [low, high] = field.between
    const sentence = `value should be between ${Math.trunc(low)} and ${Math.trunc(high)}`
    for (const value of [low - 1, high + 1]) yield { rule: 'between', value, said: sentence }
  }
  const isText = field.type === 'string' && field.one_of === undefined && field.uuid !== true
  const least = field.len_min ?? (isText ? 1 : 0)
  if (least > 0 && field.one_of === undefined && field.is_regex !== true) {
    const value = field.type === 'string' ? '' : field.type === 'map' ? {} : []
    yield { rule: 'len_min', value, said: `length must be at least ${least}` }
  }
  if (field.len_eq !== undefined && field.type === 'string') {
    yield { rule: 'len_eq', value: 'x'.repeat(field.len_eq + 1), said: `length must be ${field.len_eq}` }
  }
}

function* brokenTexts(field: Field, version: Version): Generator<Broken> {
  if (field.uuid === true) yield { rule: 'uuid', value: 'x', said: 'expected a valid UUID' }
  if (field.is_regex === true) yield { rule: 'is_regex', value: '(', said: 'not a valid regex: (' }
  if (field.starts_with !== undefined) {
    yield { rule: 'starts_with', value: 'x', said: `should start with: ${field.starts_with}` }
  }
  for (const one of field.match_none ?? []) {
    const value = texts.find(text => matched(one.pattern, text))
    if (value !== undefined) yield { rule: 'match_none', value, said: one.err ?? `invalid value: ${value}` }
  }
  if (field.match !== undefined) {
    const value = texts.find(text => !matched(field.match ?? '', text))
    if (value !== undefined) yield { rule: 'match', value, said: `invalid value: ${value}` }
  }
  for (const one of field.match_all ?? []) yield { rule: 'match_all', value: 'a*b*', said: one.err }
  if (field.match_any !== undefined) {
    const value = field.match_any.patterns.includes('%.%*$') ? 'a.*.b' : 'none of these'
    yield { rule: 'match_any', value, said: field.match_any.err }
  }
  if (field.format !== undefined) {
    const [value, said] = formats[field.format](version)
    yield { rule: `format ${field.format}`, value, said }
  }
}

/** Texts, one of which breaks any of the patterns that fields have; what each pattern takes is said by hand. */
const texts = ['/a//b', 'Host', 'Content-Lenngth', 'Content-Length', 'Content-Type', 'a b', '*', ':', 'tag:']

const patterns: Readonly<Record<string, RegExp>> = {
  '//': /\/\//,
  '^[Hh][Oo][Ss][Tt]$': /^host$/i,
  '^[Cc][Oo][Nn][Tt][Ee][Nn][Tt]%-[Ll][Ee][nn][Gg][Tt][Hh]$': /^content-length$/i,
  '^[Cc][Oo][Nn][Tt][Ee][Nn][Tt]%-[Tt][Yy][Pp][Ee]$': /^content-type$/i,
  '^%u+$': /^[A-Z]+$/,
  '^[^:]+:.*$': /^[^:]+:.*$/,
  '^.*[^:]$': /^.*[^:]$/,
  '^[0-9]+-[0-9]+$': /^\d+-\d+$/,
  '^[a-z][a-z%d-]-[a-z%d]+$': /^[a-z][a-z\d-]-[a-z\d]+$/,
  '^[%a_-][%a%d_-]*$': /^[a-z_-][a-z\d_-]*$/i,
  '%w*%p*@+%w*%.?%w*': /@/,
  '^[^*&%%\\`]+$': /^[^*&%`]+$/,
}

/** Patterns without a description above. */
export const unknownPatterns = new Set<string>()

function matched(pattern: string, text: string): boolean {
  const known = patterns[pattern]
  if (known === undefined) unknownPatterns.add(pattern)
  return known?.test(text) ?? true
}

/** What stands in lists, maps and records is broken too, one at a time. */
function* brokenInside(field: Field, version: Version): Generator<Broken> {
  const inner = (what: string, one: Broken): string => `${what} ${one.rule}`
  if ((field.type === 'array' || field.type === 'set') && field.elements !== undefined) {
    for (const one of brokenRules({ ...field.elements, required: true }, version)) {
      yield { rule: inner('element', one), value: [one.value], said: [one.said] }
    }
  }
  if (field.type === 'map' && field.values !== undefined && field.keys !== undefined) {
    const key = String(sampleValue(field.keys, 'sample'))
    for (const one of brokenRules({ ...field.values, required: true }, version)) {
      yield { rule: inner('value', one), value: { [key]: one.value }, said: one.said }
    }
    for (const one of brokenRules(field.keys, version)) {
      if (typeof one.value === 'string') {
        yield {
          rule: inner('key', one),
          value: { [one.value]: sampleValue(field.values, 'sample') },
          said: one.said,
        }
      }
    }
  }
  for (const [name, one] of Object.entries((field.type === 'record' && field.fields) || {})) {
    for (const broken of brokenRules(one, version)) {
      yield {
        rule: inner(`.${name}`, broken),
        value: { [name]: broken.value },
        said: { [name]: broken.said },
      }
    }
  }
  if (field.type === 'record')
    yield { rule: 'unknown', value: { nonsense: 1 }, said: { nonsense: 'unknown field' } }
}

/** A value that a rule's words take, for the first half of a conditional rule; undefined if it is unknown. */
export function takenBy(words: Rules): unknown {
  if (words.eq !== undefined) return words.eq
  if (words.one_of !== undefined) return words.one_of[0]
  return /^\^([\w-]+)\$$/.exec(words.match ?? '')?.[1]
}
