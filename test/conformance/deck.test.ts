/**
 * Our binary against real decK's recorded runs, case by case, each on an empty gateway of the version it was recorded with. What does not match yet is listed in
 * deck-unmatched.json, which can only shrink; what we do otherwise on purpose in deck-differences.json, each with its reason.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { registry } from '../../src/entities/registry.ts'
import { parseVersion } from '../../src/entities/versions.ts'
import { type Gateway, startGateway } from '../../src/gateway/gateway.ts'
import { playCase, type RecordedCase, readCase } from './play-deck.ts'
import { golden, present } from './schemas.ts'

const groups = ['seed', 'sync', 'diff', 'dump', 'validate', 'reset', 'apply', 'bad']
const here = import.meta.dirname
const readList = <T>(name: string): T => {
  const path = join(here, name)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : ({} as T)
}

const unmatched = readList<Readonly<Record<string, readonly string[]>>>('deck-unmatched.json')
const onPurpose = readList<Readonly<Record<string, string>>>('deck-differences.json')

/** All that decK's files may hold, of which we manage what the registry has. */
const fileKeys = [
  'services routes consumers consumer_groups plugins filter_chains upstreams certificates ca_certificates rbac_roles',
  'service_packages vaults licenses ai_models custom_entities partials keys key_sets cloned_plugins custom_plugins snis',
  'keyauth_credentials basicauth_credentials hmacauth_credentials jwt_secrets oauth2_credentials acls mtls_auth_credentials targets',
].flatMap(line => line.split(' '))
const missing = fileKeys.filter(key => !registry.some(({ fileKey }) => fileKey === key))
const mentionsMissing = new RegExp(`(^|[\\s{,"-])(${missing.join('|')})"?\\s*:`, 'm')

/** Commands and flags of decK that are not here yet. */
const absentWords = [
  'render',
  'lint',
  'convert',
  'merge',
  'patch',
  '--konnect-runtime-group-name',
  '--konnect-control-plane-name',
]

const concernsUs = (recorded: RecordedCase): boolean => {
  const words = recorded.steps.flatMap(step => step.argv ?? [])
  return (
    !Object.values(recorded.files).some(text => mentionsMissing.test(text)) &&
    !words.some(word => absentWords.includes(word))
  )
}

const casesOf = (folder: string): RecordedCase[] => {
  const path = join(golden, 'deck', folder)
  return existsSync(path)
    ? readdirSync(path)
        .sort()
        .map(name => readCase(join(path, name)))
    : []
}

const shared = resolve(golden)
describe.skipIf(!present)(`decK's recorded runs (${present ? 'present' : `absent at ${shared}`})`, () => {
  for (const [suffix, text] of [
    ['kong28', '2.8.5'],
    ['kong39', '3.9.1'],
  ] as const) {
    describe(`on ${text}`, () => {
      let gateway: Gateway
      beforeAll(async () => {
        const version = parseVersion(text)
        if (version === undefined) throw new Error('a version we wrote ourselves')
        const any = { port: 0 }
        gateway = await startGateway({ adminListen: any, proxyListen: any, managerListen: any, version })
      })
      afterAll(() => gateway.close())

      for (const group of groups) {
        const all = casesOf(`${group}-${suffix}`)
        const ours = all.filter(concernsUs)
        if (ours.length === 0) continue
        it.each(ours.map(one => [`${one.group}/${one.case}`, one] as const))('%s', async (name, recorded) => {
          await empty(gateway.admin)
          const differences = await playCase(recorded, gateway.admin)
          if (onPurpose[name] !== undefined) {
            expect(differences, 'differs on purpose no more: take it off the list').not.toEqual([])
          } else expect(differences).toEqual(unmatched[name] ?? [])
        })
      }
    })
  }
})

/** Everything is taken away again; what is below goes with what it belongs to. */
async function empty(admin: string): Promise<void> {
  for (const path of ['/plugins', '/routes', '/services', '/consumers', '/upstreams']) {
    for (;;) {
      const { data } = (await (await fetch(`${admin}${path}?size=1000`)).json()) as { data: { id: string }[] }
      if (data.length === 0) break
      for (const { id } of data) await fetch(`${admin}${path}/${id}`, { method: 'DELETE' })
    }
  }
}
