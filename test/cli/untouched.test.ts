/**
 * What a change does not touch is not shown as changed: not what the gateway alone makes (secrets, digests),
 * nor what is kept elsewhere (the names of a certificate).
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createSchemas } from '../../src/entities/language/schemas.ts'
import { parseVersion } from '../../src/entities/language/versions.ts'
import { pluginSchema } from '../../src/entities/plugin-registry.ts'
import { fromState } from '../../src/file/from-state.ts'
import { createState, type StateEntity } from '../../src/state/state.ts'
import { gatewayCommands } from '../support/gateway-commands.ts'
import { oneOfEach } from '../support/one-of-each.ts'

describe.each(['2.8', '3.9'])('on Kong %s', kong => {
  const version = parseVersion(kong)
  if (version === undefined) throw new Error(kong)
  const schemas = createSchemas(version, name => pluginSchema(name, version))
  const { folder, gateway, run } = gatewayCommands(version)

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
    const { data } = (await (await fetch(`${gateway().admin}/snis`)).json()) as { data: unknown[] }
    expect(data).toHaveLength(1)
  })
})
