/**
 * The function `schema`: JSON Schema of any draft, its expressions matched in linear time, its findings in
 * decK's words.
 */

import { detectDialect } from '@stoplight/spectral-formats'
import * as spectral from '@stoplight/spectral-functions'
import { Ajv, type Options as AjvOptions, type ErrorObject, type ValidateFunction } from 'ajv'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { Ajv2020 } from 'ajv/dist/2020.js'
import draft6 from 'ajv/dist/refs/json-schema-draft-06.json' with { type: 'json' }
import AjvDraft4 from 'ajv-draft-04'
import addFormats from 'ajv-formats'
import { type LintFunction, type Options, validate } from './check.ts'
import { goPattern } from './go-pattern.ts'

/** Options of decK's engine that change nothing here. */
const ofDeck = ['forceValidation', 'forceValidationOnCurrentNode', 'unpack', 'interpolateErrorMessage']

const settings: AjvOptions = {
  allErrors: true,
  strict: false,
  // `required` and the like say what they found.
  verbose: true,
  logger: false,
  code: {
    regExp: Object.assign((pattern: string) => ({ test: goPattern(pattern) }), { code: 'goPattern' }),
  },
}

type Validator = Pick<Ajv, 'compile' | 'addMetaSchema'>

function createValidator(dialect: string): Validator {
  const create = (Kind: new (options: AjvOptions) => unknown): Validator => {
    const made = new Kind(settings)
    addFormats.default(made as Ajv)
    return made as Validator
  }
  if (dialect === 'draft4') return create(AjvDraft4.default)
  if (dialect === 'draft2019-09') return create(Ajv2019)
  if (dialect === 'draft2020-12') return create(Ajv2020)
  const made = create(Ajv)
  if (dialect === 'draft6') made.addMetaSchema(draft6)
  return made
}

/** @throws Error for an invalid schema */
function compiled(schema: object, dialect: unknown): ValidateFunction {
  const known = typeof dialect === 'string' && dialect !== 'auto' ? dialect : detectDialect(schema)
  try {
    return createValidator(known ?? 'draft7').compile(schema)
  } catch (error) {
    throw new Error(`the schema is no JSON Schema: ${(error as Error).message}`)
  }
}

const quoted = (values: readonly unknown[]): string =>
  values.map(value => `'${typeof value === 'string' ? value : JSON.stringify(value)}'`).join(', ')

const sizeOf = (value: unknown): number =>
  typeof value === 'string'
    ? [...value].length
    : Array.isArray(value)
      ? value.length
      : Object.keys(Object(value)).length

const typeOf = (value: unknown): string => {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}

type Words = (params: Readonly<Record<string, unknown>>, value: unknown) => string

const bound: (keyword: string) => Words = keyword => (params, value) =>
  `${keyword}: got ${String(value)}, want ${String(params['limit'])}`
const size: (keyword: string) => Words = keyword => (params, value) =>
  `${keyword}: got ${sizeOf(value)}, want ${String(params['limit'])}`

/** By keyword. */
const words: Readonly<Record<string, Words>> = {
  additionalProperties: ({ additionalProperty }) =>
    `additional properties '${String(additionalProperty)}' not allowed`,
  const: ({ allowedValue }) => `value must be ${quoted([allowedValue])}`,
  enum: ({ allowedValues }) => {
    const values = allowedValues as readonly unknown[]
    return `value must be ${values.length > 1 ? 'one of ' : ''}${quoted(values)}`
  },
  exclusiveMaximum: bound('exclusiveMaximum'),
  exclusiveMinimum: bound('exclusiveMinimum'),
  format: ({ format }, value) => `'${String(value)}' is not valid ${String(format)}`,
  maximum: bound('maximum'),
  maxItems: size('maxItems'),
  maxLength: size('maxLength'),
  maxProperties: size('maxProperties'),
  minimum: bound('minimum'),
  minItems: size('minItems'),
  minLength: size('minLength'),
  minProperties: size('minProperties'),
  multipleOf: ({ multipleOf }, value) => `multipleOf: got ${String(value)}, want ${String(multipleOf)}`,
  pattern: ({ pattern }, value) => `'${String(value)}' does not match pattern '${String(pattern)}'`,
  required: ({ missingProperty }) => `missing property '${String(missingProperty)}'`,
  type: ({ type }, value) => `got ${typeOf(value)}, want ${[type].flat().join(' or ')}`,
  uniqueItems: ({ i, j }) => `items at ${String(j)} and ${String(i)} are equal`,
}

/** Nested problems are more specific (decK 1.65). */
const silent = new Set(['if', 'oneOf', 'anyOf', 'allOf'])

function stepsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function findingsOf(errors: readonly ErrorObject[]): { message: string; path: string[] }[] {
  const telling = errors.filter(({ keyword }) => !silent.has(keyword))
  return (telling.length > 0 ? telling : errors).map(
    ({ keyword, params, data, instancePath, message = '' }) => ({
      message: words[keyword]?.(params, data) ?? message,
      path: stepsOf(instancePath),
    }),
  )
}

export const schema: LintFunction = {
  prepare: given => {
    const options: Options = Object.fromEntries(
      Object.entries(given).filter(([key]) => !ofDeck.includes(key)),
    )
    validate(spectral.schema, options)
    const isValid = compiled(options['schema'] as object, options['dialect'])
    return ({ value }) => {
      // A field that is absent is for `required` of the object, or for `truthy`, to find (decK 1.65).
      if (value === undefined || isValid(value)) return []
      return findingsOf(isValid.errors ?? [])
    }
  },
}
