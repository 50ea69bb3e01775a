/**
 * `file validate`, `gateway validate` with the embedded gateway and with real Kong say the same of a planted
 * mistake: the same verdict, at the same lines. Real Kong is the one that DECK_REAL_KONG names; without it, its
 * answers are its recorded ones, put in place of the embedded gateway's. One case in twenty; all of them with
 * DECK_ALL_CASES, as in `npm run conformance`.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseVersion } from '../../src/entities/language/versions.ts'
import { type Diagnostic, StateFileError } from '../../src/errors.ts'
import { captured } from '../../src/recipes/captured.ts'
import { validate } from '../../src/recipes/validate.ts'
import { newFolder } from '../support/binary.ts'
import { faultyRelay } from '../support/faulty-relay.ts'
import { type Case, havePlanted, plantedCases, plantedFile } from './planted-cases.ts'

const file = join(newFolder(), 'kong.json')
const version = parseVersion('3.9.1')
const isAll = process.env['DECK_ALL_CASES'] !== undefined

/** @param address of an Admin API; absent: without a gateway */
async function errorsIn(text: string, address?: string): Promise<readonly Diagnostic[]> {
  writeFileSync(file, text)
  const { terminal } = await captured({})
  const client = address === undefined ? {} : { client: { address } }
  const found = await validate({ files: [file], ...client }, terminal).catch((error: unknown) => {
    if (error instanceof StateFileError) return error.diagnostics
    throw error
  })
  return typeof found === 'number' ? [] : found.filter(({ severity }) => severity === 'error')
}

const placesOf = (errors: readonly Diagnostic[]): string =>
  [...new Set(errors.map(({ where }) => where?.line ?? 0))].sort((a, b) => a - b).join(' ')

/** Kong answers with its own lines; what it says is compared by place, in its own words. */
const shown = (errors: readonly Diagnostic[]): string =>
  errors.map(({ where, message }) => `${where?.line} ${message}`).join(' ; ') || 'valid'

interface Gateways {
  readonly embedded: string
  readonly real: string
  close(): Promise<void>
}

/** @param one the case whose recorded answer is given next */
async function startBoth(one: () => Case): Promise<Gateways> {
  const { startGateway } = await import('../../src/gateway/gateway.ts')
  if (version === undefined) throw new Error('no version')
  const loopback = { host: '127.0.0.1', port: 0 }
  const gateway = await startGateway({ adminListen: loopback, proxyListen: loopback, version })
  const close = (): Promise<void> => gateway.close(0)
  const named = process.env['DECK_REAL_KONG']
  if (named !== undefined && named !== '') return { embedded: gateway.admin, real: named, close }
  const recorded = await faultyRelay(gateway.admin, ({ method, path }) => {
    const { kind, kong } = one()
    if (method !== 'POST' || path !== `/schemas/${kind}/validate`) return undefined
    const { status, valid, message, fields } = kong
    const refusal = { message, ...(fields !== undefined && { name: 'schema violation', code: 2, fields }) }
    const body = JSON.stringify(valid ? { message: 'schema validation successful' } : refusal)
    return { what: 'status', status, body }
  })
  return { embedded: gateway.admin, real: recorded.address, close }
}

describe.skipIf(!havePlanted)('planted mistakes', () => {
  it('offline, embedded and real Kong give the same diagnostics', { timeout: 1_800_000 }, async () => {
    const all = plantedCases()
    const cases = all.filter((_one, index) => isAll || index % 20 === 0)
    let current = cases[0] as Case
    const gateways = await startBoth(() => current)
    const differing: string[] = []
    for (const one of cases) {
      current = one
      const { text } = plantedFile(one, all)
      const offline = await errorsIn(text)
      const others = [await errorsIn(text, gateways.embedded), await errorsIn(text, gateways.real)]
      const [embedded = [], real = []] = others
      if (others.some(errors => placesOf(errors) !== placesOf(offline)))
        differing.push(
          `${one.kind} ${one.cat} ${one.id} ${one.path.join('.')}\n  offline: ${shown(offline)}\n  embedded: ${shown(embedded)}\n  Kong: ${shown(real)}`,
        )
    }
    await gateways.close()
    expect(cases.length).toBeGreaterThan(100)
    expect(differing.length, `of ${cases.length}:\n${differing.join('\n')}`).toBeLessThan(cases.length / 50)
  })
})
