/**
 * Every dump among the recordings of real decK, converted to Kong's DB-less format: a gateway without a
 * database that reads it dumps the same, and so does one with a database after a sync of what is converted
 * back.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type Served, serve } from '../support/binary.ts'
import { type Host, startHost } from '../support/deck-host.ts'
import { deckCases, groups } from './deck-recordings.ts'
import { golden, haveRecordings } from './recordings.ts'

/** Of Kong OSS; each text once. */
function dumps(): [title: string, text: string, flags: string[]][] {
  const seen = new Set<string>()
  return groups
    .filter(group => !group.endsWith('-ee'))
    .flatMap(group => deckCases(group, '3.9'))
    .flatMap(({ title, steps }) =>
      steps.flatMap((step): [string, string, string[]][] => {
        if (!('argv' in step) || !step.argv.includes('dump') || seen.has(step.stdout)) return []
        seen.add(step.stdout)
        const flags = step.argv.filter(word => word === '--with-id')
        return step.stdout.startsWith('_format_version')
          ? [[`${title} ${step.name}`, step.stdout, flags]]
          : []
      }),
    )
}

/** Without what is about the dump and not about entities. */
function entitiesOf(text: string): unknown {
  const { _info, _workspace, ...entities } = parse(text)
  return entities
}

describe.skipIf(!haveRecordings)(`dumps of recordings (expected at ${golden})`, () => {
  let host: Host
  let dbless: Served
  let database: Served
  beforeAll(async () => {
    host = startHost()
    dbless = await serve(['--db-less'])
    database = await serve()
  })
  afterAll(async () => {
    host.stop()
    await Promise.all([dbless.stop(), database.stop()])
  })

  const run = async (argv: readonly string[], stdin = ''): Promise<string> => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: '/' }
    const { exit, stdout, stderr } = await host.run({ argv, cwd: '/', env, stdin })
    expect({ exit, stderr: exit === 0 ? '' : stderr }, argv.join(' ')).toEqual({ exit: 0, stderr: '' })
    return stdout
  }
  const convert = (from: string, to: string, text: string) =>
    run(['file', 'convert', '--from', from, '--to', to], text)

  it.each(haveRecordings ? dumps() : [])('%s', async (_title, dump, flags) => {
    const converted = await convert('deck', 'dbless', dump)
    const answer = await fetch(`${dbless.admin}/config`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ config: converted }),
    })
    expect({ status: answer.status, text: answer.ok ? '' : await answer.text() }).toEqual({
      status: 201,
      text: '',
    })
    const found = await run(['gateway', 'dump', ...flags, '--kong-addr', dbless.admin])
    expect(entitiesOf(found)).toEqual(entitiesOf(dump))

    const back = await convert('dbless', 'deck', converted)
    await run(['gateway', 'reset', '--force', '--kong-addr', database.admin])
    await run(['gateway', 'sync', '-', '--kong-addr', database.admin], back)
    expect(await run(['gateway', 'diff', '-', '--kong-addr', database.admin], back)).toContain('Created: 0')
  })
})
