/** What a change does not touch is not shown as changed: not what the gateway alone makes (secrets, digests), nor what is kept elsewhere (the names of a certificate). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { levels } from '../../src/entities/language/levels.ts'
import { createSchemas, type Schemas } from '../../src/entities/language/schemas.ts'
import { parseVersion } from '../../src/entities/language/versions.ts'
import { pluginSchema } from '../../src/entities/plugin-registry.ts'
import { fromState } from '../../src/file/from-state.ts'
import { type Gateway, startGateway } from '../../src/gateway/gateway.ts'
import { createState, type StateEntity } from '../../src/state/state.ts'
import { type Host, startHost } from '../support/deck-host.ts'
import { requiredOwners, sampleEntity, sampleValue } from '../support/sample-entity.ts'
import { leastConfig } from '../support/sample-plugin.ts'

/** One of each kind, with all that it must belong to; of a plugin whose gateway prints old names beside new ones. */
function oneOfEach(schemas: Schemas, kong: string): StateEntity[] {
  const made = new Map<string, StateEntity>()
  for (const [index, definition] of levels(schemas.kinds).flat().entries()) {
    const { kind, keys } = definition
    const id = `6f2c8f30-0d0c-4d9d-9c51-${String(index).padStart(12, '0')}`
    const owners = requiredOwners(definition, schemas).map(({ field, owner }) => [
      field,
      { id: made.get(owner.kind)?.id },
    ])
    const names = keys[0]?.filter(name => definition.fields[name]?.type === 'string') ?? []
    const named = names.map(name => [
      name,
      sampleValue(definition.fields[name] ?? { type: 'string' }, `${kind}-1`),
    ])
    const plugin = { name: 'rate-limiting', config: leastConfig('rate-limiting', kong) }
    const fields = {
      ...Object.fromEntries([...named, ...owners]),
      ...sampleEntity(definition, `${kind}-1`),
      ...(definition.subschema?.key === 'name' && definition.subschema.types === undefined && plugin),
    }
    made.set(kind, { kind, id, fields: { id, ...fields } })
  }
  return [...made.values()]
}

describe.each(['2.8', '3.9'])('on Kong %s', kong => {
  const version = parseVersion(kong)
  if (version === undefined) throw new Error(kong)
  const schemas = createSchemas(version, name => pluginSchema(name, version))
  const folder = mkdtempSync(join(tmpdir(), 'deck-untouched-'))
  let gateway: Gateway
  let host: Host
  beforeAll(async () => {
    const any = { port: 0 }
    gateway = await startGateway({ adminListen: any, proxyListen: any, version })
    host = startHost()
  })
  afterAll(async () => {
    host.stop()
    await gateway.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const run = (...argv: string[]) =>
    host.run({
      argv: ['gateway', ...argv, '--kong-addr', gateway.admin],
      cwd: folder,
      env: { PATH: '', HOME: folder },
      stdin: '',
    })

  const write = (name: string, entities: readonly StateEntity[]): void =>
    writeFileSync(
      join(folder, name),
      JSON.stringify(fromState(createState(entities, schemas), { schemas, withId: true })),
    )

  it('a new tag is all that is shown of it, for every kind', async () => {
    const entities = oneOfEach(schemas, kong)
    const tagged = entities.filter(({ kind }) => schemas.of(kind).fields['tags'] !== undefined)
    expect(tagged.length).toBeGreaterThan(12)
    write('plain.json', entities)
    write(
      'tagged.json',
      entities.map(one =>
        tagged.includes(one) ? { ...one, fields: { ...one.fields, tags: ['new'] } } : one,
      ),
    )
    expect(await run('sync', 'plain.json')).toMatchObject({ exit: 0, stderr: '' })
    const { stdout } = await run('diff', 'tagged.json', '--json-output')
    const { updating } = JSON.parse(stdout).changes as {
      updating: { kind: string; body: { old: object; new: object } }[]
    }
    expect(updating.map(({ kind }) => kind).sort()).toEqual(tagged.map(({ kind }) => kind).sort())
    for (const { kind, body } of updating) expect(body.new, kind).toEqual({ ...body.old, tags: ['new'] })
    const text = (await run('diff', 'tagged.json')).stdout
    const removed = text.split('\n').filter(line => line.startsWith('-'))
    const added = text.split('\n').filter(line => line.startsWith('+'))
    expect(removed).toEqual([])
    expect(new Set(added.map(line => line.trim()))).toEqual(new Set(['+  "tags": [', '+    "new"', '+  ]']))
  })

  it('a new certificate keeps its names', async () => {
    const entities = oneOfEach(schemas, kong)
    write('plain.json', entities)
    await run('sync', 'plain.json')
    const other = { cert: '{vault://env/other}', key: '{vault://env/other}' }
    write(
      'other.json',
      entities.map(one =>
        one.kind === 'certificate' ? { ...one, fields: { ...one.fields, ...other } } : one,
      ),
    )
    const { stdout } = await run('diff', 'other.json')
    expect(stdout).toContain('updating certificate')
    expect(stdout).not.toContain('sni')
    expect(await run('sync', 'other.json')).toMatchObject({ exit: 0 })
    expect(await run('diff', 'other.json', '--non-zero-exit-code')).toMatchObject({ exit: 0 })
    const { data } = (await (await fetch(`${gateway.admin}/snis`)).json()) as { data: unknown[] }
    expect(data).toHaveLength(1)
  })
})
