/**
 * What a file may hold although the Kongs known here would not take it: other gateways know more kinds of
 * values, and what is stored stays stored.
 */
import { describe, expect, it } from 'vitest'
import { everyKind } from '../../src/entities/enterprise.ts'
import type { Fields } from '../../src/entities/language/define.ts'
import { createSchemas, type Schemas } from '../../src/entities/language/schemas.ts'
import { parseVersion } from '../../src/entities/language/versions.ts'
import { checkDocument } from '../../src/file/check.ts'
import type { Doubt } from '../../src/file/check-values.ts'
import { doubtProblems } from '../../src/file/doubts.ts'
import { parseDocument } from '../../src/file/yaml/parse.ts'

function documentOf(text: string) {
  const { document } = parseDocument({ name: 'kong.yaml', text }, {})
  if (document === undefined) throw new Error('no YAML')
  return document
}

describe('without a gateway', () => {
  it.each([
    'services: [{name: a, host: b, protocol: wss, routes: [{name: r, paths: [/a], protocols: [ws, wss]}]}]',
    'plugins: [{name: rate-limiting, protocols: [ws]}]',
    'upstreams: [{name: a.example, algorithm: sticky-sessions, sticky_sessions_cookie: c}]',
    'vaults: [{name: aws, prefix: my-aws, config: {region: us-east-1}}]',
  ])('%s is for Kong Enterprise', text => {
    expect(checkDocument(documentOf(text))).toEqual([])
  })

  it('values that no Kong takes are refused', () => {
    const text = `services: [{name: a, host: b, protocol: gopher, routes: [{name: r, paths: [/a], protocols: [gopher]}]}]
vaults: [{name: env, prefix: my-env, config: {prefix: "9 "}}]`
    const problems = checkDocument(documentOf(text)).map(({ message }) => message.replace(/:.*/, ''))
    expect(problems).toEqual(['protocol', 'protocols.0', 'config.prefix'])
  })
})

function schemasWith(kind: string, served: Fields): Schemas {
  const version = parseVersion('3.12')
  if (version === undefined) throw new Error('no version')
  const overlay = new Map([[kind, served]])
  return createSchemas(version, () => undefined, { definitions: everyKind, overlay })
}

describe('with a gateway', () => {
  const text = 'upstreams: [{name: a.example, algorithm: random}]'
  const doubts: Doubt[] = []

  it('values that are on no list known here are its to judge', () => {
    expect(checkDocument(documentOf(text), { doubt: one => doubts.push(one) })).toEqual([])
    expect(doubts.map(({ path, value }) => [path, value])).toEqual([[['algorithm'], 'random']])
  })

  it.each<[string, Fields, number]>([
    ['a list that has the value', { algorithm: { type: 'string', one_of: ['round-robin', 'random'] } }, 0],
    ['no list at all', { algorithm: { type: 'string' } }, 0],
    ['a list without it', { algorithm: { type: 'string', one_of: ['round-robin'] } }, 1],
  ])('its schema has %s', (_, served, problems) => {
    const found = doubtProblems(doubts, schemasWith('upstream', served))
    expect(found).toHaveLength(problems)
    for (const { message, where } of found) {
      expect(message).toMatch(/^algorithm: expected one of: .* \(upstream "a.example"\)$/)
      expect([where?.line, where?.column]).toEqual([1, 42])
    }
  })
})

it('a field that is not known here is the gateway’s to judge as well', () => {
  const doubts: Doubt[] = []
  const text = 'services: [{name: a, host: b, mesh: c}]'
  expect(checkDocument(documentOf(text)).map(({ code }) => code)).toEqual(['unknown-field'])
  expect(checkDocument(documentOf(text), { doubt: one => doubts.push(one) })).toEqual([])
  expect(doubtProblems(doubts, schemasWith('service', { mesh: { type: 'string' } }))).toEqual([])
  const [problems] = doubtProblems(doubts, schemasWith('service', { host: { type: 'string' } }))
  expect([problems?.code, problems?.where?.column]).toEqual(['unknown-field', 31])
})
