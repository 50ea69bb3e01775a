/**
 * `spectral:oas`: Spectral's rules for OpenAPI with the severities of decK's engine. Where both have a rule
 * with different findings, that engine's rule is used. Rules that only Spectral has are included with
 * `all`, or by name.
 */
import { oas2, oas3 } from '@stoplight/spectral-formats'
import { oas } from '@stoplight/spectral-rulesets'
import type { LintFunction } from './check.ts'
import { openApiFunctions as own } from './openapi-rules.ts'
import type { Severity } from './severity.ts'

type Rule = Readonly<Record<string, unknown>>

/** Spectral's rules that decK's engine has as well, by what they weigh; the second list needs `all`. */
const severities: Readonly<Record<Severity, readonly [recommended: string, more: string]>> = {
  error: [
    `operation-operationId-unique operation-parameters path-params no-eval-in-markdown no-script-tags-in-markdown
    operation-operationId-valid-in-url path-declarations-must-exist path-not-include-query no-$ref-siblings oas2-anyOf
    oas2-oneOf oas2-schema oas2-discriminator oas2-operation-security-defined oas3-operation-security-defined
    oas3-schema duplicated-entry-in-enum`,
    '',
  ],
  warn: [
    `operation-success-response oas2-operation-formData-consume-check path-keys-no-trailing-slash typed-enum
    oas2-host-not-example oas2-host-trailing-slash oas2-parameter-description oas2-unused-definition
    oas3-parameter-description oas3-unused-component oas3-valid-schema-example oas3-valid-media-example
    oas3-examples-value-or-externalValue`,
    'openapi-tags operation-singular-tag tag-description oas3-server-trailing-slash oas3-server-not-example.com',
  ],
  info: ['', 'contact-properties info-contact info-license license-url openapi-tags-alphabetical'],
  hint: ['', ''],
}

const wordsOf = (text: string): string[] => text.split(/\s+/).filter(word => word !== '')

function spectralRules(): Record<string, Rule> {
  const all = oas.rules as unknown as Readonly<Record<string, Rule>>
  const weighed = Object.entries(severities).flatMap(([severity, [recommended, more]]) => [
    ...wordsOf(recommended).map(name => [name, { ...all[name], severity, recommended: true }] as const),
    ...wordsOf(more).map(name => [name, { ...all[name], severity, recommended: false }] as const),
  ])
  const rest = Object.entries(all).map(([name, rule]) => [name, { ...rule, recommended: false }] as const)
  return Object.fromEntries([...rest, ...weighed])
}

interface Extra {
  readonly formats?: readonly unknown[]
  /** Default: true. */
  readonly resolved?: boolean
}

const rule = (severity: Severity, description: string, fn: LintFunction, extra: Extra = {}): Rule => ({
  description,
  severity,
  recommended: true,
  given: '$',
  message: '{{error}}',
  // biome-ignore lint/suspicious/noThenProperty: it is the name that rulesets have for it.
  then: { function: fn },
  ...extra,
})

type Format = (document: unknown, source: string | null) => boolean

/**
 * decK's engine checks every file that is not OpenAPI 3 for the fields of Swagger, and the other way round;
 * state files for both.
 */
const not = (format: Format, displayName: string): Format =>
  Object.assign((document: unknown) => !format(document, null), { displayName })
const notOpenApi2 = not(oas2, 'not OpenAPI 2')
const notOpenApi3 = not(oas3, 'not OpenAPI 3')

const formats = [oas2, oas3]

const parameters = ['oas2-parameter-description', 'oas3-parameter-description']

/** Where Spectral looks for parameters is right; what it says of them does not name them. */
const parameterRules = (rules: Readonly<Record<string, Rule>>): Record<string, Rule> =>
  Object.fromEntries(
    parameters.map(name => [
      name,
      // biome-ignore lint/suspicious/noThenProperty: it is the name that rulesets have for it.
      { ...rules[name], message: '{{error}}', then: { function: own.parameterDescription } },
    ]),
  )

const ownRules: Readonly<Record<string, Rule>> = {
  'component-description': rule('warn', 'Components must have a description.', own.componentDescription, {
    formats: [oas3],
  }),
  'description-duplication': rule(
    'info',
    'A description must not repeat another.',
    own.descriptionDuplication,
    {
      formats,
      resolved: false,
    },
  ),
  'info-description': rule('error', 'Info must have a description.', own.infoDescription, { formats }),
  'no-http-verbs-in-path': rule('warn', 'A path must not contain an HTTP verb.', own.noVerbs, { formats }),
  'no-request-body': rule('warn', 'GET and DELETE must not have a body.', own.noRequestBody, {
    formats: [oas3],
  }),
  'oas2-api-host': rule('info', 'A host must be set.', own.apiHost, { formats: [notOpenApi3] }),
  'oas2-api-schemes': rule('warn', 'Schemes must be set.', own.apiSchemes, { formats: [notOpenApi3] }),
  'oas3-api-servers': rule('warn', 'Servers must be set and valid.', own.apiServers, {
    formats: [notOpenApi2],
    resolved: false,
  }),
  'operation-description': rule('warn', 'Operations must be described.', own.operationDescription, {
    formats,
  }),
  'operation-operationId': rule('error', 'Operations must have an operationId.', own.operationId, {
    formats,
  }),
  'operation-tag-defined': rule('warn', 'Tags must be defined globally.', own.tagDefined, { formats }),
  'operation-tags': rule('warn', 'Operations must have tags.', own.operationTags, { formats }),
  'paths-kebab-case': rule('warn', 'Paths must be in kebab-case.', own.kebabCase, { formats }),
}

const rules = spectralRules()

export const openApiRuleset: Rule = {
  ...(oas as unknown as Rule),
  rules: { ...rules, ...parameterRules(rules), ...ownRules },
}
