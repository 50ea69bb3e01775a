/**
 * Dumps against those that real decK made of real gateways: the recorded state of the Admin API, written as a
 * state file, must be the recorded dump; read back, it must be the same state.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createSchemas, type Schemas } from '../../src/entities/language/schemas.ts'
import { parseVersion } from '../../src/entities/language/versions.ts'
import { registry } from '../../src/entities/registry.ts'
import { fromState } from '../../src/file/from-state.ts'
import { write } from '../../src/file/yaml/write.ts'
import { createState, type State, type StateEntity } from '../../src/state/state.ts'
import { golden, haveRecordings } from '../conformance/recordings.ts'

const recorded = resolve(golden, 'deck')

interface Step {
  readonly name?: string
  readonly argv?: readonly string[]
  readonly stdout?: string
  readonly exit?: number
  readonly state?: Readonly<Record<string, { readonly data: readonly Readonly<Record<string, unknown>>[] }>>
}

interface DumpCase {
  readonly title: string
  readonly schemas: Schemas
  readonly state: State
  readonly argv: readonly string[]
  readonly stdout: string
}

function schemasAt(text: string): Schemas {
  const version = parseVersion(text)
  if (version === undefined) throw new Error(text)
  return createSchemas(version, () => undefined)
}

/** The raw lists of the Admin API as a state; kinds that the registry does not have are left out. */
function stateOf(raw: NonNullable<Step['state']>, schemas: Schemas): State {
  const entities = Object.entries(raw).flatMap(([path, { data }]): StateEntity[] => {
    const last = path.split('/').at(-1)
    const definition = schemas.kinds.find(one => one.adminPath === last)
    if (definition === undefined) return []
    return data.map(fields => ({ kind: definition.kind, id: String(fields['id']), fields }))
  })
  return createState(entities, schemas)
}

const known = new Set([...registry.map(({ adminPath }): string => adminPath), 'tags'])

/** A case counts where the gateway held only kinds that the registry has. */
function dumpCases(): DumpCase[] {
  return readdirSync(recorded).flatMap(group => {
    const schemas = schemasAt(group.includes('kong28') ? '2.8.5' : '3.9.1')
    return readdirSync(resolve(recorded, group)).flatMap(file => {
      const { steps } = JSON.parse(readFileSync(resolve(recorded, group, file), 'utf8')) as { steps: Step[] }
      let raw: Step['state']
      return steps.flatMap(({ name = '', argv = [], stdout = '', exit, state }) => {
        if (state !== undefined) raw = state
        const isDump = argv[1] === 'gateway' && argv[2] === 'dump' && exit === 0 && stdout !== ''
        const plain = argv.slice(3).every(word => ['-o', '-', '--with-id', '--format', 'json'].includes(word))
        if (!isDump || !plain || raw === undefined) return []
        const held = Object.entries(raw).filter(([, list]) => list.data.length > 0)
        if (!held.every(([path]) => known.has(path.split('/').at(-1) ?? ''))) return []
        return [{ title: `${group}/${file} ${name}`, schemas, state: stateOf(raw, schemas), argv, stdout }]
      })
    })
  })
}

describe.skipIf(!haveRecordings)(`dumps as decK writes them (recordings expected at ${recorded})`, () => {
  const cases = haveRecordings ? dumpCases() : []

  it('has recordings to compare with', () => {
    expect(cases.length).toBeGreaterThan(100)
  })

  it.each(cases.map(one => [one.title, one] as const))('%s', (_title, { schemas, state, argv, stdout }) => {
    const content = fromState(state, { schemas, withId: argv.includes('--with-id') })
    const text = write(content, argv.includes('json') ? 'json' : 'yaml')
    // decK's YAML breaks long texts at spaces, which changes nothing of what they say.
    if (/^[ -]*[\w-]+: '[^']*$/m.test(stdout)) expect(parse(text)).toEqual(parse(stdout))
    else expect(text).toBe(stdout)
  })
})
