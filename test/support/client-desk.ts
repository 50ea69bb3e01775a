/**
 * A gateway that listens, a folder, and the recipes with their streams caught: what the tests of recipes
 * stand at.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { onTestFinished } from 'vitest'
import type { ClientSettings } from '../../src/admin-client/settings.ts'
import { parseVersion } from '../../src/entities/language/versions.ts'
import { startGateway } from '../../src/gateway/gateway.ts'
import type { ReconcileOptions } from '../../src/recipes/reconcile/options.ts'
import { reconcile } from '../../src/recipes/reconcile/reconcile.ts'
import { createColours } from '../../src/report/colour.ts'
import { noMask, watchRun } from './leaks/watched-run.ts'

const chalk = await createColours({ terminal: false, env: {} })

/** Every kind of the first days, plugins in all places. */
export const complete = `_format_version: "3.0"
services:
- name: s
  host: u
  tags: [one]
  routes:
  - name: r
    paths: [/a]
    plugins:
    - name: key-auth
      enabled: false
consumers:
- username: c
  keyauth_credentials:
  - key: my-api-key
upstreams:
- name: u
  targets:
  - target: a.test:80
  - target: b.test:80
    weight: 0
plugins:
- name: rate-limiting
  config: {minute: 5, policy: local}
- name: proxy-cache
  config: {strategy: memory, cache_ttl: 30}
`

export interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Gone when the test is. */
export async function desk(version = '3.9.1', database: 'postgres' | 'off' = 'postgres') {
  const parsed = parseVersion(version)
  if (parsed === undefined) throw new Error(version)
  const port = { port: 0 }
  const gateway = await startGateway({
    version: parsed,
    database,
    adminListen: port,
    proxyListen: port,
  })
  const folder = await mkdtemp(join(tmpdir(), 'deck-'))
  onTestFinished(async () => {
    await gateway.close()
    await rm(folder, { recursive: true })
  })
  const client: ClientSettings = { address: gateway.admin }

  async function run(
    work: (io: Parameters<typeof reconcile>[1]) => Promise<number>,
    input = '',
    env = {},
  ): Promise<Outcome> {
    const texts = { out: '', err: '' }
    const into = (name: 'out' | 'err') =>
      new Writable({
        write: (chunk, _encoding, done) => {
          texts[name] += String(chunk)
          done()
        },
      })
    const code = await work({
      stdout: into('out'),
      stderr: into('err'),
      stdin: Readable.from([input]),
      env,
      chalk,
    })
    return { code, ...texts }
  }

  /** A file's text, applied, compared or whatever the mode says; it may delete anything. */
  const go = async (
    text: string,
    options: Partial<ReconcileOptions> = {},
    env: Readonly<Record<string, string>> = {},
  ): Promise<Outcome> => {
    const all: ReconcileOptions = { mode: 'sync', files: ['-'], client, maxDeletes: 'all', ...options }
    const flags = all.maskEnvironment === false ? [noMask] : []
    const search = watchRun({ argv: [all.mode, ...flags], cwd: folder, env, stdin: text })
    const outcome = await run(io => reconcile(all, io), text, env)
    search({ code: outcome.code, stdout: outcome.out, stderr: outcome.err })
    return outcome
  }

  return { admin: gateway.admin, client, folder, run, go }
}

/** `created/updated/deleted` of the summary. */
export const counts = ({ out }: Outcome): string =>
  (/Created: (\d+)\n {2}Updated: (\d+)\n {2}Deleted: (\d+)\n/.exec(out) ?? []).slice(1).join('/')
